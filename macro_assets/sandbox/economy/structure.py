"""The structural model: activity, inflation, policy, stress, month by month.

Belongs here: the equations of the macro block, vectorised over independent histories. Does not belong here: returns
(markets.py), series at their levels (levels.py), what is published when (releases.py).

Timing. Policy in month t uses what is published by the end of month t-1: inflation and unemployment of t-2, the
credit spread of t-1. So the systematic part of a rate change is an exact linear function of

    rate(t-1), change of the rate(t-1), 12-month inflation(t-2), unemployment(t-2), credit spread(t-1)

and what is left is the surprise. Mean returns of month t are a linear function of the credit spread(t-1) and the
12-month inflation(t-2) as well (markets.py): these two are the confounders, persistent and observable.
Part of the surprise is predictable from news known before the meeting (payrolls news of last month, change of the
credit spread last month); the rest is `fed_surprise_orthogonal`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from macro_assets.sandbox.economy.parameters import EconomyParameters
from macro_assets.sandbox.economy.regimes import REGIME_OF_PHASE

__all__ = ["MACRO_NOISE", "MacroPaths", "simulate_macro"]

MACRO_NOISE = ("cycle", "employment", "unemployment", "inflation", "surprise", "stress", "oil_news", "oil", "gdp_news")

Impulses = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class MacroPaths:
    """Monthly paths, each (months, histories). Suffix says the unit; `known_*` = dated when published.

    `employment_news`, `inflation_news` are dated by the month they describe, one month before they are known.
    """

    phase: np.ndarray
    regime: np.ndarray
    cycle: np.ndarray
    employment_growth_pct: np.ndarray
    employment_news: np.ndarray
    unemployment_pct: np.ndarray
    inflation_pct: np.ndarray
    inflation_news: np.ndarray
    inflation_trend_pct: np.ndarray
    inflation_12m_pct: np.ndarray
    stress_pp: np.ndarray
    stress_news_sd: np.ndarray
    policy_rate_pct: np.ndarray
    surprise_pp: np.ndarray
    surprise_orthogonal_pp: np.ndarray
    oil_supply_news: np.ndarray
    oil_own_pct: np.ndarray
    gdp_news_pct: np.ndarray


def simulate_macro(
    phases: np.ndarray,
    noise: Mapping[str, np.ndarray],
    calendar_month: np.ndarray,
    parameters: EconomyParameters,
    impulses: Impulses | None = None,
) -> MacroPaths:
    """Run the macro block forward.

    Parameters
    ----------
    phases : (months, histories) phase of each month.
    noise : standard normals of `MACRO_NOISE`, each (months, histories).
    calendar_month : (months,) 1..12.
    parameters : coefficients.
    impulses : added to a shock, in its own unit, by name: `fed_surprise`, `cpi_innovation`, `payrolls_innovation`
        (both dated by the month they describe), `oil_supply_news`, `gdp_innovation` (dated when known).

    Returns
    -------
    MacroPaths. The first months hold start-up effects: callers burn them in.
    """
    p, shape = parameters, phases.shape
    added = {name: np.zeros(shape) for name in ("fed_surprise", "cpi_innovation", "payrolls_innovation")}
    added |= {name: np.zeros(shape) for name in ("oil_supply_news", "gdp_innovation")} | dict(impulses or {})
    regime = REGIME_OF_PHASE[phases]
    meeting = np.isin(calendar_month, p.meeting_months)[:, None]
    release_of_gdp = np.isin(calendar_month, (1, 4, 7, 10))[:, None]
    news = np.asarray(p.oil_news_sd)[regime] * noise["oil_news"] + added["oil_supply_news"]
    oil_impact = np.asarray(p.impact["oil_supply_news"]["uso"])[regime]
    oil_own = 100.0 * (oil_impact * news + np.asarray(p.oil_noise)[regime] * noise["oil"])
    stress_scale = np.asarray(p.stress_noise)[regime]
    drawn = _drawn(phases, noise, added, meeting, p)
    employment_news = p.cycle_noise * noise["cycle"] + drawn["employment"]
    paths = _run(drawn, employment_news, oil_own, np.broadcast_to(meeting, shape), p)
    return MacroPaths(
        phase=phases,
        regime=regime,
        employment_news=employment_news,
        inflation_news=drawn["inflation"],
        stress_news_sd=stress_scale / p.stress_noise[2] * noise["stress"],
        surprise_orthogonal_pp=drawn["orthogonal"],
        oil_supply_news=news,
        oil_own_pct=oil_own,
        gdp_news_pct=release_of_gdp * (p.gdp_news_sd * noise["gdp_news"]) + added["gdp_innovation"],
        **paths,
    )


def _drawn(
    phases: np.ndarray,
    noise: Mapping[str, np.ndarray],
    added: Mapping[str, np.ndarray],
    meeting: np.ndarray,
    p: EconomyParameters,
) -> dict[str, np.ndarray]:
    """Innovations of each variable, (months, histories): noise at the scale of its regime, drift, and impulses."""
    regime = REGIME_OF_PHASE[phases]
    return {
        "cycle": p.cycle_noise * noise["cycle"] + np.asarray(p.cycle_drift)[phases],
        "employment": p.employment_noise * noise["employment"] + added["payrolls_innovation"],
        "inflation": p.inflation_noise * noise["inflation"] + added["cpi_innovation"],
        "unemployment": p.unemployment_noise * noise["unemployment"],
        "stress": np.asarray(p.stress_noise)[regime] * noise["stress"] + np.asarray(p.stress_drift)[phases],
        "orthogonal": meeting * (np.asarray(p.surprise_sd)[regime] * noise["surprise"]) + added["fed_surprise"],
    }


_RECURSIVE = (
    "cycle",
    "employment_growth_pct",
    "unemployment_pct",
    "inflation_pct",
    "inflation_trend_pct",
    "inflation_12m_pct",
    "stress_pp",
    "policy_rate_pct",
    "surprise_pp",
)


def _run(
    drawn: Mapping[str, np.ndarray],
    employment_news: np.ndarray,
    oil_own: np.ndarray,
    meeting: np.ndarray,
    p: EconomyParameters,
) -> dict[str, np.ndarray]:
    """The recursion. Month 0 and 1 start at the normal values."""
    months, histories = oil_own.shape
    out = {name: np.zeros((months, histories)) for name in _RECURSIVE}
    cycle, growth, jobless, pi, tau, pi12, stress, rate, surprise = (out[name] for name in _RECURSIVE)
    mean12 = 12.0 * p.inflation_mean
    neutral = p.neutral_real_rate + mean12
    growth[:2], jobless[:2], rate[:2] = p.employment_trend, p.unemployment_normal, neutral
    pi[:2], tau[:2], pi12[:2] = p.inflation_mean, p.inflation_mean, mean12
    for t in range(2, months):
        real_gap = rate[t - 1] - 12.0 * tau[t - 1] - p.neutral_real_rate
        cycle[t] = p.cycle_persistence * cycle[t - 1] + drawn["cycle"][t]
        cycle[t] += p.cycle_on_real_rate * real_gap + p.cycle_on_stress * stress[t - 1]
        growth[t] = p.employment_trend + cycle[t] + drawn["employment"][t]
        slack = p.unemployment_normal - jobless[t - 1]
        jobless[t] = jobless[t - 1] + p.unemployment_reversion * slack
        jobless[t] += p.unemployment_on_cycle * (growth[t] - p.employment_trend) * 0.5 + drawn["unemployment"][t]
        jobless[t] += p.unemployment_on_cycle * cycle[t] * 0.5
        error = drawn["inflation"][t]
        pi[t] = tau[t - 1] + p.inflation_on_slack * slack + p.inflation_on_oil * oil_own[t] + error
        pull = p.inflation_mean + p.inflation_trend_persistence * (tau[t - 1] - p.inflation_mean)
        tau[t] = pull + p.inflation_trend_gain * (error + p.inflation_on_slack * slack)
        pi12[t] = pi12[t - 1] + pi[t] - (pi[t - 12] if t >= 12 else p.inflation_mean)
        target = neutral + p.policy_on_inflation * (pi12[t - 2] - mean12)
        target += p.policy_on_slack * (p.unemployment_normal - jobless[t - 2]) + p.policy_on_stress * stress[t - 1]
        expected = p.policy_speed * (target - rate[t - 1]) + p.policy_momentum * (rate[t - 1] - rate[t - 2])
        predictable = p.surprise_on_payrolls * employment_news[t - 2]
        predictable += p.surprise_on_stress * (stress[t - 1] - stress[t - 2])
        surprise[t] = drawn["orthogonal"][t] + meeting[t] * predictable
        rate[t] = rate[t - 1] + expected + surprise[t]
        stress[t] = p.stress_persistence * stress[t - 1] + drawn["stress"][t] + p.stress_on_surprise * surprise[t]
    return out
