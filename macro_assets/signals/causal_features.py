"""Controls and effect modifiers of the causal models: twenty features of the monthly cube.

Belongs here: their declarations, in FEATURES; one more entry is one more column. Does not belong here: the form of a
declaration (features.py), periods (vintage/latest.py).

Each reads one slice of the cube, what was known at a month end, and the outcomes known by then. Market rates and
prices use the newest value; growth of macro series uses the newest whole period against its own base.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from macro_assets.signals.features import Feature, FeatureSet, Slices, Values
from macro_assets.signals.own_features import own_features
from macro_assets.signals.substitution import series_of, splice
from macro_assets.vintage import transforms
from macro_assets.vintage.calendars import Days
from macro_assets.vintage.dense import dense, outcome_slices
from macro_assets.vintage.latest import Latest, latest_known, span, window

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

__all__ = ["FEATURE_SET", "build", "with_own"]

MARKET_AGE = 1
MONTHLY_AGE = 4  # recorded CPI vintages of 1994 to 1999 came once a quarter
QUARTERLY_AGE = 7
OUTCOMES = ("sp500", "us10y")


def build(monthly_cube: pa.Table, asset_returns: pa.Table, catalog: Catalog | None = None) -> pa.Table:
    """The long table of causal features.

    Parameters
    ----------
    monthly_cube : rows of `gold/monthly_cube`.
    asset_returns : rows of `gold/asset_returns`.
    catalog : names the splices; the packaged one when omitted.

    Returns
    -------
    Table in the schema of `features/causal_features`, by date and in the order of `FEATURE_SET`. A feature whose inputs
    were not all known has no row.
    """
    from macro_assets.catalog import load_catalog

    entries = catalog or load_catalog()
    features = with_own(entries)
    names = [name for name in features.reads if name not in OUTCOMES]
    cube = splice(dense(monthly_cube, series=series_of(names, entries), frequency="M"), entries)
    outcomes = outcome_slices(asset_returns, cube.coords["as_of"].values, names=OUTCOMES)
    return features.compute(Slices(cube, outcomes)).table()


def _level(series: str, max_age: int) -> Callable[[Slices], Values]:
    return lambda slices: _values(latest_known(slices.cube, series, max_age))


def _outcome(name: str, lag: int) -> Callable[[Slices], Values]:
    return lambda slices: _values(latest_known(slices.monthly_outcomes(), name, MARKET_AGE, offset=lag))


def _growth(series: str, periods: int, max_age: int) -> Callable[[Slices], Values]:
    """Log growth over some months in percent at an annual rate."""

    def compute(slices: Slices) -> Values:
        new, old = span(slices.cube, series, periods, max_age)
        return Values(100.0 * transforms.log_growth(new.value, old.value, times=12.0 / periods), _later(new, old))

    return compute


def _change(series: str, periods: int, max_age: int, *, offset: int = 0) -> Callable[[Slices], Values]:
    """Change of a rate over some months, `offset` months before the newest value."""

    def compute(slices: Slices) -> Values:
        new, old = span(slices.cube, series, periods, max_age, complete_only=False, offset=offset)
        return Values(transforms.change(new.value, old.value), _later(new, old))

    return compute


def _inflation_yoy(slices: Slices) -> Values:
    new, old = span(slices.cube, "CPIAUCSL", 12, MONTHLY_AGE)
    return Values(100.0 * transforms.simple_growth(new.value, old.value), _later(new, old))


def _oil_change(slices: Slices) -> Values:
    new, old = span(slices.cube, "DCOILWTICO", 3, MARKET_AGE, complete_only=False)
    return Values(100.0 * transforms.log_growth(new.value, old.value), _later(new, old))


def _real_rate(slices: Slices) -> Values:
    rate, inflation = latest_known(slices.cube, "policy_rate", MARKET_AGE), _inflation_yoy(slices)
    return Values(rate.value - inflation.value, np.maximum(rate.known_at, inflation.known_at))


def _vix(slices: Slices) -> Values:
    """The index at the close of the day; FRED's copy, known a day later, where the ticker is not there."""
    ticker, copy = latest_known(slices.cube, "^VIX", MARKET_AGE), latest_known(slices.cube, "VIXCLS", MARKET_AGE)
    there = ~np.isnan(ticker.value)
    return Values(np.where(there, ticker.value, copy.value), np.where(there, ticker.known_at, copy.known_at))


def _volatility(outcome: str, months: int, times: float) -> Callable[[Slices], Values]:
    def compute(slices: Slices) -> Values:
        past = window(slices.monthly_outcomes(), outcome, months, MARKET_AGE)
        return Values(times * transforms.window_std(past.values), past.known_at)

    return compute


def _stock_bond_correlation(slices: Slices) -> Values:
    """Both sides over the same calendar months, the newest in which both were known."""
    stocks, bonds = (slices.monthly_outcomes().sel(series=[name]) for name in OUTCOMES)
    both = ~np.isnan(stocks.values) & ~np.isnan(bonds.values)
    one = window(stocks.where(both), "sp500", 24, MARKET_AGE)
    other = window(bonds.where(both), "us10y", 24, MARKET_AGE)
    return Values(transforms.window_correlation(one.values, -other.values), np.maximum(one.known_at, other.known_at))


def _values(latest: Latest) -> Values:
    return Values(latest.value, latest.known_at)


def _later(new: Latest, old: Latest) -> Days:
    return np.maximum(new.known_at, old.known_at)


FEATURES = (
    Feature("gdp_growth", "percent, annual rate", "Log growth of real GDP over the newest published quarter.",
            ("GDPC1",), _growth("GDPC1", 3, QUARTERLY_AGE)),
    Feature("inflation_yoy", "percent", "CPI of the newest published month against twelve months before.",
            ("CPIAUCSL",), _inflation_yoy),
    Feature("payrolls_growth_3m_annualised", "percent, annual rate", "Log growth of payrolls over three months.",
            ("PAYEMS",), _growth("PAYEMS", 3, MONTHLY_AGE)),
    Feature("unemployment_rate", "percent", "Newest published unemployment rate.",
            ("UNRATE",), _level("UNRATE", MONTHLY_AGE)),
    Feature("unemployment_change_12m", "percentage points", "Change of the unemployment rate over twelve months.",
            ("UNRATE",), _change("UNRATE", 12, MONTHLY_AGE)),
    Feature("policy_rate", "percent", "Federal funds rate, mean of the month so far.",
            ("policy_rate",), _level("policy_rate", MARKET_AGE)),
    Feature("policy_rate_change", "percentage points", "Change of the policy rate from the month before.",
            ("policy_rate",), _change("policy_rate", 1, MARKET_AGE)),
    Feature("policy_rate_change_lag_1m", "percentage points", "The same, one month earlier.",
            ("policy_rate",), _change("policy_rate", 1, MARKET_AGE, offset=1)),
    Feature("policy_rate_change_lag_3m", "percentage points", "The same, three months earlier.",
            ("policy_rate",), _change("policy_rate", 1, MARKET_AGE, offset=3)),
    Feature("real_rate", "percent", "Policy rate minus inflation over the newest published twelve months.",
            ("policy_rate", "CPIAUCSL"), _real_rate),
    Feature("curve_slope", "percentage points", "Ten-year minus three-month Treasury yield.",
            ("term_spread",), _level("term_spread", MARKET_AGE)),
    Feature("credit_spread", "percentage points", "Yield of Baa corporate bonds minus ten-year Treasury yield.",
            ("credit_spread",), _level("credit_spread", MARKET_AGE)),
    Feature("vix", "index points", "VIX at the last close of the month.", ("^VIX", "VIXCLS"), _vix),
    Feature("sp500_return", "decimal", "Return of the S&P 500 over the month.", ("sp500",), _outcome("sp500", 0)),
    Feature("sp500_return_lag_1m", "decimal", "The same, one month earlier.", ("sp500",), _outcome("sp500", 1)),
    Feature("sp500_return_lag_3m", "decimal", "The same, three months earlier.", ("sp500",), _outcome("sp500", 3)),
    Feature("sp500_volatility_12m", "decimal, annual", "Standard deviation of twelve monthly returns.",
            ("sp500",), _volatility("sp500", 12, float(np.sqrt(12.0)))),
    Feature("ten_year_volatility_12m", "basis points",
            "Standard deviation of twelve monthly changes of the ten-year yield.",
            ("us10y",), _volatility("us10y", 12, 1.0)),
    Feature("oil_change_3m", "percent", "Log change of the WTI oil price over three months.",
            ("DCOILWTICO",), _oil_change),
    Feature("stock_bond_correlation_24m", "correlation",
            "Correlation of S&P 500 returns with falls of the ten-year yield over 24 months.",
            ("sp500", "us10y"), _stock_bond_correlation),
)  # fmt: skip

FEATURE_SET = FeatureSet("causal", "M", FEATURES, ("features/causal_features",))


def with_own(catalog: Catalog) -> FeatureSet:
    """The set with a feature more for each of a user's own files that asks for one."""
    own = own_features(catalog)
    return replace(FEATURE_SET, features=FEATURES + own) if own else FEATURE_SET
