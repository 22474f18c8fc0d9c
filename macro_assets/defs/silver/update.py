"""Silver brought up to date with bronze: the rows of what was loaded since, or all of them bucket by bucket.

Belongs here: which ids of silver a load touches, and which rows of bronze they need. Does not belong here: the exchange in the
lake (lake/incremental.py), when a fact counts as known (vintage/knowledge.py), assets.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.defs.silver.sources import bronze_facts, bronze_tables, require_bronze
from macro_assets.errors import LakeError
from macro_assets.lake.conditions import Where
from macro_assets.lake.incremental import Derived, Since, Update
from macro_assets.tables.buckets import BRONZE_BUCKETS, BUCKET
from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import TableSpec
from macro_assets.vintage import knowledge
from macro_assets.vintage import prices as bars
from macro_assets.vintage.statements import recordings

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake

OBSERVATIONS, PRICES, STATED = "silver/observations", "silver/prices", "bronze/series_facts"
YEARLY = "first_of_july"
Ids = frozenset[str]
Part = Callable[[TableSpec], Where | None]


def update_observations(lake: "Lake", catalog: "Catalog", rules: str) -> Update:
    """Bring silver/observations up to date; rules : what decides its rows besides bronze."""
    require_bronze(lake, OBSERVATIONS)
    derived, stated = Derived(lake), lake.read(STATED, missing_ok=True)

    def silver(part: Part) -> pa.Table:
        return knowledge.observations(bronze_facts(lake, OBSERVATIONS, part), catalog, stated)

    return derived.follow(
        OBSERVATIONS,
        rules,
        _sources(derived, catalog, stated),
        lambda ids: observations_of(lake, catalog, ids),
        lambda: _by_bucket(silver),
    )


def _sources(derived: Derived, catalog: "Catalog", stated: pa.Table) -> dict[str, Since]:
    found: dict[str, Since] = {table.name: _since(derived, table, catalog) for table in bronze_tables(OBSERVATIONS)}
    return found | {STATED: lambda version: _stated_otherwise(derived.lake, stated, version)}


def loaded_since(lake: "Lake", catalog: "Catalog") -> Ids:
    """Ids of silver/observations of which bronze holds more than silver was built from; none where that is not known."""
    derived = Derived(lake)
    before, stated = derived.built(OBSERVATIONS), lake.read(STATED, missing_ok=True)
    pending = None if before is None else derived.pending(before, _sources(derived, catalog, stated))
    return pending or frozenset()


def observations_of(lake: "Lake", catalog: "Catalog", ids: Ids) -> pa.Table:
    """Rows of silver/observations of some ids, made of bronze as it is."""
    facts = bronze_facts(lake, OBSERVATIONS, lambda table: {table.bucket_by: _ids_in_bronze(ids, table)})
    table = knowledge.observations(facts, catalog, lake.read(STATED, missing_ok=True))
    return table.filter(pc.is_in(table["series_id"], pa.array(sorted(ids), pa.string())))


def update_prices(lake: "Lake", rules: str) -> Update:
    """Bring silver/prices up to date; rules : what decides its rows besides bronze."""
    require_bronze(lake, PRICES)
    derived = Derived(lake)

    def silver(part: Part) -> pa.Table:
        return bars.build(bronze_facts(lake, PRICES, part)["bars"])

    return derived.follow(
        PRICES,
        rules,
        {table.name: _since(derived, table, None) for table in bronze_tables(PRICES)},
        lambda ids: silver(lambda table: {table.bucket_by: sorted(ids)}),
        lambda: _by_bucket(silver),
    )


def _by_bucket(silver: Callable[[Part], pa.Table]) -> Iterator[pa.Table]:
    """Rows of silver made of one bucket of bronze after the other."""
    for bucket in range(BRONZE_BUCKETS):
        yield silver(lambda _table, at=bucket: {BUCKET: at})  # type: ignore[misc]


def _since(derived: Derived, table: TableSpec, catalog: "Catalog | None") -> Since:
    def touched(version: int) -> Ids | None:
        found = derived.touched(table.name, version)
        if found is None or catalog is None or table.dated_by != YEARLY:
            return found
        return frozenset(f"{name}.{economy}" for name in found for economy in catalog.economies)

    return touched


def _ids_in_bronze(ids: Ids, table: TableSpec) -> list[str]:
    """Ids of a bronze table behind ids of silver; an indicator stands for its economies."""
    return sorted({name.rpartition(".")[0] for name in ids if "." in name} | ids if table.dated_by == YEARLY else ids)


def _stated_otherwise(lake: "Lake", stated: pa.Table, version: int) -> Ids | None:
    """Series of which providers state another first vintage or number of vintages than at a version; None = not known."""
    if version < 0:
        before = TABLES[STATED].empty()
    elif version == lake.version(STATED):
        return frozenset()
    else:
        try:
            before = lake.read(STATED, version=version)
        except LakeError:  # upkeep deletes files that no young version needs
            return None
    one, other = recordings(before), recordings(stated)
    return frozenset(name for name in {*one, *other} if one.get(name) != other.get(name))
