"""Whatever a caller hands over ends in the declared schema, or in an error that names the column."""

import datetime as dt
import math
import zlib
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.errors import InvalidInputError, SchemaError
from macro_assets.lake.conform import conform, instant, loaded, sorted_unique, stored
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import DAY, RETURNS, VINTAGES, fact, facts, returns

SPEC = TABLES[VINTAGES]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_pandas_strings_and_time_stamps_of_any_unit_become_what_is_declared(unit: str) -> None:
    frame = facts([fact(), fact(value=None, status="missing", began="2008-11-01")]).to_pandas()
    for name in ("observation_date", "realtime_start"):
        frame[name] = pd.to_datetime(frame[name]).astype(f"datetime64[{unit}]")
    rows = conform(SPEC, frame)
    assert rows.schema.equals(SPEC.source_schema, check_metadata=True)
    assert rows["value"].to_pylist() == [218.8, None]
    assert rows["realtime_start"].to_pylist() == [dt.date(2008, 10, 16), dt.date(2008, 11, 1)]


def test_dictionary_strings_and_shuffled_columns_are_accepted() -> None:
    table = facts([fact()])
    encoded = table.set_column(0, "series_id", table["series_id"].dictionary_encode())
    assert conform(SPEC, encoded.select(encoded.column_names[::-1])).equals(conform(SPEC, table))


def test_the_lake_not_the_caller_says_when_a_row_was_loaded() -> None:
    at = dt.datetime(2008, 10, 16, 14, tzinfo=dt.UTC)
    claimed = facts([fact()]).append_column("loaded_at", pa.array([at]))
    assert conform(SPEC, claimed).column_names == SPEC.source_schema.names
    assert loaded(SPEC, conform(SPEC, claimed), at + DAY)["loaded_at"].to_pylist() == [at + DAY]


def test_a_row_lies_in_the_bucket_of_its_id_and_each_bucket_in_key_order() -> None:
    names = ["GDPC1", "UNRATE", "CPIAUCSL", "ä", "DFF"]
    rows, _ = sorted_unique(
        SPEC, conform(SPEC, facts(fact(series=s, began=b) for s in names for b in ("2009-01-01", "2008-11-01")))
    )
    filed = stored(SPEC, loaded(SPEC, rows, instant(None)))
    assert filed.schema.equals(SPEC.stored_schema)
    # the constants are CRC-32 as any other tool computes it
    assert dict(zip(filed["series_id"].to_pylist(), filed["bucket"].to_pylist(), strict=True)) == {
        "GDPC1": 0xdeb18e62 % 16, "UNRATE": zlib.crc32(b"UNRATE") % 16, "CPIAUCSL": zlib.crc32(b"CPIAUCSL") % 16,
        "ä": zlib.crc32("ä".encode()) % 16, "DFF": zlib.crc32(b"DFF") % 16,
    }  # fmt: skip
    order = list(zip(*(filed[name].to_pylist() for name in ("bucket", *SPEC.identity)), strict=True))
    assert order == sorted(order)


def test_an_instant_has_a_time_zone() -> None:
    with pytest.raises(InvalidInputError, match="has no time zone"):
        instant(dt.datetime(2008, 10, 16))
    assert instant(dt.datetime(2008, 10, 16, 8, tzinfo=ZoneInfo("America/New_York"))).hour == 12


def test_negative_zero_is_zero() -> None:
    (value,) = conform(SPEC, facts([fact(value=-0.0)]))["value"].to_pylist()
    assert math.copysign(1, value) == 1


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_number_that_is_none_is_refused(number: float) -> None:
    with pytest.raises(SchemaError, match=r"'value' of [a-z_/]+ has 1 NaN or infinite"):
        conform(SPEC, facts([fact(value=number)]))


def test_missing_and_unknown_columns_are_named() -> None:
    table = facts([fact()]).rename_columns(["series_id", "date", "realtime_start", "value", "status"])
    with pytest.raises(SchemaError, match=r"missing: \['observation_date'\], unknown: \['date'\]"):
        conform(SPEC, table)


def test_a_null_in_the_key_a_time_of_day_and_a_strange_status_are_refused() -> None:
    good = facts([fact()])
    with pytest.raises(SchemaError, match=r"'series_id' of [a-z_/]+ has 1 null"):
        conform(SPEC, good.set_column(0, "series_id", pa.array([None], pa.string())))
    with pytest.raises(SchemaError, match=r"'observation_date' of [a-z_/]+ holds a time of day"):
        conform(SPEC, good.set_column(1, "observation_date", pa.array([np.datetime64("2008-09-01T12:00", "us")])))
    with pytest.raises(SchemaError, match=r"'status' of [a-z_/]+ holds"):
        conform(SPEC, facts([fact(status="estimated")]))


def test_repetitions_within_a_batch_are_counted_and_contradictions_are_errors() -> None:
    rows, dropped = sorted_unique(SPEC, conform(SPEC, facts([fact(series="B"), fact(series="A"), fact(series="B")])))
    assert (rows["series_id"].to_pylist(), dropped) == (["A", "B"], 1)
    with pytest.raises(SchemaError, match=r"observation_date=2008-09-01.*value=1\.0.*value=2\.0"):
        sorted_unique(SPEC, conform(SPEC, facts([fact(value=1.0), fact(value=2.0)])))


def test_an_empty_frame_keeps_the_declared_schema() -> None:
    empty = conform(TABLES[RETURNS], pd.DataFrame(columns=TABLES[RETURNS].schema.names))
    assert empty.equals(returns([]))
