"""What the quarterly columns are: 27 indicators, the compounded families, ratios, technicals, interactions.

Belongs here: names, inputs and their grammar. Does not belong here: arithmetic (windows.py, ratios.py, technical.py).

Grammar of a column name, parts joined by two underscores:
    <indicator>[__lag<k>][__<mean|std|min|max|median><w>][__<qoq|yoy>]       compounded, in this order
    ratio__<name>      technical__<index>__<name>                            see RATIOS, TECHNICALS
    square__<indicator>      product__<a>__<b>      quotient__<a>__<b>       interactions
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from macro_assets.errors import InvalidInputError
from macro_assets.signals.recession.inputs import Difference, Input

__all__ = ["CHANGES", "INDICATORS", "INPUTS", "INTERACTIONS", "LAGS", "RATIOS", "STATISTICS", "TECHNICALS", "WINDOWS",
           "ColumnName", "Ratio", "column_names", "compound_names", "parse"]  # fmt: skip

LAGS = (0, 1, 2, 3, 4, 8)
WINDOWS = (4, 8)
STATISTICS = ("mean", "std", "min", "max", "median")
CHANGES = ("level", "qoq", "yoy")


@dataclass(frozen=True)
class Ratio:
    """A ratio that economists read, with its unit and the names of the inputs it is made of."""

    name: str
    unit: str
    inputs: tuple[str, ...]


_DOLLARS, _RATE, _MILLIONS = "billions of dollars", "billions of dollars, annual rate", "millions of dollars"
_INDEX, _POINTS, _PERCENT, _PP = "index", "index points", "percent", "percentage points"
_UNITS = "thousands of units, annual rate"
INDICATORS = (
    Input("gdp", _RATE, ("GDP",)),
    Input("real_gdp", "billions of chained dollars, annual rate", ("GDPC1",)),
    Input("industrial_production", _INDEX, ("INDPRO",)),
    Input("consumption", _RATE, ("PCE",)),
    Input("retail_sales", _MILLIONS, ("RSAFS",)),
    Input("consumer_sentiment", _INDEX, ("UMCSENT",)),
    Input("housing_starts", _UNITS, ("HOUST",)),
    Input("building_permits", _UNITS, ("PERMIT",)),
    Input("unemployment_rate", _PERCENT, ("UNRATE",)),
    Input("payrolls", "thousands of persons", ("PAYEMS",)),
    Input("initial_claims", "persons", ("ICSA",)),
    Input("consumer_prices", _INDEX, ("CPIAUCSL",)),
    Input("pce_prices", _INDEX, ("PCEPI",)),
    Input("producer_prices", _INDEX, ("PPIACO",)),
    Input("m1", _DOLLARS, ("M1SL",)),
    Input("m2", _DOLLARS, ("M2SL",)),
    Input("consumer_credit", _MILLIONS, ("TOTALSL",)),
    Input("business_loans", _DOLLARS, ("BUSLOANS",)),
    Input("real_estate_loans", _DOLLARS, ("REALLN",)),
    Input("bank_credit", _DOLLARS, ("TOTBKCR",)),
    Input("policy_rate", _PERCENT, ("DFF", "FEDFUNDS")),
    Input("treasury_3m", _PERCENT, ("DGS3MO", "TB3MS")),
    Input("treasury_10y", _PERCENT, ("DGS10", "GS10")),
    Input("baa_spread", _PP, ("BAA10Y", Difference("BAA", "GS10"))),
    Input("oil_price", "dollars per barrel", ("DCOILWTICO",)),
    Input("sp500", _POINTS, ("^GSPC",)),
    Input("nasdaq", _POINTS, ("^IXIC", "NASDAQCOM")),
)
EXTRAS = (
    Input("term_spread_3m", _PP, ("T10Y3M", Difference("GS10", "TB3MS"))),
    Input("personal_income", _RATE, ("PI",)),
    Input("saving_rate", _PERCENT, ("PSAVERT",)),
)
INPUTS = INDICATORS + EXTRAS

_RATIO, _YEARS = "ratio", "times a year"
_PER_CREDIT = "index points per bank credit in billions plus consumer credit in millions of dollars"
RATIOS = (
    Ratio("buffett_sp500", "hundredths of an index point per billion of dollars, annual rate", ("sp500", "gdp")),
    Ratio("buffett_nasdaq", "hundredths of an index point per billion of dollars, annual rate", ("nasdaq", "gdp")),
    Ratio("m1_velocity", _YEARS, ("gdp", "m1")),
    Ratio("m2_velocity", _YEARS, ("gdp", "m2")),
    Ratio("bank_credit_to_gdp", _PERCENT, ("bank_credit", "gdp")),
    Ratio("consumer_credit_to_gdp", "thousandths of a percent", ("consumer_credit", "gdp")),
    Ratio("business_loans_to_gdp", _PERCENT, ("business_loans", "gdp")),
    Ratio("real_estate_loans_to_gdp", _PERCENT, ("real_estate_loans", "gdp")),
    Ratio("term_spread_policy", _PP, ("treasury_10y", "policy_rate")),
    Ratio("term_spread_3m", _PP, ("term_spread_3m",)),
    Ratio("baa_spread", _PP, ("baa_spread",)),
    Ratio("saving_rate", _PERCENT, ("saving_rate",)),
    Ratio("saving_to_income", _PERCENT, ("personal_income", "consumption")),
    Ratio("unemployment_to_low", _RATIO, ("unemployment_rate",)),
    Ratio("claims_to_payrolls", "persons per thousand persons", ("initial_claims", "payrolls")),
    Ratio("real_to_nominal_gdp", "chained dollars per dollar", ("real_gdp", "gdp")),
    Ratio("sp500_to_credit", _PER_CREDIT, ("sp500", "bank_credit", "consumer_credit")),
    Ratio("nasdaq_to_credit", _PER_CREDIT, ("nasdaq", "bank_credit", "consumer_credit")),
    Ratio("real_policy_rate", _PERCENT, ("policy_rate", "consumer_prices")),
    Ratio("permits_to_starts", _RATIO, ("building_permits", "housing_starts")),
    Ratio("m2_to_bank_credit", _RATIO, ("m2", "bank_credit")),
    Ratio("oil_to_consumer_prices", "dollars per barrel per index point", ("oil_price", "consumer_prices")),
    Ratio("nasdaq_to_sp500", _RATIO, ("nasdaq", "sp500")),
    Ratio(
        "retail_to_consumption",
        "millions of dollars per billion of dollars, annual rate",
        ("retail_sales", "consumption"),
    ),
)
TECHNICALS = {
    "rsi14": "0 to 100",
    "macd": _POINTS,
    "macd_signal": _POINTS,
    "macd_histogram": _POINTS,
    "bollinger_upper": _POINTS,
    "bollinger_middle": _POINTS,
    "bollinger_lower": _POINTS,
    "bollinger_position": _RATIO,
    "bollinger_width": _RATIO,
    "rate_of_change1": _PERCENT,
    "rate_of_change4": _PERCENT,
    "moving_average4": _POINTS,
    "moving_average8": _POINTS,
    "price_to_average4": _RATIO,
    "price_to_average8": _RATIO,
}
"""Technical indicators in column order, with their units."""
TECHNICAL_INDICES = ("sp500", "nasdaq")
RELATED = (
    ("unemployment_rate", "payrolls", "initial_claims"),
    ("real_gdp", "industrial_production", "consumption", "retail_sales"),
    ("housing_starts", "building_permits"),
    ("consumer_prices", "pce_prices", "producer_prices", "oil_price"),
    ("m1", "m2", "consumer_credit", "business_loans", "real_estate_loans", "bank_credit"),
    ("policy_rate", "treasury_3m", "treasury_10y", "baa_spread"),
    ("sp500", "nasdaq", "consumer_sentiment"),
)
PAIRS = tuple(pair for group in RELATED for pair in itertools.combinations(group, 2))
INTERACTIONS = (
    *(("square", indicator.name) for indicator in INDICATORS),
    *(("product", a, b) for a, b in PAIRS),
    *(("quotient", a, b) for a, b in PAIRS),
)

_STATISTIC = re.compile(rf"^({'|'.join(STATISTICS)})({'|'.join(map(str, WINDOWS))})$")
_LAG = re.compile(rf"^lag({'|'.join(str(lag) for lag in LAGS if lag)})$")


@dataclass(frozen=True)
class ColumnName:
    """A parsed column name; `kind` is compound, ratio, technical, square, product or quotient."""

    kind: str
    operands: tuple[str, ...]
    lag: int = 0
    statistic: str = ""
    window: int = 0
    change: str = "level"


def compound_names() -> list[str]:
    """Names of the compounded families in column order: statistic, lag, change, indicator (last varies fastest)."""
    statistics = ["", *(f"__{s}{w}" for w in WINDOWS for s in STATISTICS)]
    lags = [f"__lag{lag}" if lag else "" for lag in LAGS]
    changes = [f"__{change}" if change != "level" else "" for change in CHANGES]
    return [f"{i.name}{lag}{s}{c}" for s in statistics for lag in lags for c in changes for i in INDICATORS]


def column_names() -> list[str]:
    """All column names, in column order."""
    names = compound_names()
    names += [f"ratio__{ratio.name}" for ratio in RATIOS]
    names += [f"technical__{index}__{name}" for index in TECHNICAL_INDICES for name in TECHNICALS]
    return names + ["__".join(parts) for parts in INTERACTIONS]


def parse(name: str) -> ColumnName:
    """Read a column name.

    Raises
    ------
    InvalidInputError : the name does not follow the grammar.
    """
    head, *rest = name.split("__")
    if head in ("ratio", "technical", "square", "product", "quotient"):
        return ColumnName(kind=head, operands=tuple(rest))
    if head not in {indicator.name for indicator in INDICATORS}:
        raise _unknown(name, f"{head!r} is not an indicator")
    lag, statistic, window, change = 0, "", 0, "level"
    if rest and (found := _LAG.match(rest[0])):
        lag, rest = int(found[1]), rest[1:]
    if rest and (found := _STATISTIC.match(rest[0])):
        statistic, window, rest = found[1], int(found[2]), rest[1:]
    if rest and rest[0] in CHANGES[1:]:
        change, rest = rest[0], rest[1:]
    if rest:
        raise _unknown(name, f"{'__'.join(rest)!r} does not follow the grammar")
    return ColumnName("compound", (head,), lag, statistic, window, change)


def _unknown(name: str, why: str) -> InvalidInputError:
    return InvalidInputError(
        f"Unknown quarterly recession feature {name!r}: {why}.", remedy="See the grammar in signals/recession/spec.py."
    )
