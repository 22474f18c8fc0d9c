"""Monthly markets: returns, yields and volatility, and what each shock does to them.

Belongs here: the equations from macro paths to the outcomes of `OUTCOMES`, dated by calendar month. Does not belong
here: the macro block (structure.py), daily prices (daily.py).

A return of month t is the sum of a mean known at the end of t-1 (the confounded part), the effects of the shocks that
became known in t or earlier, by the regime of the month in which each became known, and noise louder in recessions.
Returns are simple decimal returns; VIX moves in points, the ten-year yield in basis points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from macro_assets.sandbox.economy.parameters import SHOCKS, EconomyParameters
from macro_assets.sandbox.economy.structure import MacroPaths

__all__ = ["MARKET_NOISE", "MarketPaths", "known_news", "simulate_markets"]

MARKET_NOISE = ("term_premium", "bill", "bond", "equity", "nasdaq", "vix", "gold", "oil_fund", "euro", "yuan")


@dataclass(frozen=True)
class MarketPaths:
    """Monthly paths, each (months, histories): `outcomes` by name, and end-of-month levels."""

    outcomes: dict[str, np.ndarray]
    oil_return: np.ndarray
    ten_year_pct: np.ndarray
    three_month_pct: np.ndarray
    term_premium_pp: np.ndarray
    vix_points: np.ndarray


def known_news(macro: MacroPaths) -> dict[str, np.ndarray]:
    """The shocks of `SHOCKS` dated by the month in which they became known, each (months, histories)."""
    return {
        "fed_surprise": macro.surprise_pp,
        "cpi_innovation": _later(macro.inflation_news),
        "gdp_innovation": macro.gdp_news_pct,
        "payrolls_innovation": _later(macro.employment_news),
        "oil_supply_news": macro.oil_supply_news,
    }


def simulate_markets(macro: MacroPaths, noise: Mapping[str, np.ndarray], parameters: EconomyParameters) -> MarketPaths:
    """Returns and levels that follow from the macro paths and `MARKET_NOISE` (standard normals)."""
    p, regime = parameters, macro.regime
    news = known_news(macro)
    effect = {name: _direct(name, news, regime, p) for name in p.build_up}
    loud = {name: np.asarray(getattr(p, name))[regime] for name in _LOUDNESS}

    stress_before = _later(macro.stress_pp)
    inflation_gap = _later(macro.inflation_12m_pct, 2) - 12.0 * p.inflation_mean
    unexpected = loud["equity_noise"] * noise["equity"] + p.equity_on_stress_news * macro.stress_news_sd
    premium = p.equity_on_stress * stress_before + p.equity_on_inflation * inflation_gap
    outcomes = {"sp500": p.equity_mean + premium + effect["sp500"] + unexpected}
    own = _reverting(loud["nasdaq_noise"] * noise["nasdaq"], p.nasdaq_reversion)
    mean = p.equity_mean + p.nasdaq_extra + p.nasdaq_beta * premium
    outcomes["nasdaq"] = mean + effect["nasdaq"] + p.nasdaq_beta * unexpected + own

    ten_year, bill, term_premium = _yields(macro, effect["us10y"], noise, p)
    outcomes["us10y"] = 100.0 * _change(ten_year)
    carry = (_later(ten_year) + 0.25) / 1200.0
    outcomes["tlt"] = carry - p.bond_duration * _change(ten_year) / 100.0 + p.bond_noise * noise["bond"]

    excited = effect["vix"] + p.vix_on_equity * unexpected + loud["vix_noise"] * noise["vix"] + loud["vix_drift"]
    vix = p.vix_normal + p.vix_on_stress * macro.stress_pp + _autoregress(excited, p.vix_persistence)
    outcomes["vix"] = _change(vix)

    convexity = {name: 0.5 * loud[name] ** 2 for name in ("oil_noise", "euro_noise")}  # keeps log levels in range
    gold_mean = p.gold_mean + p.gold_on_inflation * inflation_gap
    outcomes["gld"] = gold_mean + effect["gld"] + loud["gold_noise"] * noise["gold"]
    oil = _reverting(effect["uso"] + loud["oil_noise"] * noise["oil"], p.oil_reversion)
    oil = oil + p.inflation_mean / 100.0 + convexity["oil_noise"]
    outcomes["uso"] = oil + p.oil_fund_roll + p.oil_fund_noise * noise["oil_fund"]
    euro = _reverting(effect["eurusd"] + loud["euro_noise"] * noise["euro"], p.euro_reversion)
    outcomes["eurusd"] = euro + convexity["euro_noise"]
    outcomes["usdcny"] = _reverting(p.yuan_noise * noise["yuan"], p.yuan_reversion)
    return MarketPaths(outcomes, oil, ten_year, bill, term_premium, vix)


_LOUDNESS = ("equity_noise", "nasdaq_noise", "vix_noise", "vix_drift", "gold_noise", "oil_noise", "euro_noise")


def _yields(
    macro: MacroPaths, effect_bp: np.ndarray, noise: Mapping[str, np.ndarray], p: EconomyParameters
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ten-year yield, three-month bill and term premium, percent, at the end of each month.

    Trend inflation enters as known: that of the month before.
    """
    drift = np.asarray(p.term_premium_drift)[macro.phase] + p.term_premium_noise * noise["term_premium"]
    term_premium = p.term_premium_normal + _autoregress(drift, p.term_premium_persistence)
    trend_gap = 12.0 * (_later(macro.inflation_trend_pct) - p.inflation_mean)
    mean12 = 12.0 * p.inflation_mean
    anchor = (1.0 - p.long_rate_weight) * (p.neutral_real_rate + mean12) + p.long_rate_on_inflation_trend * trend_gap
    moved = _autoregress(effect_bp / 100.0, p.yield_shock_persistence)
    ten_year = p.long_rate_weight * macro.policy_rate_pct + anchor + term_premium + moved
    bill = macro.policy_rate_pct + 0.05 + p.bill_noise * noise["bill"]
    return ten_year, bill, term_premium


def _direct(outcome: str, news: Mapping[str, np.ndarray], regime: np.ndarray, p: EconomyParameters) -> np.ndarray:
    """Effect of all shocks on one outcome: impact by the regime of the shock's month, spread by the build-up."""
    impact = sum(np.asarray(p.impact[shock][outcome])[regime] * news[shock] for shock in SHOCKS)
    effect: np.ndarray = lfilter(np.asarray(p.build_up[outcome]), [1.0], np.asarray(impact), axis=0)
    return effect


def _autoregress(innovations: np.ndarray, persistence: float) -> np.ndarray:
    path: np.ndarray = lfilter([1.0], [1.0, -persistence], innovations, axis=0)
    return path


def _reverting(innovations: np.ndarray, reversion: float) -> np.ndarray:
    """Changes of a level that returns to its mean at the given monthly rate."""
    return _change(_autoregress(innovations, 1.0 - reversion))


def _change(level: np.ndarray) -> np.ndarray:
    return np.diff(level, axis=0, prepend=level[:1])


def _later(path: np.ndarray, months: int = 1) -> np.ndarray:
    """The path seen `months` later; the first value fills the start."""
    return np.concatenate([np.repeat(path[:1], months, axis=0), path[:-months]])
