"""The asset `evaluation/regime_validation`: the two factors beside their rivals on the same months.

Belongs here: the asset, its config and what it shows. Does not belong here: rivals and scores (macro_assets/regimes).
"""

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.publishing import Result, published
from macro_assets.defs.versions import code_version

DESCRIPTION = """\
How good the regimes are. The two factors of models/regime_probabilities beside a hidden Markov model, a jump model, Markov
switching and the unemployment rule, each refitted once a year on what was known then and scored on the same months:
balanced accuracy against NBER recessions, length of a regime, switches, detection lag, revisions, and the density of next
month's return beside one state and daily volatility. Read it before trusting a label."""


class RegimeValidationConfig(dg.Config):
    """How the models are fitted."""

    refit_month: int = Field(default=12, ge=1, le=12, description="Calendar month after which models are refitted.")
    minimum_months: int = Field(default=240, ge=120, description="Complete months before a model's first fit.")


@dg.asset(
    key_prefix="evaluation",
    group_name="evaluation",
    kinds={"statsmodels", "deltalake"},
    description=DESCRIPTION,
    code_version=code_version(__name__),
    pool="training",
    dagster_type=pa.Table,
    ins=reads("gold/monthly_cube", "silver/prices", "features/recession_features_monthly", "targets/recession_targets"),
)
@in_words
def regime_validation(
    context: dg.AssetExecutionContext,
    config: RegimeValidationConfig,
    monthly_cube: pa.Table,
    prices: pa.Table,
    recession_features_monthly: pa.Table,
    recession_targets: pa.Table,
) -> Result:
    """Publish, score, describe."""
    from macro_assets.recession import nowcast_history
    from macro_assets.regimes import validate_regimes
    from macro_assets.tables.regimes import TWO_FACTORS

    fits = {"refit_month": config.refit_month, "minimum_months": config.minimum_months}
    nowcast = nowcast_history(recession_features_monthly, recession_targets, **fits)
    found = validate_regimes(monthly_cube, prices, nowcast, **fits)
    context.log.info(found.summary())
    served = found.score(TWO_FACTORS)
    measures = ("balanced_accuracy", "mean_duration_months", "revision_rate", "detection_lag_days", "density_gain")
    return dg.MaterializeResult(
        value=found.table(),
        metadata=published(
            numbers={name: float(served[name]) for name in measures if served[name] == served[name]},
            words={"in_words": found.summary()},
            tables={"scores": found.to_frame()},
            figures={"accuracy_and_duration": found.plot()},
        ),
    )
