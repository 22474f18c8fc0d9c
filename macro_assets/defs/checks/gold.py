"""Checks on gold: as declared, no gap, and the leakage canary.

Belongs here: thin checks over vintage/quality.py.
"""

from datetime import date

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.checks.scope import looked_at
from macro_assets.defs.resources import CatalogResource, ClockResource, LakeResource
from macro_assets.vintage import cube, knowledge, leakage, quality
from macro_assets.vintage.calendars import CubeFrequency
from macro_assets.vintage.layout import as_of_axis

SLICES = 4

monthly_schema_and_keys = table_check("gold/monthly_cube")
quarterly_schema_and_keys = table_check("gold/quarterly_cube")
returns_schema_and_keys = table_check("gold/asset_returns")


def spread(table: pa.Table, number: int = SLICES) -> list[date]:
    """A few as-of dates spread evenly over a cube, the newest among them."""
    days = as_of_axis(table).tolist()
    places = {round(k * (len(days) - 1) / max(1, number - 1)) for k in range(number)}
    return [days[-1 - place] for place in sorted(places)]


def canary(name: str, frequency: CubeFrequency) -> dg.AssetChecksDefinition:
    """The leakage canary of one cube."""

    @dg.asset_check(
        asset=dg.AssetKey(name.split("/")),
        name="leakage_canary",
        blocking=True,
        description="No row was known after its as-of date, a rebuilt cube equals the stored one, and slices built only from "
        "what was known on their own day equal the stored ones bit for bit. Looks at the series that the last run touched and at a "
        "seventh of the others, another each day; at all where the table was rebuilt.",
    )
    def leakage_canary(catalog: CatalogResource, clock: ClockResource, lake: LakeResource) -> dg.AssetCheckResult:
        store, entries = lake.get(), catalog.get()
        part = looked_at(store, name, clock.today())
        facts = knowledge.facts(*(store.read(each, where=part) for each in ("silver/observations", "silver/prices")))
        stored = store.read(name, where=part)
        if not stored.num_rows:
            return dg.AssetCheckResult(passed=not cube.build(facts, entries, frequency=frequency).num_rows)
        newest = pc.max(stored["last_as_of"]).as_py()

        def rebuild(past: pa.Table, day: date | None) -> pa.Table:
            first, last = (None, newest) if day is None else (day, day)
            return cube.build(past, entries, frequency=frequency, start=first, end=last)

        earliest = leakage.earliest_knowledge(facts, entries)
        return check_result(leakage.leakage_canary(stored, facts, earliest, rebuild, spread(stored)))

    return leakage_canary


monthly_leakage_canary = canary("gold/monthly_cube", "M")
quarterly_leakage_canary = canary("gold/quarterly_cube", "Q")


@dg.asset_check(
    asset=["gold", "asset_returns"], description="No month is missing between the first and the last month."
)
def no_gaps(lake: LakeResource) -> dg.AssetCheckResult:
    """Months missing inside an outcome."""
    return check_result(quality.missing_months(lake.get().read("gold/asset_returns")), warn=True)
