"""A small world with recessions every eight years, for tests: targets with knowledge dates, features that warn."""

from datetime import date
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.catalog import TurningPoint
from macro_assets.recession.data import RecessionData
from macro_assets.signals import targets
from macro_assets.signals.recession import monthly_spec
from macro_assets.signals.target_table import Target, table
from macro_assets.signals.turning_points import CycleMonths, cycle_months
from macro_assets.tables.rows import table_of
from macro_assets.vintage.calendars import period_last_day

START, END = "1961-01", "2004-12"


def turning_points() -> tuple[TurningPoint, ...]:
    """Recessions of 14 months from 1966 on; peaks announced after nine months, troughs after fifteen."""
    points = []
    for year in range(1966, 2004, 6):
        peak, trough = pd.Period(f"{year}-04", "M"), pd.Period(f"{year + 1}-06", "M")
        turns: tuple[tuple[Literal["peak", "trough"], pd.Period, int], ...] = (
            ("peak", peak, 9),
            ("trough", trough, 15),
        )
        for kind, month, delay in turns:
            day, announced = month.to_timestamp().date(), (month + delay).to_timestamp().date()
            points.append(TurningPoint(kind=kind, month=day, announced=announced))
    return tuple(points)


@lru_cache(maxsize=2)
def cycle(through: date = date(2004, 12, 31)) -> CycleMonths:
    return cycle_months(turning_points(), date(1961, 1, 31), through)


def target_table(through: date = date(2004, 12, 31)) -> pa.Table:
    """targets/recession_targets with binary targets and made-up impacts."""
    state = cycle(through)
    rng = np.random.default_rng(5)
    found = [*targets.monthly_targets(state), *targets.quarterly_targets(state)]
    months = pd.PeriodIndex.from_ordinals(state.months, freq="M")
    quarters = months.asfreq("Q").unique()
    falling = pd.Series(state.recession, index=months)
    share = np.array([falling.reindex((q + 1).asfreq("M", "s") + np.arange(6)).fillna(0).mean() for q in quarters])
    for name, size, noise in (
        ("unemployment_rate_change_pp", 2.0, 0.3),
        ("real_gdp_change_pct", -3.0, 0.4),
        ("sp500_change_pct", 0.0, 8.0),
    ):
        value = size * share + rng.normal(0, noise, len(quarters))
        known_at = period_last_day(quarters.asi8 + 2, "Q") + 30
        visible = known_at <= np.datetime64(through)
        found.append(
            Target(
                name,
                "Q",
                "percentage points" if name.endswith("_pp") else "percent",
                period_last_day(quarters.asi8, "Q"),
                np.where(visible, value, np.nan),
                np.where(visible, known_at, np.datetime64("NaT", "D")),
                np.where(visible, "vintage", "").astype(object),
                15.0 + 10.0 * share if name.startswith("sp500") else None,
            )
        )
    return table(found)


def feature_table(end: str = END, missing: float = 0.01) -> pa.Table:
    """features/recession_features_monthly: a leading signal in the spread, coincident ones elsewhere, noise."""
    state = cycle()
    months = pd.period_range(START, end, freq="M")
    falling = pd.Series(state.recession.astype(float), index=pd.PeriodIndex.from_ordinals(state.months, freq="M"))
    rows = []
    for i, feature in enumerate(monthly_spec.FEATURES):
        name = feature.name
        rng = np.random.default_rng(100 + i)
        lead = 6 if name.startswith(("term_spread", "policy", "long_spread")) else 1
        signal = falling.reindex(months + lead).fillna(0.0).to_numpy()
        noise = rng.normal(0, 1.0, len(pd.period_range(START, END, freq="M")))[: len(months)]
        unknown = rng.random(len(pd.period_range(START, END, freq="M")))[: len(months)] < missing
        value = np.where(unknown, np.nan, (-1.0 if lead == 6 else 1.0) * signal + noise)
        rows.append(
            pd.DataFrame(
                {"as_of": months.to_timestamp(how="end").date, "feature": name, "value": value, "unit": feature.unit}
            )
        )
    frame = pd.concat(rows, ignore_index=True).dropna()
    return table_of(frame.assign(known_at=frame["as_of"]), "features/recession_features_monthly")


@lru_cache(maxsize=4)
def monthly_data() -> RecessionData:
    return RecessionData.from_tables("M", "vintage", feature_table(), target_table())


@lru_cache(maxsize=4)
def quarterly_data() -> RecessionData:
    return RecessionData.from_tables("Q", "vintage", feature_table(), target_table())
