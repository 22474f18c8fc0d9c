"""The asset `models/predictive_spread`: how far the coming month may take each outcome.

Belongs here: the asset, its config and what it shows. Does not belong here: the network, its rival, scores
(macro_assets/uncertainty).
"""

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.publishing import Result, published
from macro_assets.defs.resources import CatalogResource
from macro_assets.defs.versions import code_version

SPREAD = """\
How far the next month may take each outcome: 80 and 90 % intervals of its return or change, given the month's shocks, the
state of the economy and recent volatility. A network with a scale head is served only where it covered what it says in a
walk-forward and was not wider than its rival, quantiles scaled with recent volatility; `method` says which. `level` (low,
medium, high) ranks today's interval among the outcome's own. This is the spread of an outcome: not the sampling error of an
effect (`models/causal_effects`), and no bound on what is identified. Refitted weekly."""
INPUTS = (
    "gold/asset_returns", "silver/prices", "silver/observations", "treatments/macro_shocks",
    "features/recession_features_monthly", "targets/recession_targets",
)  # fmt: skip


class SpreadConfig(dg.Config):
    """How the walk-forward is made."""

    first_year: int = Field(
        default=1975, ge=1950, description="Year of the first network; scores begin ten years later."
    )
    seed: int = Field(default=0, description="Seed of the networks' initial weights.")


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"pytorch", "deltalake"},
    description=SPREAD,
    code_version=code_version(__name__),
    pool="training",
    dagster_type=pa.Table,
    ins=reads(*INPUTS),
)
@in_words
def predictive_spread(
    context: dg.AssetExecutionContext,
    config: SpreadConfig,
    asset_returns: pa.Table,
    prices: pa.Table,
    observations: pa.Table,
    macro_shocks: pa.Table,
    recession_features_monthly: pa.Table,
    recession_targets: pa.Table,
    catalog: CatalogResource,
) -> Result:
    """Walk network and rival forward, serve the one that wins, rank today's spread."""
    from macro_assets.uncertainty import answers, panel

    rows = panel.build(
        asset_returns,
        prices,
        observations,
        macro_shocks,
        panel.states_of(recession_features_monthly),
        catalog.get(),
    )
    found = answers.answer(
        rows, panel.recession_months(recession_targets), first_year=config.first_year, seed=config.seed
    )
    context.log.info(found.summary())
    judged = found.report
    numbers = {
        f"{name}_{one.method}": value
        for one in (judged.network, judged.ewma)
        for name, value in (
            ("cover", one.coverage),
            ("cover_in_recessions", one.coverage_recession),
            ("cover_in_high_volatility", one.coverage_high_volatility),
        )
        if value == value
    }
    return dg.MaterializeResult(
        value=found.table(),
        metadata=published(
            numbers=numbers | {"interval_score_over_rival": judged.ratio, "forecasts": judged.rows},
            words={"served": judged.served, "in_words": judged.summary()},
            tables={"scores": judged.to_frame()},
            figures={"ranks": found.plot(), "scores": judged.plot()},
        ),
    )
