"""Thousands of columns agree with the plain way to compute them, and each depends on its own slice alone."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from macro_assets.errors import InvalidInputError
from macro_assets.signals.features import FeatureBlock, Slices
from macro_assets.signals.recession import quarterly, spec, windows
from macro_assets_tests.signals import naive_recession_features as naive


def cube(rows: int = 12, seed: int = 0, missing: float = 0.02) -> xr.DataArray:
    rng = np.random.default_rng(seed)
    names = list(quarterly.SERIES)
    values = 100 * np.exp(np.cumsum(rng.normal(0.01, 0.05, (rows, quarterly.DEPTH, len(names))), axis=1))
    values[rng.random(values.shape) < missing] = np.nan
    values[:, 0, ::3] = np.nan  # not yet published at the end of the quarter
    as_of = pd.date_range("2000-03-31", periods=rows, freq="QE").values
    return labelled(values, as_of, names)


def labelled(values: np.ndarray, as_of: np.ndarray, names: list[str]) -> xr.DataArray:
    """A cube in the form of `dense`: everything known on the as-of date."""
    dims = ("as_of", "lag", "series")
    known_at = np.broadcast_to(as_of[:, None, None], values.shape)
    coords = {"as_of": as_of, "lag": range(values.shape[1]), "series": names, "known_at": (dims, known_at)}
    return xr.DataArray(values, dims=dims, coords=coords)


def features(array: xr.DataArray) -> FeatureBlock:
    return quarterly.FEATURE_SET.compute(Slices(array))


@pytest.fixture(scope="module")
def array() -> xr.DataArray:
    return cube()


@pytest.fixture(scope="module")
def block(array: xr.DataArray) -> FeatureBlock:
    return features(array)


def slice_frame(array: xr.DataArray, row: int) -> pd.DataFrame:
    return pd.DataFrame(array.values[row, ::-1], columns=list(array["series"].values))


def test_there_are_at_least_5416_columns_with_names_of_their_own(block: FeatureBlock) -> None:
    assert len(block.names) >= 5416
    assert len(set(block.names)) == len(block.names) == block.values.shape[1]
    assert len(spec.INDICATORS) == 27
    assert len(spec.compound_names()) == 27 * 6 * 11 * 3
    assert len(spec.RATIOS) >= 15
    assert len(spec.TECHNICALS) * 2 == 30


def test_every_name_can_be_read(block: FeatureBlock) -> None:
    parsed = spec.parse("payrolls__lag4__median8__yoy")
    assert parsed == spec.ColumnName("compound", ("payrolls",), 4, "median", 8, "yoy")
    assert {spec.parse(name).kind for name in block.names} == {
        "compound", "ratio", "technical", "square", "product", "quotient"
    }  # fmt: skip
    for wrong in ("gold__lag1", "payrolls__lag5", "payrolls__yoy__lag1"):
        with pytest.raises(InvalidInputError):
            spec.parse(wrong)


def test_all_columns_agree_with_the_plain_way(array: xr.DataArray, block: FeatureBlock) -> None:
    rng = np.random.default_rng(1)
    simple = [j for j, name in enumerate(block.names) if spec.parse(name).kind != "compound"]
    for row in (0, 7):
        frame = naive.inputs(slice_frame(array, row))
        columns = [*rng.choice(len(spec.compound_names()), 1200, replace=False), *simple]
        expected = np.array([naive.column(frame, block.names[j]) for j in columns])
        got = block.values[row, columns]
        assert (np.isnan(expected) == np.isnan(got)).all()
        scale = np.maximum(np.abs(expected), 1.0)
        assert np.nanmax(np.abs(got - expected) / scale) < 1e-9


def test_a_row_is_the_same_bit_for_bit_in_any_company(array: xr.DataArray, block: FeatureBlock) -> None:
    alone = features(array[5:6])
    later = cube(rows=40, seed=3)
    later[:12] = array.values
    among = features(later)
    assert np.array_equal(alone.values[0], block.values[5], equal_nan=True)
    assert np.array_equal(among.values[:12], block.values, equal_nan=True)


def test_no_series_carries_the_label(array: xr.DataArray, block: FeatureBlock) -> None:
    assert not [name for name in block.names if "USREC" in name.upper()]
    usrec = np.random.default_rng(0).integers(0, 2, (12, quarterly.DEPTH, 1)).astype(float)
    label = labelled(usrec, array["as_of"].values, ["USREC"])
    with_label = features(xr.concat([array, label], dim="series"))
    assert np.array_equal(with_label.values, block.values, equal_nan=True)


def test_forward_fill_reaches_one_quarter_only() -> None:
    values = np.array([[[np.nan], [np.nan], [3.0], [4.0]]])
    assert np.array_equal(windows.fill_once(values)[0, :, 0], [np.nan, 3.0, 3.0, 4.0], equal_nan=True)


def test_zero_denominators_are_missing_not_infinite(array: xr.DataArray) -> None:
    zeros = array.copy(deep=True)
    zeros.loc[{"series": "GDP"}] = 0.0
    values = features(zeros).frame()
    assert not np.isinf(values.to_numpy()).any()
    assert values[["ratio__buffett_sp500", "gdp__qoq"]].isna().all(axis=None)


def test_a_market_quantity_prefers_its_daily_series(array: xr.DataArray, block: FeatureBlock) -> None:
    frame = block.frame()
    daily = array.sel(series="DFF", lag=2).values
    monthly = array.sel(series="FEDFUNDS", lag=2).values
    assert np.array_equal(frame["policy_rate__lag2"], np.where(np.isnan(daily), monthly, daily), equal_nan=True)


def test_the_table_is_long_and_dated(array: xr.DataArray) -> None:
    days = np.broadcast_to(array["as_of"].values[:, None, None] - np.timedelta64(20, "D"), array.shape).copy()
    days[:, 0] = array["as_of"].values[:, None] - np.timedelta64(1, "D")
    dated = array.assign_coords(known_at=(array.dims, days))
    table = features(dated).table().to_pandas().set_index(["feature", "as_of"])
    first = array["as_of"].values[0].astype("datetime64[D]").item()
    assert (table["known_at"] <= table.index.get_level_values("as_of")).all()
    assert table["value"].notna().all()
    assert (first - table.loc[("sp500__lag4", first), "known_at"]).days == 20
    assert (first - table.loc[("sp500", first), "known_at"]).days == 1
