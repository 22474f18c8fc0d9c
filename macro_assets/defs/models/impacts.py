"""What happens to jobs, markets and output over two quarters if a recession comes, with intervals, or the words no skill.

Belongs here: the stage-2 asset. Does not belong here: the regressors and their intervals (recession/impacts.py). Stage 2
is fed with out-of-fold probabilities of stage 1.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts, markdown, picture
from macro_assets.defs.publishing import published, stamp
from macro_assets.defs.resources import LakeResource, RegistryResource
from macro_assets.tables.registry import TABLES

if TYPE_CHECKING:
    from macro_assets.recession.impacts import ImpactForecast

IMPACTS = "models/recession_impacts"
INPUTS = ["features/recession_features_monthly", "targets/recession_targets"]


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"xgboost", "mlflow"},
    description=__doc__,
    code_version=code_version("macro_assets.recession"),
    pool="training",
    deps=[dg.AssetKey(["models", "recession_classifier"])],
    ins={
        "recession_features_monthly": AssetIn(["features", "recession_features_monthly"]),
        "recession_targets": AssetIn(["targets", "recession_targets"]),
    },
)
@in_words
def impact_regressors(
    recession_features_monthly: pa.Table, recession_targets: pa.Table, lake: LakeResource, registry: RegistryResource
) -> dg.MaterializeResult:
    import pandas as pd

    from macro_assets.pictures import recession as plots
    from macro_assets.recession import presets
    from macro_assets.recession.data import RecessionData
    from macro_assets.recession.evaluation.impact_evaluation import impact_outcomes
    from macro_assets.recession.hybrid import HybridRecessionModel
    from macro_assets.recession.impacts import PROBABILITY

    data = RecessionData.from_tables("Q", "vintage", recession_features_monthly, recession_targets)
    candidate = next(c for c in presets.fast_candidates() if c.name == presets.CHAMPION)
    model = HybridRecessionModel.fit(data, candidate, data.index[-1], *impact_outcomes(recession_targets))
    newest = data.compact.tail(1)
    forecast = model.predict(newest)
    row = newest.assign(**{PROBABILITY: forecast.probability})
    impacts = [regressor.forecast(row, alarm=forecast.predicted) for regressor in model.stage2]
    frame = pd.DataFrame([row_of(impact, data.index[-1].date()) for impact in impacts])
    schema = TABLES[IMPACTS].schema
    store = lake.get()
    store.replace(IMPACTS, pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False))
    fan = plots.impact_fans(impacts)
    logged = registry.get().log_model(
        "recession_hybrid",
        model,
        "sklearn",
        stamp(store, data.index[-1].date(), INPUTS),
        figures={"fan": fan},
        tables={"impacts": frame},
        metrics={f"skill_{i.target}": float(i.skill) for i in impacts},
        input_example=newest,
        output_example=pd.DataFrame({"probability": [forecast.probability]}),
        pip_requirements=["macro-assets", "xgboost>=3.2", "scikit-learn>=1.9"],
    )
    return dg.MaterializeResult(
        metadata=counts({"probability": forecast.probability, "targets_with_skill": sum(i.skill for i in impacts)})
        | {
            "impacts": markdown(frame),
            "fan": picture(fan),
            "activated": "yes" if forecast.predicted else "no: the probability is below the alarm threshold",
        }
        | published(models=[logged]),
    )


def row_of(impact: "ImpactForecast", as_of: date) -> dict[str, Any]:
    """One row of the table of impacts, with both ends of the 80 and 90 % intervals."""
    ends = {
        f"{side}_{level:.0%}".rstrip("%"): impact.intervals[level][k]
        for level in (0.80, 0.90)
        for k, side in enumerate(("lower", "upper"))
    }
    said = {name: getattr(impact, name) for name in ("target", "value", "unit", "skill", "regime", "method")}
    return {"as_of": as_of, **said, **ends}
