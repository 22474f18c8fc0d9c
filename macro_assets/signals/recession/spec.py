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
from macro_assets.signals.targets import assert_no_label

__all__ = ["CHANGES", "INDICATORS", "INPUTS", "INTERACTIONS", "LAGS", "RATIOS", "STATISTICS", "TECHNICALS", "WINDOWS",
           "ColumnName", "Input", "column_names", "compound_names", "parse", "series_ids"]  # fmt: skip

LAGS = (0, 1, 2, 3, 4, 8)
WINDOWS = (4, 8)
STATISTICS = ("mean", "std", "min", "max", "median")
CHANGES = ("level", "qoq", "yoy")


@dataclass(frozen=True)
class Input:
    """A quantity read from the cube: the first source that has a value, cell by cell.

    `sources` are series ids, or differences written `A-B`. A market quantity prefers its daily series: monthly
    averages are known a month late in the recorded vintages.
    """

    name: str
    sources: tuple[str, ...]


INDICATORS = (
    Input("gdp", ("GDP",)),
    Input("real_gdp", ("GDPC1",)),
    Input("industrial_production", ("INDPRO",)),
    Input("consumption", ("PCE",)),
    Input("retail_sales", ("RSAFS",)),
    Input("consumer_sentiment", ("UMCSENT",)),
    Input("housing_starts", ("HOUST",)),
    Input("building_permits", ("PERMIT",)),
    Input("unemployment_rate", ("UNRATE",)),
    Input("payrolls", ("PAYEMS",)),
    Input("initial_claims", ("ICSA",)),
    Input("consumer_prices", ("CPIAUCSL",)),
    Input("pce_prices", ("PCEPI",)),
    Input("producer_prices", ("PPIACO",)),
    Input("m1", ("M1SL",)),
    Input("m2", ("M2SL",)),
    Input("consumer_credit", ("TOTALSL",)),
    Input("business_loans", ("BUSLOANS",)),
    Input("real_estate_loans", ("REALLN",)),
    Input("bank_credit", ("TOTBKCR",)),
    Input("policy_rate", ("DFF", "FEDFUNDS")),
    Input("treasury_3m", ("DGS3MO", "TB3MS")),
    Input("treasury_10y", ("DGS10", "GS10")),
    Input("baa_spread", ("BAA10Y", "BAA-GS10")),
    Input("oil_price", ("DCOILWTICO",)),
    Input("sp500", ("^GSPC",)),
    Input("nasdaq", ("^IXIC", "NASDAQCOM")),
)
EXTRAS = (
    Input("term_spread_3m", ("T10Y3M", "GS10-TB3MS")),
    Input("personal_income", ("PI",)),
    Input("saving_rate", ("PSAVERT",)),
)
INPUTS = INDICATORS + EXTRAS

RATIOS = (
    "buffett_sp500", "buffett_nasdaq", "m1_velocity", "m2_velocity", "bank_credit_to_gdp", "consumer_credit_to_gdp",
    "business_loans_to_gdp", "real_estate_loans_to_gdp", "term_spread_policy", "term_spread_3m", "baa_spread",
    "saving_rate", "saving_to_income", "unemployment_to_low", "claims_to_payrolls", "real_to_nominal_gdp",
    "sp500_to_credit", "nasdaq_to_credit", "real_policy_rate", "permits_to_starts", "m2_to_bank_credit",
    "oil_to_consumer_prices", "nasdaq_to_sp500", "retail_to_consumption",
)  # fmt: skip
TECHNICALS = (
    "rsi14", "macd", "macd_signal", "macd_histogram", "bollinger_upper", "bollinger_middle", "bollinger_lower",
    "bollinger_position", "bollinger_width", "rate_of_change1", "rate_of_change4", "moving_average4",
    "moving_average8", "price_to_average4", "price_to_average8",
)  # fmt: skip
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
    names += [f"ratio__{name}" for name in RATIOS]
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
        raise InvalidInputError(f"{name!r} is no recession feature: {head!r} is not an indicator.")
    lag, statistic, window, change = 0, "", 0, "level"
    if rest and (found := _LAG.match(rest[0])):
        lag, rest = int(found[1]), rest[1:]
    if rest and (found := _STATISTIC.match(rest[0])):
        statistic, window, rest = found[1], int(found[2]), rest[1:]
    if rest and rest[0] in CHANGES[1:]:
        change, rest = rest[0], rest[1:]
    if rest:
        raise InvalidInputError(f"{name!r} is no recession feature: {'__'.join(rest)!r} cannot be read.")
    return ColumnName("compound", (head,), lag, statistic, window, change)


def series_ids() -> list[str]:
    """Series of the cube that the columns need; the recession label can never be among them."""
    ids = sorted({part for source in INPUTS for option in source.sources for part in option.split("-")})
    assert_no_label(ids)
    return ids
