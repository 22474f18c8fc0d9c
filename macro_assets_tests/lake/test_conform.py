"""Whatever a caller hands over ends in the declared schema, or in an error that names the column."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.errors import SchemaError
from macro_assets.lake.conform import conform, sorted_unique
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import RETURNS, VINTAGES, fact, facts, returns

SPEC = TABLES[VINTAGES]


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_pandas_strings_and_time_stamps_of_any_unit_become_what_is_declared(unit: str) -> None:
    frame = facts([fact(), fact(value=None, status="missing", began="2008-11-01")]).to_pandas()
    for name in ("observation_date", "realtime_start"):
        frame[name] = pd.to_datetime(frame[name]).astype(f"datetime64[{unit}]")
    rows = conform(SPEC, frame)
    assert rows.schema.equals(SPEC.schema, check_metadata=True)
    assert rows["value"].to_pylist() == [218.8, None]
    assert rows["realtime_start"].to_pylist() == [dt.date(2008, 10, 16), dt.date(2008, 11, 1)]


def test_dictionary_strings_and_shuffled_columns_are_accepted() -> None:
    table = facts([fact()])
    encoded = table.set_column(0, "series_id", table["series_id"].dictionary_encode())
    assert conform(SPEC, encoded.select(encoded.column_names[::-1])).equals(conform(SPEC, table))


def test_the_lake_files_a_row_under_the_year_it_became_known() -> None:
    wrong = facts([fact(observed="2007-12-01", began="2008-01-16")]).append_column("realtime_year", pa.array([1]))
    assert conform(SPEC, wrong)["realtime_year"].to_pylist() == [2008]


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
