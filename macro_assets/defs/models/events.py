"""The assets `models/event_effects` and `models/instrumented_effects`: days of announcements, and published series compared.

Belongs here: the assets and what they show. Does not belong here: windows, instruments, verdicts, drawing
(macro_assets/causal).
"""

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.catalog.instrumented import moved_series, released_series
from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.publishing import Result, published
from macro_assets.defs.resources import CatalogResource, LakeResource
from macro_assets.defs.versions import code_version

EVENTS = """\
What each outcome did on the days around announcements, per stated size of the surprise: FOMC meetings, OPEC
announcements, and releases whose days are recorded. Read `identification` (of the announcement, from the days before
it) and `finding` (of the row) together: only both make an effect. All, scheduled and unscheduled events stand side by
side; a sample that carries less than eight equally large events finds nothing. The months after an event stand in
`models/causal_effects`."""
INSTRUMENTED = """\
Published series of one shock side by side, and what one percentage point of the two-year yield or ten percent of the oil
price does when such a series moves it. Where the series moves it too little (column `weak`), the interval is the set that
holds all the same, and it may be unbounded: then these data do not say. `agreement_p_value` tests that one effect fits
all series of a family; a series is never compared on an outcome that it was built from."""
RELEASE_DAYS = "bronze/release_days"
DAILY = ("bronze/policy_surprises", "silver/prices", "silver/observations")


class EventConfig(dg.Config):
    """How event days are answered."""

    alpha: float = Field(default=0.05, gt=0, lt=1, description="One minus the level of the intervals.")
    seed: int = Field(default=0, description="Seed of the signs in the placebo before the event.")


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"deltalake", "scipy"},
    description=EVENTS,
    code_version=code_version(__name__, "event_effects", series=released_series),
    pool="training",
    dagster_type=pa.Table,
    ins=reads(*DAILY),
    deps=[dg.AssetKey(RELEASE_DAYS.split("/"))],
)
@in_words
def event_effects(
    context: dg.AssetExecutionContext,
    config: EventConfig,
    policy_surprises: pa.Table,
    prices: pa.Table,
    observations: pa.Table,
    catalog: CatalogResource,
    lake: LakeResource,
) -> Result:
    """Surprises by day, closes by day, answers, pictures."""
    from macro_assets.causal.events.answers import answer_events
    from macro_assets.causal.events.inputs import daily_closes, event_shocks
    from macro_assets.causal.events.releases import release_shocks

    entries = catalog.get()
    answers = answer_events(
        [
            *event_shocks(policy_surprises, entries),
            *release_shocks(lake.get().read(RELEASE_DAYS, missing_ok=True), observations, entries),
        ],
        daily_closes(prices, observations, entries),
        titles={name: event.title for name, event in entries.events.items()},
        alpha=config.alpha,
        seed=config.seed,
    )
    context.log.info(answers.summary())
    return dg.MaterializeResult(
        value=answers.to_table(),
        metadata=published(
            numbers={
                f"effects_found_{name}": sum(one.finding == "effect found" for one in answers.on_the_day(name))
                for name in answers.identification
            },
            words={name: answers.in_words(name) for name in answers.identification},
            figures={name: answers.plot_shock(name) for name in answers.identification}
            | {f"path_{shock}": answers.plot_path(shock, outcome) for shock, outcome in answers.clearest().items()},
        ),
    )


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"deltalake", "scipy"},
    description=INSTRUMENTED,
    code_version=code_version(__name__, "instrumented_effects", series=moved_series),
    pool="training",
    dagster_type=pa.Table,
    ins=reads(*DAILY, "gold/asset_returns"),
)
@in_words
def instrumented_effects(
    context: dg.AssetExecutionContext,
    policy_surprises: pa.Table,
    asset_returns: pa.Table,
    prices: pa.Table,
    observations: pa.Table,
    catalog: CatalogResource,
) -> Result:
    """Families of published series, compared."""
    from macro_assets.causal.events.published import answer_families

    families = answer_families(policy_surprises, asset_returns, prices, observations, catalog.get())
    for family in families:
        context.log.info(family.summary())
    return dg.MaterializeResult(
        value=pa.concat_tables([family.to_table() for family in families]),
        metadata=published(
            numbers={f"disagreeing_outcomes_{one.family.name}": len(one.disagreeing()) for one in families},
            words={one.family.name: one.summary() for one in families},
            figures={one.family.name: one.plot() for one in families},
        ),
    )
