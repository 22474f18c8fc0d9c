"""A frame becomes the declared table, or an error that names the column: nothing is dropped, guessed or filled in."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.errors import SchemaError, TableNotFoundError
from macro_assets.tables.registry import TABLES
from macro_assets.tables.rows import table_of

EFFECTS = "models/causal_effects"
LABELS = "targets/recession_targets"


def labels(**other: object) -> pd.DataFrame:
    rows = {
        "frequency": ["M", "M"],
        "period": pd.DatetimeIndex(["2008-01-31", "2008-02-29"]),
        "target": "within_6m",
        "value": [1.0, np.nan],
        "unit": "0 or 1",
        "known_at": pd.DatetimeIndex(["2008-12-01", "NaT"]),
        "known_by": "nber",
        "volatility": np.nan,
    }
    return pd.DataFrame(rows | other)


def test_a_frame_becomes_the_declared_table_and_nan_a_null() -> None:
    frame = labels()
    table = table_of(frame[frame.columns[::-1]], LABELS)
    assert table.schema.equals(TABLES[LABELS].schema, check_metadata=True)
    assert table["value"].to_pylist() == [1.0, None]
    assert table["known_at"].to_pylist() == [dt.date(2008, 12, 1), None]


def test_columns_of_numpy_and_of_python_become_the_same_table_as_a_frame() -> None:
    frame = labels()
    columns = {name: frame[name].tolist() for name in frame}
    columns["period"] = frame["period"].to_numpy().astype("datetime64[D]")  # type: ignore[assignment]
    assert table_of(columns, LABELS).equals(table_of(frame, LABELS))


def test_a_whole_number_that_pandas_made_a_float_is_a_whole_number_again_and_half_a_month_is_refused() -> None:
    spec = TABLES[EFFECTS]
    row = {
        field.name: {pa.string(): "x", pa.date32(): dt.date(2008, 1, 31), pa.bool_(): True}.get(field.type, 1.0)
        for field in spec.schema
    }
    row |= {
        "identification": "identified",
        "finding": "effect found",
        "specification": "stable",
        "tier": "T1",
        "tier_stated_by": "user",
        "effective_n": np.nan,
    }
    table = table_of(pd.DataFrame([row]), EFFECTS)
    assert table.select(["horizon", "effective_n"]).to_pylist() == [{"horizon": 1, "effective_n": None}]
    with pytest.raises(SchemaError, match=r"'horizon' of [a-z_/]+ of type double does not fit int16"):
        table_of(pd.DataFrame([row | {"horizon": 0.5}]), EFFECTS)


def test_missing_and_unknown_columns_are_refused_by_name() -> None:
    with pytest.raises(SchemaError, match=r"missing: \['value'\], unknown: \['valeu'\]"):
        table_of(labels().rename(columns={"value": "valeu"}), LABELS)
    with pytest.raises(SchemaError, match=r"missing: \[\], unknown: \['spare'\]"):
        table_of(labels(spare=1), LABELS)
    with pytest.raises(SchemaError, match=r"Duplicate columns \['value'\]"):
        table_of(pd.concat([labels(), labels()[["value"]]], axis=1), LABELS)
    with pytest.raises(TableNotFoundError, match="Did you mean targets/recession"):
        table_of(labels(), "targets/recession_target")


def test_what_a_row_may_not_hold_is_refused_by_column() -> None:
    with pytest.raises(SchemaError, match=r"'target' of [a-z_/]+ has 1 null"):
        table_of(labels(target=["within_6m", None]), LABELS)
    with pytest.raises(SchemaError, match=r"'value' of [a-z_/]+ has 1 NaN or infinite"):
        table_of(labels(value=[np.inf, 1.0]), LABELS)
    with pytest.raises(SchemaError, match=r"'period' of [a-z_/]+ holds a time of day"):
        table_of(labels(period=pd.DatetimeIndex(["2008-01-31T12:00", "2008-02-29"])), LABELS)
    with pytest.raises(SchemaError, match=r"'frequency' of [a-z_/]+ holds \['W'\]. Allowed are \['M', 'Q'\]"):
        table_of(labels(frequency="W"), LABELS)
    with pytest.raises(SchemaError, match=r"'known_by' of [a-z_/]+ holds values of mixed types"):
        table_of(labels(known_by=["nber", 1.0]), LABELS)


def test_an_empty_frame_is_an_empty_table() -> None:
    empty = table_of(pd.DataFrame(columns=TABLES[LABELS].schema.names), LABELS)
    assert empty.equals(TABLES[LABELS].empty())


def test_columns_of_unequal_length_and_numbers_beyond_their_range_are_refused() -> None:
    columns = {name: list(labels()[name]) for name in labels().columns}
    with pytest.raises(SchemaError, match="differ in length"):
        table_of(columns | {"value": columns["value"][:-1]}, LABELS)
    with pytest.raises(SchemaError, match="beyond their range"):
        table_of(columns | {"value": [10**30] * len(columns["value"])}, LABELS)
