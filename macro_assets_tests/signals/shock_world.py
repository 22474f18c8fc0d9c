"""Fifteen years of facts from which every shock can be made, and the innovations written down plainly."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog import load_catalog
from macro_assets.lake.as_of import snapshot
from macro_assets.signals import shocks
from macro_assets.signals.release_news import Autoregression
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube, prices
from macro_assets_tests.vintage.facts import bar, bronze, observed

CATALOG = load_catalog()
START, END = dt.date(1990, 1, 1), dt.date(2004, 12, 31)
REBASED = dt.date(1999, 6, 10)
"""From this day on all levels are published on a doubled base, their whole past restated."""

Fact = tuple[str, dt.date, dt.date, float | None, str]
Event = tuple[str, str, dt.date, int, float]


@dataclass(frozen=True)
class World:
    facts: list[Fact]
    bars: list[dict]
    events: list[Event]
    today: dt.date = END

    def until(self, day: dt.date) -> World:
        return World([fact for fact in self.facts if fact[2] <= day],
                     [row for row in self.bars if row["date"] <= day],
                     [event for event in self.events if event[2] <= day], day)  # fmt: skip

    def without(self, *names: str) -> World:
        return replace(self, facts=[fact for fact in self.facts if fact[0] not in names])

    def observations(self) -> pa.Table:
        return observed(bronze(self.facts), CATALOG)

    def build(self) -> pa.Table:
        observations = self.observations()
        bars = prices.build(pa.Table.from_pylist(self.bars, schema=TABLES["bronze/yahoo_bars"].schema))
        table = cube.build(observations, CATALOG, start=START, end=self.today)
        return shocks.build(observations, table, surprises(self.events), bars, CATALOG)


def surprises(events: list[Event]) -> pa.Table:
    rows = [{"source": source, "measure": measure, "date": day, "event": number, "time": None, "value": value,
             "unit": "percentage points"} for source, measure, day, number, value in events]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=TABLES["bronze/policy_surprises"].schema)


def world(seed: int = 3) -> World:
    rng = np.random.default_rng(seed)
    months = [day.date() for day in pd.date_range("1975-01-01", END, freq="MS")]
    quarters = [day for day in months if day.month % 3 == 1]
    days = [day.date() for day in pd.bdate_range(START, END)]
    slope = 1.0 + np.cumsum(rng.normal(0.0, 0.05, len(days)))
    facts = _levels("CPIAUCSL", months, 0.3, 0.2, 45, rng) + _levels("PAYEMS", months, 0.15, 0.1, 36, rng)
    facts += _levels("GDPC1", quarters, 0.7, 0.5, 119, rng)
    facts += _daily("DFF", days, 5.0 + np.cumsum(rng.normal(0.0, 0.03, len(days))))
    facts += _daily("T10Y3M", days, slope)
    facts += _daily("DCOILWTICO", days, 20.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, len(days)))))
    closes = 300.0 * np.exp(np.cumsum(rng.normal(0.0004, 0.01, len(days))))
    quotes = zip(days, closes, strict=True)
    bars = [bar(day, day, float(close), 0.0, 1.0) | {"symbol": "^GSPC"} for day, close in quotes]
    return World(facts, bars, _events(days, slope, rng))


def _levels(
    name: str, periods: list[dt.date], mean: float, spread: float, lag: int, rng: np.random.Generator
) -> list[Fact]:
    """Growth with memory; a preliminary level, revised on the day of the next release, and the doubled base."""
    growth = np.zeros(len(periods))
    for at in range(1, len(periods)):
        growth[at] = mean + 0.4 * (growth[at - 1] - mean) + rng.normal(0.0, spread)
    final = 100.0 * np.exp(np.cumsum(growth) / 100.0)
    first = final * (1.0 + rng.normal(0.0, 0.0003, len(periods)))
    facts: list[Fact] = []
    released = [max(period + dt.timedelta(lag), dt.date(1989, 6, 15)) for period in periods]
    revised = [*released[1:], released[-1] + dt.timedelta(33)]
    for period, early, late, release, revision in zip(periods, first, final, released, revised, strict=True):
        if release > END:
            break
        stages = [(release, early), (revision, late)]
        if release >= REBASED:
            stages = [(day, 2.0 * value) for day, value in stages]
        else:
            known = late if revision < REBASED else early
            stages = [(day, value) for day, value in stages if day < REBASED] + [(REBASED, 2.0 * known)]
        facts += [(name, period, day, float(value), "published") for day, value in stages if day <= END]
    return facts


def _daily(name: str, days: list[dt.date], values: np.ndarray) -> list[Fact]:
    return [(name, day, day + dt.timedelta(1), float(value), "published")
            for day, value in zip(days, values, strict=True) if day < END]  # fmt: skip


def change_over_three_months(daily: pd.Series) -> pd.Series:
    """By month end, between last values known then: those of the day before."""
    level = daily.shift(1).resample("ME").last()
    return level - daily.resample("ME").last().shift(3)


def _events(days: list[dt.date], slope: np.ndarray, rng: np.random.Generator) -> list[Event]:
    """A meeting in two of three months, partly foretold by the slope of the three months before; oil news monthly."""
    change = change_over_three_months(pd.Series(slope, index=pd.DatetimeIndex(days)))
    events: list[Event] = []
    for month, foretold in (0.2 * change.shift(1)).fillna(0.0).items():
        first = month.replace(day=1).date()
        if month.month % 3:
            events.append(("ff4_surprises", "ff4", first + dt.timedelta(17), 0, float(foretold + rng.normal(0, 0.03))))
        events.append(("kaenzig_oil_news_monthly", "oil_news_shock", first, 0, float(rng.normal())))
    return events


def naive_innovations(
    observations: pa.Table, series: str, model: Autoregression, every: int, first: dt.date, last: dt.date
) -> dict[dt.date, float]:
    """By release day: loop over the days on which facts became known, take both snapshots, regress, compare."""
    rows = observations.filter(pc.equal(observations["series_id"], series))
    errors: dict[dt.date, float] = {}
    for day in sorted(day for day in set(rows["known_from"].to_pylist()) if first <= day <= last):
        before, after = (_growth(rows, at, every) for at in (day - dt.timedelta(1), day))
        new = [period for period in after.index if period > before.index[-1]]
        if not new:
            continue
        past = before.to_numpy()[-model.window :]
        design = [[1.0, *past[at - model.lags : at][::-1]] for at in range(model.lags, len(past))]
        middle, spread = np.median(past), np.quantile(past, 0.75) - np.quantile(past, 0.25)
        usual = [all(abs(each - middle) <= 10.0 * spread for each in past[at - model.lags : at + 1])
                 for at in range(model.lags, len(past))]  # fmt: skip
        beta = np.linalg.lstsq(np.array(design)[usual], past[model.lags :][usual], rcond=None)[0]
        assert len(new) == 1
        recent = [min(max(each, middle - 10.0 * spread), middle + 10.0 * spread) for each in past[-model.lags :][::-1]]
        errors[day] = float(after[new[0]] - beta[0] - np.dot(beta[1:], recent))
    return errors


def _growth(rows: pa.Table, day: dt.date, every: int) -> pd.Series:
    view = snapshot(rows, day)
    index = pd.PeriodIndex(view["observation_date"].to_pylist(), freq="M" if every == 1 else "Q")
    return 100.0 * np.log(pd.Series(view["value"].to_numpy(), index=index)).diff().iloc[1:]
