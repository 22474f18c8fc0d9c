"""What was set aside as implausible, and the decisions on it, in Dagster.

Belongs here: the two assets. Does not belong here: setting aside and deciding (screening.py), rules (plausibility/).
"""

from datetime import date
from enum import Enum

import dagster as dg
from pydantic import Field

from macro_assets.defs.bronze import screening
from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import column_schema, counts, markdown
from macro_assets.defs.publishing import Result
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.defs.versions import code_version
from macro_assets.defs.versions.declared import names_of
from macro_assets.plausibility.cases import Case, groups
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables import bronze
from macro_assets.tables.quarantine import DECISIONS, QUARANTINE, QUARANTINE_DECISIONS
from macro_assets.tables.spec import TableSpec

LOADED = [provider for provider in PROVIDERS if provider.table.mode == "facts"]
ANSWERS = [dg.AssetKey(name.split("/")) for one in LOADED for name in (one.name, *one.asset_keys)]
"""The providers, and the loads that append to the quarantine: it is shown after them."""
RESTS_ON = names_of(bronze, [one.table for one in LOADED])
"""What a case is held against, reached by no import."""


class Decision(Enum):
    """What a person decides on a fact that was set aside."""

    accepted = "accepted"
    rejected = "rejected"


class DecisionConfig(dg.Config):
    """Which cases, and what is decided."""

    id: str = Field(
        default="", description="Id of the series as the quarantine shows it, e.g. UNRATE; empty = only show decisions."
    )
    decision: Decision = Field(
        default=Decision.rejected, description="accepted: the facts are loaded. rejected: they stay out."
    )
    periods: list[str] = Field(
        default=[], description="First days of the periods, YYYY-MM-DD; empty = all open cases of the series."
    )
    note: str = Field(default="", description="Why; kept with the decision.")


@dg.asset(
    key=QUARANTINE.name.split("/"),
    group_name="bronze",
    kinds={"deltalake"},
    code_version=code_version(__name__, "quarantine", also=RESTS_ON),
    deps=ANSWERS,
    description="Facts that the rules of plausibility set aside before they could enter the lake, each with its reason, the "
    "limit and the day that set the limit; the rest of their batch was loaded. Every load appends to it. Only the series "
    "named here are stale. A corrected value simply loads and closes its case; to accept or reject one by hand, "
    "materialise bronze/quarantine_decisions, or use `macro-assets quarantine`.",
)
@in_words
def quarantine(lake: LakeResource) -> Result:
    """Show the cases as they stand."""
    store = lake.get()
    return dg.MaterializeResult(metadata=_shown(screening.cases(store), QUARANTINE, store.table_uri(QUARANTINE.name)))


@dg.asset(
    key=QUARANTINE_DECISIONS.name.split("/"),
    group_name="bronze",
    kinds={"deltalake"},
    code_version=code_version(__name__, "quarantine_decisions"),
    description="Accepts or rejects facts that were set aside: materialise it with the id of the series and the decision in "
    "the Launchpad; without an id it shows what was decided so far. An accepted fact is loaded, and what is plausible "
    "beside it too; then rebuild silver, or let automation do so. The last decision counts.",
)
@in_words
def quarantine_decisions(
    config: DecisionConfig, catalog: CatalogResource, clock: ClockResource, lake: LakeResource
) -> Result:
    """Decide, and show what was decided so far."""
    store = lake.get()
    if config.id:
        screening.decide(
            store, catalog.get(), clock.today(), name=config.id, decision=config.decision.value,
            periods=[date.fromisoformat(day) for day in config.periods], note=config.note,
        )  # fmt: skip
    decided = [case for case in screening.cases(store) if case.status in DECISIONS]
    return dg.MaterializeResult(
        metadata=_shown(decided, QUARANTINE_DECISIONS, store.table_uri(QUARANTINE_DECISIONS.name))
    )


def _shown(cases: list[Case], table: TableSpec, uri: str) -> dict[str, dg.MetadataValue | str]:
    """Cases by status, and a line for each series, day and reason."""
    import pandas as pd

    lines = pd.DataFrame(groups(sorted(cases, key=lambda case: case.status != "open")))
    by_status = {f"cases_{status}": sum(case.status == status for case in cases) for status in
                 ("open", "accepted", "rejected", "corrected")}  # fmt: skip
    return counts(by_status) | {
        "cases": markdown(lines.head(100)) if len(lines) else "none",
        "dagster/column_schema": column_schema(table.name),
        "dagster/table_name": table.name,
        "dagster/uri": uri,
    }
