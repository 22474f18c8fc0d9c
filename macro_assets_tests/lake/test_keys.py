"""Key codes order and match rows exactly as the keys themselves do."""

import datetime as dt

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.lake.keys import differing_rows, key_codes, match, sort_by_key

SCHEMA = pa.schema([("name", pa.string()), ("day", pa.date32()), ("number", pa.int32()), ("big", pa.int64())])
keys = st.tuples(
    st.sampled_from(["", "GDP", "GDPC1", "^GSPC", "ä"]),
    st.dates(dt.date(1700, 1, 1), dt.date(2200, 1, 1)),
    st.integers(-(2**31), 2**31 - 1),
    st.integers(-(2**61), 2**61),
)


def table(rows: list[tuple]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], schema=SCHEMA)


@given(st.lists(keys, max_size=20), st.lists(keys, max_size=20))
def test_codes_are_equal_and_ordered_exactly_as_the_keys(left: list[tuple], right: list[tuple]) -> None:
    codes = np.concatenate(key_codes([table(left), table(right)], SCHEMA.names))
    rows = left + right
    for one in range(len(rows)):
        for other in range(one):
            assert (codes[one] < codes[other]) == (rows[one] < rows[other])
            assert (codes[one] == codes[other]) == (rows[one] == rows[other])


@given(st.lists(keys, max_size=20))
def test_sorting_by_key_sorts(rows: list[tuple]) -> None:
    found = sort_by_key(table(rows), SCHEMA.names).to_pylist()
    assert [tuple(row.values()) for row in found] == sorted(rows)


@given(st.lists(st.integers(0, 30), unique=True), st.lists(st.integers(0, 30)))
def test_match_finds_the_position_or_minus_one(stored: list[int], wanted: list[int]) -> None:
    found = match(np.array(wanted, dtype=np.int64), np.array(stored, dtype=np.int64))
    assert found.tolist() == [stored.index(value) if value in stored else -1 for value in wanted]


def test_two_nulls_agree_and_a_null_differs_from_a_number() -> None:
    left = pa.table({"value": pa.array([None, None, 1.0, 1.0], pa.float64())})
    right = pa.table({"value": pa.array([None, 1.0, None, 1.0], pa.float64())})
    assert differing_rows(left, right, ["value"]).tolist() == [1, 2]
