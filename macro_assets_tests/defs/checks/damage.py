"""Ways to spoil one table of a lake, as another writer, a provider or a mistake in a rule would.

Each takes the lake and leaves it so that one check must speak up.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import write_deltalake

from macro_assets.lake import Lake
from macro_assets.lake.conform import stored
from macro_assets.tables.quarantine import QUARANTINE, QUARANTINE_DECISIONS
from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import TableSpec

Damage = Callable[[Lake], None]


def rewrite(lake: Lake, name: str, table: pa.Table) -> None:
    """Past the lake's own checks, as a foreign tool would: Delta itself refuses to edit the tables of facts."""
    shutil.rmtree(lake.table_uri(name))
    declared = TABLES[name]
    write_deltalake(lake.table_uri(name), stored(declared, table), partition_by=list(declared.partition_by) or None)


def repeated(name: str) -> Damage:
    """A row of the table is there twice."""

    def spoil(lake: Lake) -> None:
        table = lake.read(name)
        rewrite(lake, name, pa.concat_tables([table, table.slice(0, 1)]))

    return spoil


def first_row(name: str, **values: object) -> Damage:
    """The first row says something else."""

    def spoil(lake: Lake) -> None:
        table = lake.read(name)
        changed = pa.Table.from_pylist([table.slice(0, 1).to_pylist()[0] | values], TABLES[name].schema)
        rewrite(lake, name, pa.concat_tables([table.slice(1), changed]))

    return spoil


def withdraw_series(lake: Lake) -> None:
    table = lake.read("bronze/fred_vintages")
    rewrite(lake, "bronze/fred_vintages", table.filter(pc.not_equal(table["series_id"], "PAYEMS")))


def unit_changed(lake: Lake) -> None:
    """A provider states another unit a day later."""
    row = lake.read("bronze/series_facts").slice(0, 1).to_pylist()[0]
    row |= {"received_at": row["received_at"] + timedelta(days=1), "units": "Furlongs"}
    lake.load("bronze/series_facts", pa.Table.from_pylist([row], TABLES["bronze/series_facts"].source_schema))


def crowded_releases(lake: Lake) -> None:
    """Days of a rule instead of days of publication: five a month."""
    name = "bronze/release_days"
    days = [date(2013, month, day) for month in range(1, 13) for day in (1, 5, 10, 15, 20)]
    rows = [{"release_id": "50", "date": day, "provider": "fred"} for day in days]
    lake.load(name, pa.Table.from_pylist(rows, TABLES[name].source_schema))


def late_statement(lake: Lake) -> None:
    """A first vintage is stated that lies after the first stored fact."""
    first_row("bronze/series_facts", first_vintage=date(2014, 12, 1))(lake)


def huge_revision(lake: Lake) -> None:
    table = lake.read("silver/observations")
    mine = table.filter(pc.equal(table["series_id"], "PAYEMS"))
    row = mine.slice(mine.num_rows - 20, 1).to_pylist()[0]
    day = date(2014, 12, 30)
    row |= {"realtime_start": day, "known_from": day, "value": row["value"] * 4, "known_by": "vintage"}
    lake.replace("silver/observations", pa.concat_tables([table, pa.Table.from_pylist([row], table.schema)]))


def known_a_month_early(lake: Lake) -> None:
    """One fact of silver counts as known before it was published."""
    table = lake.read("silver/observations")
    vintages = table.filter(pc.and_(pc.equal(table["known_by"], "vintage"), pc.equal(table["series_id"], "GDPC1")))
    row = vintages.slice(vintages.num_rows - 5, 1).to_pylist()[0]
    at = table.to_pylist().index(row)
    row["known_from"] -= timedelta(days=40)
    early = pa.Table.from_pylist([row], table.schema)
    lake.replace("silver/observations", pa.concat_tables([table.slice(0, at), early, table.slice(at + 1)]))


def cell_of_another_day(name: str) -> Damage:
    """One cell, deep in a cube, holds a value that was published later."""

    def spoil(lake: Lake) -> None:
        table = lake.read(name)
        at = table.num_rows // 3
        row = table.slice(at, 1).to_pylist()[0]
        row["value"] += 1e-9
        changed = pa.Table.from_pylist([row], table.schema)
        lake.replace(name, pa.concat_tables([table.slice(0, at), changed, table.slice(at + 1)]))

    return spoil


def month_lost(lake: Lake) -> None:
    """The month before the last of the S&P 500 is gone."""
    table = lake.read("gold/asset_returns")
    mine = pc.equal(table["outcome"], "sp500")
    months = sorted(table.filter(mine)["month"].to_pylist())
    lost = pc.and_(mine, pc.equal(table["month"], pa.scalar(months[-2])))
    lake.replace("gold/asset_returns", table.filter(pc.invert(lost)))


def feature_lost(name: str) -> Damage:
    """No row of one feature is left."""

    def spoil(lake: Lake) -> None:
        table = lake.read(name)
        lake.replace(name, table.filter(pc.not_equal(table["feature"], table["feature"][0])))

    return spoil


def case(**values: object) -> Damage:
    """A fact was set aside."""
    row = {
        "table": "bronze/fred_vintages", "id": "UNRATE", "observation_date": date(2014, 11, 1),
        "realtime_start": date(2014, 12, 5), "value": 580.0, "unit": "percent", "reason": "bounds",
        "words": "580 lies outside the plausible bounds 1 to 30 (percent).", "compared_with": None, "fact": "{}",
    } | values  # fmt: skip
    return _appended(QUARANTINE, row)


def decision(**values: object) -> Damage:
    """Someone decided on a fact that was set aside."""
    row = {
        "table": "bronze/fred_vintages", "id": "UNRATE", "observation_date": date(2014, 11, 1),
        "realtime_start": date(2014, 12, 5), "value": 580.0, "unit": "percent", "decision": "rejected", "note": "",
    } | values  # fmt: skip
    return _appended(QUARANTINE_DECISIONS, row)


def own_fact(**values: object) -> Damage:
    """A fact of a user's own file."""
    row = {
        "series_id": "MINE", "observation_date": date(2014, 11, 1), "realtime_start": date(2014, 12, 5), "value": 1.0,
        "status": "published", "dated_by": "file",
    } | values  # fmt: skip
    return _appended(TABLES["bronze/own_data"], row)


def _appended(table: TableSpec, row: dict[str, object]) -> Damage:
    """A row written past the lake's own checks."""

    def spoil(lake: Lake) -> None:
        stamped = row | {"loaded_at": datetime(2014, 12, 5, 12, tzinfo=UTC)}
        rows = pa.Table.from_pylist([stamped], table.schema)
        filed = rows.append_column("bucket", pa.array([0], pa.int16()))
        write_deltalake(lake.table_uri(table.name), filed, partition_by=["bucket"])

    return spoil


def answer_lost(lake: Lake) -> None:
    """Nothing was answered about one series after the middle of 2014."""
    table = lake.read("bronze/coverage")
    mine = pc.equal(table["id"], "PAYEMS")
    spoilt = pc.if_else(mine, pa.scalar(date(2014, 6, 30)), table["complete_through"])
    at = table.schema.get_field_index("complete_through")
    rewrite(lake, "bronze/coverage", table.set_column(at, table.schema.field(at), spoilt))
