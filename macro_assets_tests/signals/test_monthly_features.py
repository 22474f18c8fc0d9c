"""The monthly recession columns, each against a plain formula over the known months of one view, newest first."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from macro_assets.errors import InvalidInputError
from macro_assets.signals.features import Slices
from macro_assets.signals.recession import declared, monthly, monthly_spec, spec
from macro_assets.signals.recession.inputs import Difference, Input
from macro_assets.signals.recession.monthly_spec import MonthlyFeature

ROWS, DEPTH = 16, 48
OLDEST_MONTHS = 4


@pytest.fixture(scope="module")
def cube() -> xr.DataArray:
    """Random walks that are known up to zero to six months before the as-of date, with a few holes behind."""
    rng = np.random.default_rng(3)
    names = list(monthly.SERIES)
    values = 100 * np.exp(np.cumsum(rng.normal(0.002, 0.03, (ROWS, DEPTH, len(names))), axis=1))
    values[rng.random(values.shape) < 0.01] = np.nan
    late = rng.integers(0, 7, (ROWS, len(names)))
    values[np.arange(DEPTH)[None, :, None] < late[:, None, :]] = np.nan
    as_of = pd.date_range("2000-01-31", periods=ROWS, freq="ME").values
    dims = ("as_of", "lag", "series")
    known_at = np.broadcast_to(as_of[:, None, None], values.shape)
    return xr.DataArray(
        values, dims=dims, coords={"as_of": as_of, "lag": range(DEPTH), "series": names, "known_at": (dims, known_at)}
    )


def months_of(view: dict[str, list[float]], name: str) -> list[float]:
    """Months of an input, newest known first; empty when the newest is too old."""
    source = next(each for each in monthly_spec.INPUTS if each.name == name)
    path = [_first(source, view, lag) for lag in range(DEPTH)]
    known = [lag for lag in range(OLDEST_MONTHS + 1) if not math.isnan(path[lag])]
    return path[known[0] :] if known else []


def _first(source: Input, view: dict[str, list[float]], lag: int) -> float:
    for each in source.sources:
        if isinstance(each, Difference):
            value = view[each.series][lag] - view[each.minus][lag]
        else:
            value = view[each][lag]
        if not math.isnan(value):
            return value
    return math.nan


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def log(value: float) -> float:
    return math.log(value) if value > 0 else math.nan


def known(values: Sequence[float]) -> list[float]:
    return [value for value in values if not math.isnan(value)]


def plainly(one: MonthlyFeature, view: dict[str, list[float]]) -> float:
    x, k = months_of(view, one.source), one.months
    if not x:
        return math.nan
    quarters = [mean(x[lag : lag + 3]) for lag in range(len(x) - 3)]
    formulas = {
        "level": lambda: x[0],
        "lag": lambda: x[k],
        "change": lambda: x[0] - x[k],
        "growth": lambda: log(x[0]) - log(x[k]),
        "smooth_growth": lambda: log(quarters[0]) - log(quarters[k]),
        "above_low": lambda: log(x[0]) - log(min(known(x[: k + 1]))),
        "below_high": lambda: log(x[0]) - log(max(known(x[: k + 1]))),
        "low": lambda: min(known(x[: k + 1])),
        "gap": lambda: x[0] - mean(x[:k]),
        "sahm": lambda: quarters[0] - min(known(quarters[: k + 1]) or [math.nan]),
        "acceleration": lambda: (log(x[0]) - log(x[k])) - (log(x[k]) - log(x[2 * k])),
        "real_rate": lambda: x[0] - 100 * _log_growth(months_of(view, "consumer_prices"), k),
    }
    return formulas[one.transform]()


def _log_growth(prices: list[float], k: int) -> float:
    return log(prices[0]) - log(prices[k]) if prices else math.nan


@pytest.mark.parametrize("one", monthly_spec.FEATURES, ids=lambda one: one.name)
def test_a_column_is_its_formula_over_the_months_known(one: MonthlyFeature, cube: xr.DataArray) -> None:
    at = monthly.FEATURE_SET.names.index(one.name)
    found = monthly.FEATURE_SET.features[at].compute(Slices(cube)).value
    names = cube["series"].values.tolist()
    views = [{name: cube.values[row, :, j].tolist() for j, name in enumerate(names)} for row in range(ROWS)]
    expected = np.array([plainly(one, view) for view in views])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
    assert np.isfinite(expected).any()


def test_every_transform_is_used_and_an_unknown_one_is_refused() -> None:
    used = {one.transform for one in monthly_spec.FEATURES}
    assert used == {*monthly.TRANSFORMS, "real_rate"}
    with pytest.raises(InvalidInputError, match=r"Unknown transform 'cube_root' of mine\. Available"):
        monthly._feature(MonthlyFeature("mine", "payrolls", "cube_root", 3, "log points"))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("gdp", "billions of dollars, annual rate"),
        ("gdp__lag4__mean8", "billions of dollars, annual rate"),
        ("gdp__qoq", "percent"),
        ("unemployment_rate__lag1__std4__yoy", "percent"),
        ("ratio__m2_velocity", "times a year"),
        ("technical__nasdaq__macd", "index points"),
        ("technical__nasdaq__rsi14", "0 to 100"),
        ("square__payrolls", "thousands of persons, squared"),
        ("product__policy_rate__baa_spread", "percent times percentage points"),
        ("quotient__m1__m2", "ratio"),
        ("quotient__unemployment_rate__payrolls", "percent per thousands of persons"),
    ],
)
def test_a_quarterly_column_has_the_unit_that_its_name_implies(name: str, unit: str) -> None:
    assert declared.unit_of(spec.parse(name)) == unit
