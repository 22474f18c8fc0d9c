"""What the monthly columns are: a compact stationary set that can be read on the last day of every month.

Belongs here: inputs and columns, chosen from the literature before any score was seen: slope and stance of policy
(Estrella and Mishkin 1998; Wright 2006), credit spreads (Gilchrist and Zakrajsek 2012), equity prices, claims, hours
and permits (the leading index), output, jobs and income (what NBER dates by), sentiment, money, prices.
Does not belong here: arithmetic (monthly.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from macro_assets.errors import InvalidInputError
from macro_assets.signals.recession.inputs import Difference, Input

__all__ = ["ACTIVITY", "CLASSIC", "CREDIT_AND_EQUITY", "FEATURES", "FINANCIAL", "INPUTS", "LABOUR", "MONEY_AND_PRICES", "RATES",
           "MonthlyFeature", "chosen", "names"]  # fmt: skip


@dataclass(frozen=True)
class MonthlyFeature:
    """One column: a transform of the newest known months of one input.

    Attributes
    ----------
    name : of the column.
    source : name of the input.
    transform : level | lag | change | growth | smooth_growth | above_low | below_high | low | gap | sahm | acceleration
        | real_rate, see monthly.py.
    months : length of the span.
    unit : of the column.
    """

    name: str
    source: str
    transform: str
    months: int
    unit: str


_PP, _PERCENT, _JOBS, _UNITS = "percentage points", "percent", "thousands of persons", "thousands of units, annual rate"
INPUTS = (
    Input("term_spread", _PP, ("T10Y3M", Difference("GS10", "TB3MS"))),
    Input("long_spread", _PP, (Difference("DGS10", "DFF"), Difference("GS10", "FEDFUNDS"))),
    Input("policy_rate", _PERCENT, ("DFF", "FEDFUNDS")),
    Input("ten_year", _PERCENT, ("DGS10", "GS10")),
    Input("baa_spread", _PP, ("BAA10Y", Difference("BAA", "GS10"))),
    Input("quality_spread", _PP, (Difference("BAA", "AAA"),)),
    Input("sp500", "index points", ("^GSPC",)),
    Input("initial_claims", "persons", ("ICSA",)),
    Input("payrolls", _JOBS, ("PAYEMS",)),
    Input("manufacturing_jobs", _JOBS, ("MANEMP",)),
    Input("unemployment_rate", _PERCENT, ("UNRATE",)),
    Input("weekly_hours", "hours", ("AWHMAN",)),
    Input("industrial_production", "index", ("INDPRO",)),
    Input("real_income", "billions of chained dollars, annual rate", ("W875RX1",)),
    Input("real_consumption", "index", ("DPCERA3M086SBEA",)),
    Input("building_permits", _UNITS, ("PERMIT",)),
    Input("housing_starts", _UNITS, ("HOUST",)),
    Input("consumer_sentiment", "index", ("UMCSENT",)),
    Input("real_money", "billions of 1982-84 dollars", ("M2REAL",)),
    Input("business_loans", "billions of dollars", ("BUSLOANS",)),
    Input("consumer_prices", "index", ("CPIAUCSL",)),
    Input("producer_prices", "index", ("PPIACO",)),
)


def _growth(source: str, *months: int) -> tuple[MonthlyFeature, ...]:
    return tuple(MonthlyFeature(f"{source}_growth_{m}m", source, "growth", m, "log points") for m in months)


def _change(source: str, unit: str, *months: int) -> tuple[MonthlyFeature, ...]:
    return tuple(MonthlyFeature(f"{source}_change_{m}m", source, "change", m, unit) for m in months)


RATES = (
    MonthlyFeature("term_spread", "term_spread", "level", 0, _PP),
    MonthlyFeature("term_spread_lag_6m", "term_spread", "lag", 6, _PP),
    MonthlyFeature("term_spread_lag_12m", "term_spread", "lag", 12, _PP),
    MonthlyFeature("term_spread_low_12m", "term_spread", "low", 12, _PP),
    MonthlyFeature("long_spread", "long_spread", "level", 0, _PP),
    MonthlyFeature("long_spread_lag_6m", "long_spread", "lag", 6, _PP),
    *_change("policy_rate", _PP, 6, 12),
    MonthlyFeature("policy_rate_gap_36m", "policy_rate", "gap", 36, _PP),
    MonthlyFeature("real_policy_rate", "policy_rate", "real_rate", 12, _PP),
    *_change("ten_year", _PP, 6),
)
CREDIT_AND_EQUITY = (
    MonthlyFeature("baa_spread", "baa_spread", "level", 0, _PP),
    *_change("baa_spread", _PP, 6),
    MonthlyFeature("quality_spread", "quality_spread", "level", 0, _PP),
    *_change("quality_spread", _PP, 6),
    *_growth("sp500", 3, 6, 12),
    MonthlyFeature("sp500_below_high_12m", "sp500", "below_high", 12, "log points"),
)
LABOUR = (
    *_growth("initial_claims", 3, 6, 12),
    MonthlyFeature("initial_claims_above_low_12m", "initial_claims", "above_low", 12, "log points"),
    *_growth("payrolls", 3, 6, 12),
    *_growth("manufacturing_jobs", 3, 6, 12),
    *_change("unemployment_rate", _PP, 3, 6, 12),
    MonthlyFeature("unemployment_rate_sahm", "unemployment_rate", "sahm", 12, _PP),
    *_change("weekly_hours", "hours", 6, 12),
)
ACTIVITY = (
    *_growth("industrial_production", 3, 6, 12),
    *_growth("real_income", 3, 6, 12),
    *_growth("real_consumption", 3, 6, 12),
    MonthlyFeature("building_permits_growth_6m", "building_permits", "smooth_growth", 6, "log points"),
    MonthlyFeature("building_permits_growth_12m", "building_permits", "smooth_growth", 12, "log points"),
    MonthlyFeature("housing_starts_growth_12m", "housing_starts", "smooth_growth", 12, "log points"),
    MonthlyFeature("consumer_sentiment", "consumer_sentiment", "level", 0, "index"),
    *_change("consumer_sentiment", "index", 6, 12),
)
MONEY_AND_PRICES = (
    *_growth("real_money", 6, 12),
    *_growth("business_loans", 6, 12),
    *_growth("consumer_prices", 12),
    MonthlyFeature("consumer_prices_acceleration_6m", "consumer_prices", "acceleration", 6, "log points"),
    *_growth("producer_prices", 12),
)
FEATURES = RATES + CREDIT_AND_EQUITY + LABOUR + ACTIVITY + MONEY_AND_PRICES


def names() -> list[str]:
    """Column names, in column order."""
    return [feature.name for feature in FEATURES]


def chosen(*columns: str) -> tuple[str, ...]:
    """Columns by name.

    Raises
    ------
    InvalidInputError : names those that do not exist: a misspelt column would count as missing everywhere.
    """
    unknown = sorted(set(columns) - set(names()))
    if unknown:
        raise InvalidInputError(f"Unknown monthly recession features {unknown}.", remedy=f"Available: {names()}.")
    return columns


FINANCIAL = chosen(*(f.name for f in RATES + CREDIT_AND_EQUITY if f.transform != "real_rate"))
CLASSIC = chosen(
    "term_spread", "term_spread_lag_6m", "policy_rate_change_12m", "baa_spread", "sp500_growth_6m",
    "sp500_growth_12m", "initial_claims_growth_12m", "payrolls_growth_3m", "payrolls_growth_12m",
    "industrial_production_growth_6m", "unemployment_rate_change_6m", "building_permits_growth_12m",
    "real_money_growth_12m", "consumer_sentiment_change_12m", "weekly_hours_change_12m",
)  # fmt: skip
