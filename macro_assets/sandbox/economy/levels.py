"""Monthly and quarterly macro series at realistic levels, as first printed.

Belongs here: growth series as loadings on the state of the economy, and the series that stay in a range. Does not
belong here: revisions and release days (releases.py, vintages.py), daily rates and prices (rates.py, bars.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.signal import lfilter

from macro_assets.sandbox.economy.histories import Histories
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.parameters import EconomyParameters

__all__ = ["GROWTH", "Growth", "State", "growth_path", "quarterly_output", "range_series", "state_of"]


@dataclass(frozen=True)
class Growth:
    """A series that grows: log growth in percent a month = trend + loadings on the state + noise.

    `start` is the value before the first month; `level_noise` (percent) does not accumulate; `lead` moves the level.
    """

    start: float
    trend: float
    loadings: dict[str, float] = field(default_factory=dict)
    noise: float = 0.1
    level_noise: float = 0.0
    lead: float = 0.0


_REAL, _PRICE = {"cycle": 1.2}, {"inflation": 1.0}
GROWTH: dict[str, Growth] = {
    "PAYEMS": Growth(71_200, 0.135, {"employment": 1.0}, 0.0),
    "MANEMP": Growth(18_400, -0.03, {"employment": 1.0, "cycle": 1.2}, 0.08),
    "USGOOD": Growth(23_500, -0.02, {"employment": 1.0, "cycle": 1.3}, 0.08),
    "INDPRO": Growth(70, 0.17, {"cycle": 2.4}, 0.30, 0.15),
    "IPMANSICS": Growth(68, 0.18, {"cycle": 2.7}, 0.35, 0.20),
    "IPBUSEQ": Growth(45, 0.24, {"cycle": 3.4}, 0.60, 0.30),
    "DPCERA3M086SBEA": Growth(40, 0.24, {"cycle": 0.9}, 0.22, 0.15),
    "W875RX1": Growth(3_400, 0.20, {"cycle": 1.3}, 0.25, 0.20),
    "PCE": Growth(640, 0.24, {"cycle": 0.9} | _PRICE, 0.22, 0.15),
    "PI": Growth(860, 0.23, {"cycle": 1.0} | _PRICE, 0.25, 0.20),
    "RSAFS": Growth(62_000, 0.15, {"cycle": 1.6, "oil": 0.02} | _PRICE, 0.45, 0.40, lead=3.0),
    "DGORDER": Growth(50_000, 0.0, {"cycle": 3.0} | _PRICE, 1.0, 2.5, lead=8.0),
    "CPIAUCSL": Growth(37.9, 0.0, _PRICE, 0.0),
    "CPILFESL": Growth(38.6, 0.0, {"trend_inflation": 0.75, "inflation": 0.25}, 0.05),
    "PCEPI": Growth(26, -0.02, {"inflation": 0.85, "trend_inflation": 0.15}, 0.05),
    "PPIACO": Growth(36, -0.03, {"inflation": 1.1, "oil": 0.05}, 0.45),
    "M1SL": Growth(206, 0.40, {"easing": 0.10}, 0.40, 0.20),
    "M2SL": Growth(590, 0.50, {"easing": 0.05}, 0.22, 0.10),
    "TOTALSL": Growth(127_000, 0.50, {"cycle": 1.2}, 0.25),
    "BUSLOANS": Growth(110, 0.48, {"cycle_year_ago": 1.6}, 0.45),
    "REALLN": Growth(72, 0.56, {"cycle_year_ago": 0.8}, 0.25),
    "CONSUMER": Growth(62, 0.50, {"cycle": 1.1}, 0.35),
    "TOTBKCR": Growth(420, 0.53, {"cycle_year_ago": 0.9}, 0.25),
    "JTSJOL": Growth(4_300, 0.07, {"cycle": 7.0}, 1.2, 2.0, lead=10.0),
    "WALCL": Growth(90_000, 0.58, {"easing": 0.08}, 0.6),
}


@dataclass(frozen=True)
class State:
    """What the series load on, each (months,): growth factors in percent a month, `lead` a level near zero."""

    factors: dict[str, np.ndarray]
    lead: np.ndarray
    unemployment_pct: np.ndarray
    stress_pp: np.ndarray
    inflation_12m_pct: np.ndarray
    policy_rate_pct: np.ndarray
    gdp_news_pct: np.ndarray
    months: np.ndarray


_LEAD_DRIFT = np.array([-0.085, -0.040, 0.020, 0.030, 0.010, 0.000, -0.030, -0.055, -0.075])
"""Monthly push to the leading index by phase: orders, permits and sentiment turn before activity does."""


def state_of(histories: Histories, seed: int, parameters: EconomyParameters) -> State:
    """State of the first history: factors that drive the published series."""
    macro = histories.macro
    cycle, rate = macro.cycle[:, 0], macro.policy_rate_pct[:, 0]
    lead_noise = 0.035 * stream(seed, "lead").standard_normal(len(cycle))
    pushed = _LEAD_DRIFT[macro.phase[:, 0]] + lead_noise
    year_ago = np.concatenate([np.zeros(min(9, len(cycle))), cycle[:-9]])
    factors = {
        "cycle": cycle,
        "cycle_year_ago": year_ago,
        "employment": macro.employment_growth_pct[:, 0] - parameters.employment_trend,
        "inflation": macro.inflation_pct[:, 0],
        "trend_inflation": macro.inflation_trend_pct[:, 0],
        "oil": 100.0 * histories.markets.oil_return[:, 0],
        "easing": parameters.neutral_real_rate + 12.0 * parameters.inflation_mean - rate,
    }
    return State(
        factors=factors,
        lead=lfilter([1.0], [1.0, -0.90], pushed),
        unemployment_pct=macro.unemployment_pct[:, 0],
        stress_pp=macro.stress_pp[:, 0],
        inflation_12m_pct=macro.inflation_12m_pct[:, 0],
        policy_rate_pct=rate,
        gdp_news_pct=histories.news["gdp_innovation"][:, 0],
        months=histories.months,
    )


def growth_path(name: str, spec: Growth, state: State, seed: int) -> np.ndarray:
    """(months,) natural logarithm of the level of a growth series."""
    rng = stream(seed, f"level_{name}")
    shocks = rng.standard_normal((len(state.lead), 2))
    growth = spec.trend + spec.noise * shocks[:, 0]
    for factor, loading in spec.loadings.items():
        growth = growth + loading * state.factors[factor]
    aside = spec.level_noise * shocks[:, 1] + spec.lead * state.lead
    path: np.ndarray = np.log(spec.start) + (np.cumsum(growth) + aside) / 100.0
    return path


def range_series(state: State, seed: int) -> dict[str, np.ndarray]:
    """Series that stay in a range, or follow from others by identity, in their published units, each (months,)."""

    def noise(name: str, sd: float, persistence: float = 0.0) -> np.ndarray:
        drawn = stream(seed, f"level_{name}").standard_normal(len(state.lead))
        path: np.ndarray = lfilter([sd], [1.0, -persistence], drawn)
        return path

    jobless, lead, stress = state.unemployment_pct, state.lead, state.stress_pp
    late_jobless = lfilter([0.15], [1.0, -0.85], jobless - 5.7) + 5.7
    employed = np.exp(growth_path("CE16OV", Growth(78_700, 0.12, {"employment": 0.9}, 0.10), state, seed))
    force = employed / (1.0 - np.round(jobless, 1) / 100.0)
    houses = np.log(1_450.0) + 0.85 * lead - 0.025 * (state.policy_rate_pct - 6.0)
    share_short = 0.42 - 0.022 * (late_jobless - 5.7)
    busy = 79.8 - 1.9 * (jobless - 5.7) + 4.0 * state.factors["cycle"]
    inflation_pain = 0.9 * (state.inflation_12m_pct - 3.0)
    return {
        "UNRATE": jobless,
        "CE16OV": employed,
        "CLF16OV": force,
        "CIVPART": np.clip(63.5 + noise("CIVPART", 0.10, 0.995) - 0.08 * (late_jobless - 5.7), 56.0, 69.0),
        "UEMPMEAN": np.clip(14.0 + 2.4 * (late_jobless - 5.7) + noise("UEMPMEAN", 0.45), 6.0, 60.0),
        "UEMPLT5": force * jobless / 100.0 * np.clip(share_short + noise("UEMPLT5", 0.012), 0.15, 0.7),
        "AWHMAN": 40.8 + 1.3 * lead + 1.8 * state.factors["cycle"] + noise("AWHMAN", 0.10),
        "TCU": np.clip(busy + noise("TCU", 0.12, 0.9), 55.0, 95.0),
        "PSAVERT": np.clip(7.5 + 0.7 * stress + noise("PSAVERT", 0.35, 0.93), 0.5, 25.0),
        "UMCSENT": np.clip(90.0 + 16.0 * lead - 4.0 * stress - inflation_pain + noise("UMCSENT", 2.2), 45.0, 115.0),
        "HOUST": np.exp(houses + noise("HOUST", 0.055)),
        "PERMIT": np.exp(houses + 0.02 + noise("PERMIT", 0.030)),
    }


def quarterly_output(state: State, seed: int) -> dict[str, np.ndarray]:
    """Log real and nominal GDP of each complete quarter, (quarters,), as first printed.

    Growth is a trend, the activity of the quarter, and the news markets learn with the advance estimate in the month
    after the quarter ends.
    """
    first = int(-(state.months[0].astype("datetime64[M]").astype(np.int64)) % 3)
    quarters = (len(state.lead) - first) // 3
    whole = slice(first, first + 3 * quarters)
    activity = 1.25 * state.factors["cycle"][whole].reshape(quarters, 3).sum(axis=1)
    released = first + 3 * np.arange(1, quarters + 1)
    news = np.where(released < len(state.lead), state.gdp_news_pct[np.minimum(released, len(state.lead) - 1)], 0.0)
    real = 0.70 + activity + news
    prices = 0.95 * state.factors["inflation"][whole].reshape(quarters, 3).sum(axis=1)
    deflator = prices - 0.05 + 0.08 * stream(seed, "level_deflator").standard_normal(quarters)
    return {
        "GDPC1": np.log(4_950.0) + np.cumsum(real) / 100.0,
        "GDP": np.log(1_055.0) + np.cumsum(real + deflator) / 100.0,
    }
