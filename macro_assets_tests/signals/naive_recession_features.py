"""The plain way to compute quarterly recession features: one pandas column at a time, one as-of date at a time.

An oracle for tests and the yardstick of benchmarks/recession_features.py; written from the grammar of the names.
"""

import numpy as np
import pandas as pd

from macro_assets.signals.recession import spec
from macro_assets.signals.recession.inputs import Difference


def inputs(slice_: pd.DataFrame) -> pd.DataFrame:
    """Named inputs of one as-of slice (index: quarters, oldest first), each carried forward at most one quarter."""
    frame = pd.DataFrame(index=slice_.index)
    for item in spec.INPUTS:
        column = pd.Series(np.nan, index=slice_.index)
        for source in item.sources:
            absent = pd.Series(np.nan, index=slice_.index)
            if isinstance(source, Difference):
                read = slice_.get(source.series, absent) - slice_.get(source.minus, absent)
            else:
                read = slice_.get(source, absent)
            column = column.fillna(read)
        frame[item.name] = column.ffill(limit=1)
    return frame


def change(column: pd.Series, periods: int) -> pd.Series:
    old = column.shift(periods)
    return (column - old) / old * 100.0


def compounded(frame: pd.DataFrame, parsed: spec.ColumnName) -> pd.Series:
    """A compounded column at every quarter of one view."""
    column = frame[parsed.operands[0]].shift(parsed.lag)
    if parsed.statistic == "std":
        column = column.rolling(parsed.window).std(ddof=0)
    elif parsed.statistic:
        column = getattr(column.rolling(parsed.window), parsed.statistic)()
    if parsed.change != "level":
        column = change(column, {"qoq": 1, "yoy": 4}[parsed.change])
    return column


def technical(price: pd.Series, name: str) -> float:
    moves = price.diff().iloc[-14:]

    def ema(values: pd.Series, span: int, length: int) -> pd.Series:
        weights = (1 - 2 / (span + 1)) ** np.arange(length)[::-1]
        return values.rolling(length).apply(lambda window: np.dot(window, weights) / weights.sum(), raw=True)

    macd = ema(price, 12, 26) - ema(price, 26, 26)
    middle, band = price.rolling(20).mean(), 2 * price.rolling(20).std(ddof=0)
    known = moves.notna().all()
    table = {
        "rsi14": 100 * moves.clip(lower=0).sum() / moves.abs().sum() if known else np.nan,
        "macd": macd.iloc[-1],
        "macd_signal": ema(macd, 9, 9).iloc[-1],
        "macd_histogram": (macd - ema(macd, 9, 9)).iloc[-1],
        "bollinger_upper": (middle + band).iloc[-1],
        "bollinger_middle": middle.iloc[-1],
        "bollinger_lower": (middle - band).iloc[-1],
        "bollinger_position": ((price - middle + band) / (2 * band)).iloc[-1],
        "bollinger_width": (2 * band / middle).iloc[-1],
    }
    for lag in (1, 4):
        table[f"rate_of_change{lag}"] = change(price, lag).iloc[-1]
    for window in (4, 8):
        table[f"moving_average{window}"] = price.rolling(window).mean().iloc[-1]
        table[f"price_to_average{window}"] = (price / price.rolling(window).mean()).iloc[-1]
    return table[name]


def ratio(frame: pd.DataFrame, name: str) -> float:
    now, f = frame.iloc[-1], frame
    credit = now.bank_credit + now.consumer_credit
    formulas = {
        "buffett_sp500": now.sp500 / now.gdp * 100,
        "buffett_nasdaq": now.nasdaq / now.gdp * 100,
        "m1_velocity": now.gdp / now.m1,
        "m2_velocity": now.gdp / now.m2,
        "bank_credit_to_gdp": now.bank_credit / now.gdp * 100,
        "consumer_credit_to_gdp": now.consumer_credit / now.gdp * 100,
        "business_loans_to_gdp": now.business_loans / now.gdp * 100,
        "real_estate_loans_to_gdp": now.real_estate_loans / now.gdp * 100,
        "term_spread_policy": now.treasury_10y - now.policy_rate,
        "term_spread_3m": now.term_spread_3m,
        "baa_spread": now.baa_spread,
        "saving_rate": now.saving_rate,
        "saving_to_income": (now.personal_income - now.consumption) / now.personal_income * 100,
        "unemployment_to_low": now.unemployment_rate / f.unemployment_rate.rolling(8).min().iloc[-1],
        "claims_to_payrolls": now.initial_claims / now.payrolls,
        "real_to_nominal_gdp": now.real_gdp / now.gdp,
        "sp500_to_credit": now.sp500 / credit,
        "nasdaq_to_credit": now.nasdaq / credit,
        "real_policy_rate": now.policy_rate - change(f.consumer_prices, 4).iloc[-1],
        "permits_to_starts": now.building_permits / now.housing_starts,
        "m2_to_bank_credit": now.m2 / now.bank_credit,
        "oil_to_consumer_prices": now.oil_price / now.consumer_prices,
        "nasdaq_to_sp500": now.nasdaq / now.sp500,
        "retail_to_consumption": now.retail_sales / now.consumption,
    }
    return formulas[name]


def column(frame: pd.DataFrame, name: str) -> float:
    """Value of one column at the last row of an input frame; infinities are missing."""
    parsed = spec.parse(name)
    with np.errstate(divide="ignore", invalid="ignore"):
        if parsed.kind == "compound":
            value = compounded(frame, parsed).iloc[-1]
        elif parsed.kind == "ratio":
            value = ratio(frame, parsed.operands[0])
        elif parsed.kind == "technical":
            value = technical(frame[parsed.operands[0]], parsed.operands[1])
        else:
            a, b = frame.iloc[-1][parsed.operands[0]], frame.iloc[-1][parsed.operands[-1]]
            value = a / b if parsed.kind == "quotient" else a * b
    return value if np.isfinite(value) else np.nan
