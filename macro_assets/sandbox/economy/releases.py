"""Which series is published when, and how it is revised.

Belongs here: one line per revised series, and the release calendar. Does not belong here: the machinery of revisions
(vintages.py), first prints (levels.py).

Monthly figures are printed three times (first, second, third print one release apart), then touched by five annual
benchmarks, humps that vanish at both ends of their window, so that growth at the edge stays comparable. Rates and
seasonally adjusted prices are only touched by new seasonal factors. One release changes its base year once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from macro_assets.catalog import Series
from macro_assets.sandbox.economy.calendar import FRIDAY, first_weekday, month_ends, release_days
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.vintages import Facts, Revision, publish_revised

__all__ = ["LATE_SERIES", "REVISED", "Revised", "first_prints", "revised_facts"]

EMPLOYMENT_SITUATION, OUTPUT, PERSONAL_INCOME = 50, 53, 54
LATE_SERIES = "PCEPI"
"""Vintages of this series are recorded from the middle of the 20th year of the history on."""
_NEVER = np.datetime64("9999-12-31")
_YEARS_BENCHMARKED = 5


@dataclass(frozen=True)
class Revised:
    """How a series is revised. Sizes in percent of the level, or in the unit of a series that is not logarithmic.

    `print_sd`: from first to third print; `benchmark_sd`: height of the annual hump; `seasonal_sd`: per observation
    and year; `benchmark_month`: of the annual revision; `rebased`: years after the start, with the factor.
    """

    decimals: int
    logarithmic: bool = True
    print_sd: float = 0.0
    benchmark_sd: float = 0.0
    seasonal_sd: float = 0.0
    benchmark_month: int = 7
    rebased: tuple[int, float] | None = None


_INDEX_BASE, _CHAIN_BASE = (27, 0.72), (31, 1.22)
REVISED: dict[str, Revised] = {
    "GDP": Revised(1, print_sd=0.18, benchmark_sd=0.35),
    "GDPC1": Revised(1, print_sd=0.18, benchmark_sd=0.35, rebased=_CHAIN_BASE),
    "INDPRO": Revised(4, print_sd=0.20, benchmark_sd=0.40, rebased=_INDEX_BASE),
    "IPMANSICS": Revised(4, print_sd=0.20, benchmark_sd=0.40, rebased=_INDEX_BASE),
    "IPBUSEQ": Revised(4, print_sd=0.30, benchmark_sd=0.50, rebased=_INDEX_BASE),
    "TCU": Revised(1, logarithmic=False, print_sd=0.10, benchmark_sd=0.20),
    "DGORDER": Revised(0, print_sd=0.40, benchmark_sd=0.40),
    "PI": Revised(1, print_sd=0.12, benchmark_sd=0.30),
    "W875RX1": Revised(1, print_sd=0.12, benchmark_sd=0.30, rebased=_CHAIN_BASE),
    "PCE": Revised(1, print_sd=0.12, benchmark_sd=0.25),
    "DPCERA3M086SBEA": Revised(3, print_sd=0.12, benchmark_sd=0.25, rebased=(31, 0.86)),
    "RSAFS": Revised(0, print_sd=0.30, benchmark_sd=0.30, benchmark_month=4),
    "PSAVERT": Revised(1, logarithmic=False, print_sd=0.12, benchmark_sd=0.30),
    "UMCSENT": Revised(1, logarithmic=False),
    "HOUST": Revised(0, print_sd=1.2, benchmark_sd=0.8, benchmark_month=5),
    "PERMIT": Revised(0, print_sd=0.5, benchmark_sd=0.5, benchmark_month=5),
    "UNRATE": Revised(1, logarithmic=False, seasonal_sd=0.022, benchmark_month=1),
    "PAYEMS": Revised(0, print_sd=0.030, benchmark_sd=0.12, benchmark_month=2),
    "MANEMP": Revised(0, print_sd=0.030, benchmark_sd=0.12, benchmark_month=2),
    "USGOOD": Revised(0, print_sd=0.030, benchmark_sd=0.12, benchmark_month=2),
    "CE16OV": Revised(0, seasonal_sd=0.02, benchmark_month=1),
    "CLF16OV": Revised(0, seasonal_sd=0.02, benchmark_month=1),
    "CIVPART": Revised(1, logarithmic=False, seasonal_sd=0.015, benchmark_month=1),
    "UEMPMEAN": Revised(1, logarithmic=False, seasonal_sd=0.03, benchmark_month=1),
    "UEMPLT5": Revised(0, seasonal_sd=0.20, benchmark_month=1),
    "AWHMAN": Revised(1, logarithmic=False, print_sd=0.03, benchmark_month=2),
    "JTSJOL": Revised(0, print_sd=0.8, benchmark_sd=0.8, benchmark_month=3),
    "CPIAUCSL": Revised(3, seasonal_sd=0.012, benchmark_month=2),
    "CPILFESL": Revised(3, seasonal_sd=0.010, benchmark_month=2),
    "PCEPI": Revised(3, print_sd=0.02, benchmark_sd=0.06, rebased=(31, 0.86)),
    "PPIACO": Revised(1, print_sd=0.15),
    "M1SL": Revised(1, print_sd=0.10, seasonal_sd=0.05, benchmark_month=2),
    "M2SL": Revised(1, print_sd=0.06, seasonal_sd=0.03, benchmark_month=2),
    "M2REAL": Revised(1, print_sd=0.06, seasonal_sd=0.03, benchmark_month=2),
    "TOTALSL": Revised(2, print_sd=0.10, benchmark_sd=0.30),
    "BUSLOANS": Revised(4, print_sd=0.15, benchmark_sd=0.30),
    "REALLN": Revised(4, print_sd=0.10, benchmark_sd=0.30),
    "CONSUMER": Revised(4, print_sd=0.10, benchmark_sd=0.30),
    "TOTBKCR": Revised(4, print_sd=0.08),
    "ICSA": Revised(-3, print_sd=0.8),
}


def first_prints(series: Series, observed: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Day of the first print of each observation, by the catalogue's lag on the business calendar.

    Employment comes on the first Friday of the next month; national accounts one or two days early, so that the
    calendar never pushes them into another month; weekly figures on their day of the week.
    """
    ends = _period_ends(series, observed)
    if series.frequency == "W":
        return ends + series.publication_lag_days
    if series.release_id == EMPLOYMENT_SITUATION:
        return first_weekday(ends + 1, FRIDAY)
    lag = 28 if series.release_id in (OUTPUT, PERSONAL_INCOME) else series.publication_lag_days
    return release_days(ends, lag, closed)


def revised_facts(
    series: Series,
    rule: Revised,
    observed: np.ndarray,
    first_value: np.ndarray,
    closed: np.ndarray,
    seed: int,
    start: np.datetime64,
) -> Facts:
    """All facts of a revised series whose first prints are `first_value` (logarithms when the rule says so)."""
    first_day = first_prints(series, observed, closed)
    rng = stream(seed, f"revisions_{series.id}")
    scale = 0.01 if rule.logarithmic else 1.0
    revisions, carried = _later_prints(series, rule, observed, closed, scale * rule.print_sd, rng)
    revisions += _benchmarks(rule, first_day, scale, series.id, seed)
    if rule.rebased is not None:
        years, factor = rule.rebased
        day = np.append(first_day, _NEVER)[np.searchsorted(first_day, start + int(365.25 * years))]
        revisions.append(Revision(np.full(len(observed), day), np.full(len(observed), np.log(factor))))
    return publish_revised(
        series.id,
        observed,
        first_day,
        first_value + carried,
        revisions,
        decimals=rule.decimals,
        logarithmic=rule.logarithmic,
    )


def _later_prints(
    series: Series, rule: Revised, observed: np.ndarray, closed: np.ndarray, sd: float, rng: np.random.Generator
) -> tuple[list[Revision], np.ndarray]:
    """Second and third prints, and the error that the first print inherits from the observation before it.

    The first print continues from the level then known of the period before, so its growth is the news of the day.
    """
    if sd == 0.0:
        return [], np.zeros(len(observed))
    learned = sd * rng.standard_normal((len(observed), 2)) @ np.diag([0.8, 0.6])
    settled = lfilter([1.0], [1.0, -0.9], learned.sum(axis=1))
    before = 0.9 * np.append(0.0, settled[:-1])
    days = [first_prints(series, _next_release(series, observed, step), closed) for step in (1, 2)]
    return [Revision(days[0], learned[:, 0]), Revision(days[1], learned[:, 1])], before


def _benchmarks(rule: Revised, first_day: np.ndarray, scale: float, name: str, seed: int) -> list[Revision]:
    """Annual revisions: the k-th one that touches an observation comes k years after it, in the benchmark month."""
    if rule.benchmark_sd == 0.0 and rule.seasonal_sd == 0.0:
        return []
    year = first_day.astype("datetime64[Y]").astype(np.int64)
    month = first_day.astype("datetime64[M]").astype(np.int64) % 12 + 1
    release = {int(y * 12 + m - 1): day for y, m, day in zip(year, month, first_day, strict=True)}
    heights = stream(seed, f"benchmarks_{name}").standard_normal(int(year[-1] - year[0]) + _YEARS_BENCHMARKED + 2)
    drawn = stream(seed, f"seasonal_{name}").standard_normal((len(first_day), _YEARS_BENCHMARKED))
    found = []
    for k in range(_YEARS_BENCHMARKED):
        due_year = year + k + (month >= rule.benchmark_month)
        due = due_year * 12 + rule.benchmark_month - 1
        day = np.array([release.get(int(item), release.get(int(item) + 1, _NEVER)) for item in due], "datetime64[D]")
        age = (due - (year * 12 + month - 1)) / (12.0 * _YEARS_BENCHMARKED)
        hump = 2.0 * np.minimum(age, 1.0 - age).clip(0.0) * heights[due_year - year[0]]
        increment = scale * (rule.benchmark_sd * hump + rule.seasonal_sd * drawn[:, k])
        found.append(Revision(day, increment))
    return found


def _period_ends(series: Series, observed: np.ndarray) -> np.ndarray:
    if series.frequency in ("D", "W"):
        return observed
    months = observed.astype("datetime64[M]") + (2 if series.frequency == "Q" else 0)
    return month_ends(months.astype("datetime64[D]"))


def _next_release(series: Series, observed: np.ndarray, step: int) -> np.ndarray:
    """Observation date whose first print day carries the given later print: one week, or one month, per step."""
    if series.frequency == "W":
        return observed + 7 * step
    return (observed.astype("datetime64[M]") + step).astype("datetime64[D]")
