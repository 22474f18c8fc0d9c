"""What happens over two quarters: changes of jobs, markets and output, each with the day it became known.

Belongs here: the regression targets of recession forecasts. A change is computed inside one as-of view, the one of the
day on which the last quarter's value was first published: growth never mixes vintages, and later data never change it.
Does not belong here: recession labels (turning_points.py, targets.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.vintage.calendars import last_trading_day, month_number, period_last_day

HORIZON_QUARTERS = 2

__all__ = ["HORIZON_QUARTERS", "INDEX_IMPACTS", "SERIES_IMPACTS", "IndexImpact", "SeriesImpact", "index_impacts",
           "series_impacts"]  # fmt: skip


@dataclass(frozen=True)
class SeriesImpact:
    """A target made of one macro series: quarterly mean of `series_id`, change in points or in percent."""

    target: str
    series_id: str
    frequency: str
    percent: bool


@dataclass(frozen=True)
class IndexImpact:
    """Targets made of one equity index: change of the quarter-end close and deepest fall on the way, in percent."""

    change_target: str
    drawdown_target: str
    symbols: tuple[str, ...]
    fallback_series: tuple[str, ...]


SERIES_IMPACTS = (
    SeriesImpact("unemployment_rate_change_pp", "UNRATE", "M", percent=False),
    SeriesImpact("initial_claims_change_pct", "ICSA", "W", percent=True),
    SeriesImpact("real_gdp_change_pct", "GDPC1", "Q", percent=True),
)
INDEX_IMPACTS = (
    IndexImpact("sp500_change_pct", "sp500_drawdown_pct", ("^GSPC", "SPY"), ("SP500",)),
    IndexImpact("nasdaq_change_pct", "nasdaq_drawdown_pct", ("^IXIC", "QQQ"), ("NASDAQCOM",)),
)

_NO_FACTS = (np.array([], dtype="datetime64[ns]"), np.array([]), np.array([], dtype=object))
_COLUMNS = ["period", "target", "value", "known_at", "known_by"]


def series_impacts(observations: pa.Table, quarters: pd.PeriodIndex, impact: SeriesImpact) -> pd.DataFrame:
    """Change of a macro series from quarter t to t+2, for each t.

    Parameters
    ----------
    observations : silver/observations.
    quarters : origins t (quarterly periods).
    impact : which series, and whether in percent.

    Returns
    -------
    Frame period, target, value, known_at, known_by; value and known_at missing while t+2 is not wholly published.
    """
    facts = _series_facts(observations, impact.series_id)
    by_date = _facts_by_date(facts)
    first_known = facts.dropna(subset=["value"]).groupby("observation_date")["known_from"].min().to_dict()
    expected = _expected_dates(quarters, impact.frequency)
    rows = []
    for quarter in quarters:
        end_dates = expected[quarter.ordinal + HORIZON_QUARTERS]
        value, reason, day = np.nan, "", pd.NaT
        if all(when in first_known for when in end_dates):
            day = max(first_known[when] for when in end_dates)
            start, _ = _mean_as_of(by_date, expected[quarter.ordinal], day)
            end, reason = _mean_as_of(by_date, end_dates, day)
            value = (end / start - 1.0) * 100.0 if impact.percent else end - start
        known_at, known_by = (day, reason) if np.isfinite(value) else (pd.NaT, "")
        rows.append((quarter, impact.target, value if known_by else np.nan, known_at, known_by))
    return pd.DataFrame(rows, columns=_COLUMNS)


def index_impacts(
    prices: pa.Table | None, observations: pa.Table, quarters: pd.PeriodIndex, impact: IndexImpact
) -> pd.DataFrame:
    """Change of the quarter-end close from t to t+2, and the deepest fall from a running high on the way.

    The running high starts at the close of quarter t, so the drawdown is at most zero and at most the change.
    Splits are undone; dividends are left out, as the target is the index level. A change is known once the close of the
    quarter's last trading day is, or a later one, and never before the quarter's last calendar day.
    """
    levels, told = _index_levels(prices, observations, impact)
    rows: list[tuple] = []
    if levels.empty:
        return pd.DataFrame(rows, columns=_COLUMNS)
    days, closes = levels.index.to_numpy().astype("datetime64[D]"), levels.to_numpy()
    before, start, end = (period_last_day(quarters.asi8 + shift, "Q") for shift in (-1, 0, HORIZON_QUARTERS))
    first, stop = days.searchsorted(start, side="right") - 1, days.searchsorted(end, side="right")
    over = days.searchsorted(last_trading_day(month_number(end)))
    known = (over < len(days)) & (first >= 0) & (days[first] > before)
    for at, quarter in enumerate(quarters):
        path = closes[first[at] : stop[at]] if known[at] else np.array([np.nan])
        change = (path[-1] / path[0] - 1.0) * 100.0
        drawdown = float(np.min(path / np.maximum.accumulate(path) - 1.0)) * 100.0
        known_at, reason = (pd.Timestamp(max(end[at], told[over[at]])), "market") if known[at] else (pd.NaT, "")
        rows.append((quarter, impact.change_target, change, known_at, reason))
        rows.append((quarter, impact.drawdown_target, drawdown, known_at, reason))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _series_facts(observations: pa.Table, series_id: str) -> pd.DataFrame:
    rows = observations.filter(pc.equal(observations["series_id"], series_id))
    frame = rows.select(["observation_date", "realtime_start", "known_from", "known_by", "value"]).to_pandas()
    for column in ("observation_date", "realtime_start", "known_from"):
        frame[column] = pd.to_datetime(frame[column])
    return frame.sort_values(["observation_date", "realtime_start"], ignore_index=True)


def _expected_dates(quarters: pd.PeriodIndex, frequency: str) -> dict[int, list[pd.Timestamp]]:
    """Observation dates that a series has in each quarter, by the quarter's ordinal, to the last quarter's horizon."""
    through = (quarters[-1] + HORIZON_QUARTERS).to_timestamp(how="end").normalize()
    rule = {"Q": "QS", "M": "MS", "W": "W-SAT"}[frequency]
    dates = pd.date_range(quarters[0].to_timestamp(how="start"), through, freq=rule)
    found: dict[int, list[pd.Timestamp]] = {}
    for when, ordinal in zip(dates, dates.to_period("Q").asi8.tolist(), strict=True):
        found.setdefault(ordinal, []).append(when)
    return found


def _facts_by_date(facts: pd.DataFrame) -> dict[pd.Timestamp, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(known_from, value, known_by) of each observation date, in the order of realtime_start."""
    known = facts["known_from"].to_numpy()
    value, reason = facts["value"].to_numpy(dtype=float), facts["known_by"].to_numpy(dtype=object)
    days, starts = np.unique(facts["observation_date"].to_numpy(), return_index=True)
    bounds = [*starts, len(facts)]
    return {
        pd.Timestamp(day): (known[lo:hi], value[lo:hi], reason[lo:hi])
        for day, lo, hi in zip(days, bounds[:-1], bounds[1:], strict=True)
    }


def _mean_as_of(
    by_date: dict[pd.Timestamp, tuple[np.ndarray, np.ndarray, np.ndarray]],
    dates: list[pd.Timestamp],
    day: pd.Timestamp,
) -> tuple[float, str]:
    """Mean over `dates` as known on `day`, and how the last of them was known; missing if any is unknown."""
    values, last = [], ""
    for when in dates:
        known, value, reason = by_date.get(when, _NO_FACTS)
        seen = np.flatnonzero(known <= day.to_datetime64())
        if seen.size == 0:
            return np.nan, ""
        values.append(value[seen[-1]])
        last = str(reason[seen[-1]])
    return float(np.mean(values)), last


def _index_levels(prices: pa.Table | None, observations: pa.Table, impact: IndexImpact) -> tuple[pd.Series, np.ndarray]:
    """Split-adjusted closes by day of the first source that has any, and the days on which they were known."""
    if prices is not None:
        for symbol in impact.symbols:
            rows = prices.filter(pc.equal(prices["symbol"], symbol))
            if rows.num_rows:
                frame = rows.select(["date", "known_from", "close", "split_ratio"]).to_pandas().sort_values("date")
                level = frame["close"] * frame["split_ratio"].fillna(1.0).cumprod()
                return _levels(frame["date"], level, frame["known_from"])
    for series_id in impact.fallback_series:
        frame = _series_facts(observations, series_id).drop_duplicates("observation_date", keep="first")
        if not frame.empty:
            return _levels(frame["observation_date"], frame["value"], frame["known_from"])
    return pd.Series(dtype=float), np.array([], dtype="datetime64[ns]")


def _levels(days: pd.Series, closes: pd.Series, known_from: pd.Series) -> tuple[pd.Series, np.ndarray]:
    level = pd.Series(closes.to_numpy(dtype=float), index=pd.to_datetime(days).to_numpy())
    there = level.notna().to_numpy()
    return level[there], np.maximum.accumulate(pd.to_datetime(known_from).to_numpy()[there])
