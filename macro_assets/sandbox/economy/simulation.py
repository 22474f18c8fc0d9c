"""The simulated economy as an archive that the sandbox can serve, with its truth.

Belongs here: putting the parts together. Does not belong here: any equation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from macro_assets.catalog import Catalog, load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.sandbox.archive import Archive
from macro_assets.sandbox.economy.bars import daily_bars
from macro_assets.sandbox.economy.daily import simulate_daily
from macro_assets.sandbox.economy.fred import macro_facts, market_facts, release_dates, series_table
from macro_assets.sandbox.economy.histories import Histories, simulate_histories
from macro_assets.sandbox.economy.levels import state_of
from macro_assets.sandbox.economy.nber import Recession, announced_recessions, nber_table, usrec
from macro_assets.sandbox.economy.parameters import DEFAULT, OUTCOMES, EconomyParameters
from macro_assets.sandbox.economy.rates import financial_series
from macro_assets.sandbox.economy.surprises import CITATIONS, SURPRISE_UNITS, published_surprises
from macro_assets.sandbox.economy.truth import Truth, truth_of
from macro_assets.sandbox.economy.vintages import observations_table
from macro_assets.sandbox.economy.world_bank import yearly_indicators

__all__ = ["DEFAULT_END", "DEFAULT_SEED", "DEFAULT_START", "DEFAULT_TODAY", "SimulatedEconomy", "simulate"]

DEFAULT_SEED = 7
DEFAULT_START = date(1970, 1, 1)
DEFAULT_END = date(2026, 12, 31)
DEFAULT_TODAY = date(2024, 12, 31)
_FEWEST_MONTHS = 36


@dataclass(frozen=True)
class SimulatedEconomy:
    """An archive that reaches beyond `default_today`, so that releases can happen, and the truth behind it."""

    archive: Archive
    truth: Truth
    default_today: date
    histories: Histories


def simulate(
    seed: int = DEFAULT_SEED,
    start: date = DEFAULT_START,
    end: date = DEFAULT_END,
    *,
    default_today: date | None = None,
    parameters: EconomyParameters = DEFAULT,
    catalog: Catalog | None = None,
) -> SimulatedEconomy:
    """Simulate the economy from `start` to `end`.

    The same seed and start give the same facts up to any day, whatever the end. One more month than `end` asks for is
    simulated, so that figures due just after it exist.

    Parameters
    ----------
    seed : of all random streams.
    start, end : first and last day; `start` is the first of a month, at least 36 months before `end`.
    default_today : the day a sandbox begins at; two years before the end by default.
    catalog : names the series to make; default the package's own.

    Raises
    ------
    InvalidInputError : `start` is not the first of a month, or the history is too short.
    """
    months = (end.year - start.year) * 12 + end.month - start.month + 2
    _refuse_span(start, end, months)
    catalog = catalog or load_catalog()
    histories = simulate_histories([seed], months, start=start, parameters=parameters)
    daily = simulate_daily(histories, seed, parameters)
    state = state_of(histories, seed, parameters)
    recessions = announced_recessions(histories.months, histories.macro.regime[:, 0] == 0, seed)
    trend = 12.0 * np.append(state.factors["trend_inflation"][:1], state.factors["trend_inflation"][:-1])
    financial = financial_series(daily, histories, trend, seed, parameters)
    facts = macro_facts(catalog, state, daily.calendar.closed, seed)
    facts += market_facts(catalog, financial, daily, histories.months)
    if "USREC" in catalog.series:
        facts.append(usrec(histories.months, recessions))
    facts = [item for item in facts if (item.realtime_start <= np.datetime64(end)).any()]
    series = series_table(catalog, facts)
    archive = Archive(
        observations=observations_table(facts, end), series=series,
        release_dates=release_dates(series, facts, np.datetime64(end)), bars=daily_bars(daily, seed, end),
        indicators=_indicators(histories, financial.monthly["GS10"], seed, end),
        surprises=published_surprises(histories, daily.calendar, seed, end, parameters),
        units=SURPRISE_UNITS.copy(), nber=nber_table(recessions, end), citations=CITATIONS.copy(),
    )  # fmt: skip
    truth = _truth(histories, recessions, seed, parameters, months - 1)
    today = default_today or (DEFAULT_TODAY if end == DEFAULT_END else date(end.year - 2, 12, 31))
    return SimulatedEconomy(archive, truth, min(today, end), histories)


def _refuse_span(start: date, end: date, months: int) -> None:
    if start.day != 1 or months < _FEWEST_MONTHS:
        raise InvalidInputError(
            f"Cannot simulate {start} to {end}.", remedy="Start on the first of a month and span three years or more."
        )


def _indicators(histories: Histories, ten_year: np.ndarray, seed: int, end: date) -> dict[str, pd.DataFrame]:
    """World Bank tables from calendar years that are complete in the monthly paths."""
    year_of = histories.months.astype("datetime64[Y]").astype(np.int64) + 1970
    years, counts = np.unique(year_of, return_counts=True)
    whole = np.isin(year_of, years[counts == 12])
    shape = (-1, 12)
    cycle = histories.macro.cycle[whole, 0].reshape(shape)
    news = histories.news["gdp_innovation"][whole, 0].reshape(shape)
    growth = 2.75 + 1.25 * cycle.sum(axis=1) + news.sum(axis=1)
    inflation = histories.macro.inflation_12m_pct[whole, 0].reshape(shape).mean(axis=1)
    lending = ten_year[whole].reshape(shape).mean(axis=1) + 1.2
    return yearly_indicators(years[counts == 12], growth, inflation, lending, seed, end)


def _truth(
    histories: Histories, recessions: list[Recession], seed: int, parameters: EconomyParameters, months: int
) -> Truth:
    regime = histories.macro.regime[:months, 0]
    spread = {
        name: np.array([_sd(histories.markets.outcomes[name][:months][regime == index, 0]) for index in range(3)])
        for name in OUTCOMES
    }
    turning = nber_table(recessions, date(9999, 12, 30)).to_dict("records")
    return truth_of(seed, histories.months[:months], regime, spread, parameters, turning)


def _sd(values: np.ndarray) -> float:
    return float(values.std()) if len(values) > 1 else 0.0
