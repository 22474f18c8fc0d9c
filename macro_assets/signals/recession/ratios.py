"""Ratios that economists read: valuation, velocity, leverage, slope of the curve, slack.

Belongs here: one function from inputs to the columns of `spec.RATIOS`. Does not belong here: other columns.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from macro_assets.signals.recession.spec import RATIOS
from macro_assets.signals.recession.windows import Array, finite, percent_change

__all__ = ["ratios"]

Read = Callable[[str, int], Array]


def ratios(read: Read) -> list[Array]:
    """Columns (n,) in the order of `spec.RATIOS`.

    Parameters
    ----------
    read : (input name, lag) -> (n,) value after the bounded forward fill.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = _valuation(read) | _leverage(read) | _rates(read) | _activity(read)
    return [finite(columns[ratio.name]) for ratio in RATIOS]


def _valuation(read: Read) -> dict[str, Array]:
    gdp, sp500, nasdaq = read("gdp", 0), read("sp500", 0), read("nasdaq", 0)
    credit = read("bank_credit", 0) + read("consumer_credit", 0)
    return {
        "buffett_sp500": sp500 / gdp * 100.0,
        "buffett_nasdaq": nasdaq / gdp * 100.0,
        "sp500_to_credit": sp500 / credit,
        "nasdaq_to_credit": nasdaq / credit,
        "nasdaq_to_sp500": nasdaq / sp500,
    }


def _leverage(read: Read) -> dict[str, Array]:
    gdp, m2, bank_credit = read("gdp", 0), read("m2", 0), read("bank_credit", 0)
    return {
        "m1_velocity": gdp / read("m1", 0),
        "m2_velocity": gdp / m2,
        "bank_credit_to_gdp": bank_credit / gdp * 100.0,
        "consumer_credit_to_gdp": read("consumer_credit", 0) / gdp * 100.0,
        "business_loans_to_gdp": read("business_loans", 0) / gdp * 100.0,
        "real_estate_loans_to_gdp": read("real_estate_loans", 0) / gdp * 100.0,
        "m2_to_bank_credit": m2 / bank_credit,
    }


def _rates(read: Read) -> dict[str, Array]:
    policy = read("policy_rate", 0)
    return {
        "term_spread_policy": read("treasury_10y", 0) - policy,
        "term_spread_3m": read("term_spread_3m", 0),
        "baa_spread": read("baa_spread", 0),
        "real_policy_rate": policy - percent_change(read("consumer_prices", 0), read("consumer_prices", 4)),
    }


def _activity(read: Read) -> dict[str, Array]:
    income, consumption = read("personal_income", 0), read("consumption", 0)
    low = np.minimum.reduce([read("unemployment_rate", lag) for lag in range(8)])
    return {
        "saving_rate": read("saving_rate", 0),
        "saving_to_income": (income - consumption) / income * 100.0,
        "unemployment_to_low": read("unemployment_rate", 0) / low,
        "claims_to_payrolls": read("initial_claims", 0) / read("payrolls", 0),
        "real_to_nominal_gdp": read("real_gdp", 0) / read("gdp", 0),
        "permits_to_starts": read("building_permits", 0) / read("housing_starts", 0),
        "oil_to_consumer_prices": read("oil_price", 0) / read("consumer_prices", 0),
        "retail_to_consumption": read("retail_sales", 0) / consumption,
    }
