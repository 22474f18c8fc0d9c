"""What holds for every feature of every set: its name, its unit, the series it reads, and nothing but them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import xarray as xr

from macro_assets.catalog import load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.signals.feature_sets import FEATURE_SETS
from macro_assets.signals.features import Feature, FeatureSet, Slices, Values
from macro_assets.tables.registry import TABLES
from macro_assets.tables.rows import table_of

SETS = {each.name: each for each in FEATURE_SETS}
ROWS, DEPTH = 60, 48
DIMS = ("as_of", "lag", "series")
EVERY_SET = pytest.mark.parametrize("each", FEATURE_SETS, ids=list(SETS))


def cube(names: tuple[str, ...], frequency: str, seed: int) -> xr.DataArray:
    """Random walks; in three of ten rows a series is not known at all, so that what stands in for it is read."""
    rng = np.random.default_rng(seed)
    values = 100 * np.exp(np.cumsum(rng.normal(0.01, 0.05, (ROWS, DEPTH, len(names))), axis=1))
    values[np.broadcast_to(rng.random((ROWS, 1, len(names))) < 0.3, values.shape)] = np.nan
    as_of = pd.date_range("2000-03-31", periods=ROWS, freq={"M": "ME", "Q": "QE"}[frequency]).values
    known_at = np.broadcast_to(as_of[:, None, None] - np.timedelta64(9, "D"), values.shape).copy()
    known_at[np.isnan(values)] = np.datetime64("NaT")
    coords = {"as_of": as_of, "lag": range(DEPTH), "series": list(names), "known_at": (DIMS, known_at),
              "complete": (DIMS, ~np.isnan(values))}  # fmt: skip
    return xr.DataArray(values, dims=DIMS, coords=coords)


def slices(each: FeatureSet) -> Slices:
    """Everything the set reads, under its id wherever a feature could look for it."""
    days = [day.date() for day in pd.bdate_range("1999-01-01", "2003-06-30")]
    returns = np.random.default_rng(7).normal(0, 0.01, len(days))
    prices = pa.table({"symbol": ["^GSPC"] * len(days), "date": days, "known_from": days, "total_return": returns})
    return Slices(cube(each.reads, each.frequency, 1), cube(each.reads, each.frequency, 2) / 100, prices)


def changed(given: Slices, name: str) -> Slices:
    """The same slices with other values of one series, known where they were known."""
    rng = np.random.default_rng(3)
    arrays = []
    for array in (given.cube, given.outcomes):
        assert array is not None
        other = array.copy(deep=True)
        factor = np.exp(rng.normal(0, 0.6, array.shape[:2]))
        other.loc[{"series": name}] = array.sel(series=name).values * factor
        arrays.append(other)
    prices = given.daily_prices()
    if name in prices["symbol"].to_pylist():
        factor = pa.array(np.exp(rng.normal(0, 0.2, prices.num_rows)))
        prices = prices.set_column(3, "total_return", pc.multiply(prices["total_return"], factor))
    return Slices(arrays[0], arrays[1], prices)


@EVERY_SET
def test_a_feature_reads_what_it_declares_and_nothing_else(each: FeatureSet) -> None:
    given = slices(each)
    before = each.compute(given).values
    assert np.isfinite(before).any(axis=0).all(), "every feature has a value somewhere"
    for name in each.reads:
        after = each.compute(changed(given, name)).values
        moved = ~((before == after) | (np.isnan(before) & np.isnan(after))).all(axis=0)
        touched = {feature.name for feature, moves in zip(each.features, moved, strict=True) if moves}
        declared = {feature.name for feature in each.features if name in feature.reads}
        assert touched == declared, name


@EVERY_SET
def test_every_feature_has_a_name_of_its_own_a_unit_and_words(each: FeatureSet) -> None:
    assert len(set(each.names)) == len(each.names) == len(each.features)
    for feature in each.features:
        assert feature.unit, feature.name
        assert feature.description.endswith("."), feature.name
        assert feature.reads, feature.name
        assert len(set(feature.reads)) == len(feature.reads), feature.name
    assert each.dictionary()["feature"].tolist() == list(each.names)


def test_a_name_that_stands_in_two_sets_has_one_unit() -> None:
    units: dict[str, set[str]] = {}
    for each in FEATURE_SETS:
        for feature in each.features:
            units.setdefault(feature.name, set()).add(feature.unit)
    assert {name: unit for name, unit in units.items() if len(unit) > 1} == {}


@EVERY_SET
def test_what_a_feature_reads_exists(each: FeatureSet) -> None:
    catalog = load_catalog()
    assert [name for name in each.reads if catalog.find(name) is None and name not in catalog.splices] == []


@EVERY_SET
def test_a_row_is_the_same_bit_for_bit_in_any_company(each: FeatureSet) -> None:
    given = slices(each)
    whole = each.compute(given)
    alone = each.compute(Slices(given.cube[5:6], given.monthly_outcomes()[5:6], given.prices))
    assert np.array_equal(alone.values[0], whole.values[5], equal_nan=True)
    assert np.array_equal(alone.known_at[0], whole.known_at[5], equal_nan=True)


@EVERY_SET
def test_a_value_is_dated_and_known_by_its_as_of_date(each: FeatureSet) -> None:
    block = each.compute(slices(each))
    there = np.isfinite(block.values)
    assert not np.isnat(block.known_at[there]).any()
    assert (block.known_at <= block.as_of[:, None])[there].all()


def test_every_table_of_features_belongs_to_one_set_and_holds_its_units() -> None:
    tables = [name for each in FEATURE_SETS for name in each.tables]
    assert sorted(tables) == sorted(name for name in TABLES if name.startswith("features/"))
    for each in FEATURE_SETS:
        rows = each.compute(slices(each)).table()
        for name in each.tables:
            assert table_of(rows, name).equals(rows)
        units = set(zip(rows["feature"].to_pylist(), rows["unit"].to_pylist(), strict=True))
        assert units == {(feature.name, feature.unit) for feature in each.features}


def test_two_features_of_one_name_are_refused_by_name() -> None:
    one = Feature("slope", "percent", "A slope.", ("A",), lambda given: Values(np.zeros(1), given.as_of))
    with pytest.raises(InvalidInputError, match=r"Duplicate features \['slope'\] in mine"):
        FeatureSet("mine", "M", (one, replace(one, unit="decimal")))


def test_slices_without_outcomes_or_prices_say_so() -> None:
    given = Slices(cube(("A",), "M", 0))
    with pytest.raises(InvalidInputError, match="hold no outcomes"):
        given.monthly_outcomes()
    with pytest.raises(InvalidInputError, match="hold no prices"):
        given.daily_prices()
    assert given.as_of[0].item() == dt.date(2000, 3, 31)
