"""Stage 2 in the graph: the trained regressors and the table of impacts, from one computation.

Belongs here: the two assets and what they show. Does not belong here: the regressors and their intervals
(recession/impacts.py), the doors (recession/outlook.py). Stage 2 is fed with out-of-fold probabilities of stage 1.
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.publishing import Result, model_out, published, stamp, table_out
from macro_assets.defs.resources import LakeResource, RegistryResource
from macro_assets.defs.versions import code_version

REGRESSORS, IMPACTS = "models/impact_regressors", "models/recession_impacts"
INPUTS = ["features/recession_features_monthly", "targets/recession_targets"]
CODE = code_version(__name__)


@dg.multi_asset(
    name="models__impact_regressors",
    outs={
        "regressors": model_out(
            REGRESSORS,
            "Both stages of the recession forecast, trained on what is known now: the champion's probability and, for each "
            "target, the regressor that beat the historical mean out of sample, or the mean where none did. A registered "
            "version of `recession_hybrid` in MLflow. Refitted weekly.",
            kinds={"xgboost", "mlflow"},
            code=CODE,
        ),
        "impacts": table_out(
            IMPACTS,
            "Changes over the next two quarters of unemployment (percentage points), claims, real GDP, S&P 500 and NASDAQ, "
            "and worst falls of both indices (percent), with 80 and 90 % intervals, at the newest quarter end. `rule_90` says how "
            "an interval was made, or that past errors are too few for it; `widest_level` what they support. `skill` says "
            "whether past forecasts beat the historical mean whichever quarter is left out; without it the value is that mean. "
            "`joint_probability` is that of a recession together with a fall of 20 %. Refitted weekly.",
            kinds={"xgboost", "deltalake"},
            code=CODE,
        ),
    },
    deps=[dg.AssetKey(["models", "recession_classifier"]), dg.AssetKey(["registry", "champions"])],
    ins=reads(*INPUTS),
    pool="training",
)
@in_words
def recession_outlook(
    recession_features_monthly: pa.Table, recession_targets: pa.Table, lake: LakeResource, registry: RegistryResource
) -> tuple[Result, Result]:
    """Train both stages with the champion as stage 1, register them, and state the impacts."""
    import pandas as pd

    from macro_assets.recession import outlook, presets
    from macro_assets.registry import recession_champion

    keeper = registry.get()
    champion = recession_champion(keeper)
    found = outlook.fit(recession_features_monthly, recession_targets, presets.candidate(champion.candidate))
    table = outlook.answer(found)
    frame, fan, forecast = table.to_pandas(), found.figure(), found.forecast
    logged = keeper.log_model(
        "recession_hybrid",
        found.model,
        "sklearn",
        stamp(lake.get(), found.as_of, INPUTS),
        figures={"fan": fan},
        tables={"impacts": frame},
        metrics={f"skill_{impact.target}": float(impact.skill) for impact in found.impacts},
        tags={"candidate": champion.candidate, "standing": champion.standing},
        input_example=found.features,
        output_example=pd.DataFrame({"probability": [forecast.probability]}),
        pip_requirements=["macro-assets", "xgboost>=3.2", "scikit-learn>=1.9"],
    )
    words = {
        "stage_1": f"{champion.candidate} ({champion.standing})",
        "activated": "yes" if forecast.predicted else "no: the probability does not exceed the alarm threshold",
        "missing": ", ".join(forecast.missing) or "none",
    }
    numbers = {
        "probability": forecast.probability,
        "targets_with_skill": sum(impact.skill for impact in found.impacts),
    }
    return (
        dg.MaterializeResult(asset_key=REGRESSORS.split("/"), metadata=published(words=words, models=[logged])),
        dg.MaterializeResult(
            asset_key=IMPACTS.split("/"),
            value=table,
            metadata=published(numbers=numbers, tables={"impacts": frame}, figures={"fan": fan}),
        ),
    )
