"""Features and targets of one frequency and one data mode, as the walk-forward reads them.

Belongs here: joining tables by as-of date, and which rows an origin may train on. Does not belong here: models.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.recession.columns import refuse_unknown
from macro_assets.signals import targets
from macro_assets.signals.recession import monthly_spec
from macro_assets.vintage import frames

Frequency = Literal["M", "Q"]
Mode = Literal["vintage", "revised"]
CUT_MONTHS = 18
FIRST_ROW = pd.Timestamp("1961-01-31")
MIN_KNOWN_SHARE = 0.95
MIN_ROWS = 40
STATE_COLUMNS = ("nber_state", "announced_state")

__all__ = ["CUT_MONTHS", "FIRST_ROW", "FeatureTables", "Frequency", "Mode", "RecessionData", "STATE_COLUMNS",
           "TrainingRows", "complete_rows"]  # fmt: skip


@dataclass(frozen=True)
class FeatureTables:
    """Long feature tables of one data mode; the quarterly one may be left out."""

    monthly: pa.Table
    quarterly: pa.Table | None = None


@dataclass(frozen=True)
class TrainingRows:
    """Rows an origin may learn from: as-of dates, outcomes, and states of the cycle."""

    as_of: pd.DatetimeIndex
    target: NDArray[np.float64]
    recession: NDArray[np.float64]


@dataclass(frozen=True)
class RecessionData:
    """One frequency, one data mode; all members share the index of as-of dates.

    Attributes
    ----------
    compact : stationary columns, as known on each date.
    wide : thousands of quarterly columns, or None.
    target, known_at : outcome of the primary target, and the day it became known (missing while unknown).
    state, state_known_at : NBER state of the period, and the day it became known.
    """

    frequency: Frequency
    mode: Mode
    compact: pd.DataFrame
    wide: pd.DataFrame | None
    target: pd.Series
    known_at: pd.Series
    state: pd.Series
    state_known_at: pd.Series

    @classmethod
    def from_tables(
        cls,
        frequency: Frequency,
        mode: Mode,
        monthly_features: pa.Table,
        recession_targets: pa.Table,
        quarterly_features: pa.Table | None = None,
    ) -> RecessionData:
        """Read the long tables; the quarterly problem takes the compact columns of the quarter's last month.

        A declared feature without any value (its series is not in this lake) becomes a column that is missing
        everywhere.

        Raises
        ------
        InvalidInputError : the table holds a feature that is not declared, or no as-of date has both features and a
            target row.
        """
        compact = frames.wide(monthly_features)
        refuse_unknown(compact.columns, monthly_spec.names(), "Monthly recession features")
        compact = compact.reindex(columns=monthly_spec.names())
        name = targets.MONTHLY_TARGET if frequency == "M" else targets.QUARTERLY_TARGET
        read = _targets(recession_targets, frequency)
        target, state = read(name), read(targets.CURRENT_TARGET)
        index = compact.index.sort_values()
        if frequency == "Q":
            index = index[pd.DatetimeIndex(index).month % 3 == 0]
        if index.intersection(target.index).empty:
            raise InvalidInputError(
                "No as-of date has both features and targets.", remedy="Build both tables from the same lake."
            )
        wide = None
        if quarterly_features is not None and frequency == "Q":
            wide = frames.wide(quarterly_features).reindex(index)
        target, state = target.reindex(index), state.reindex(index)
        return cls(frequency, mode, compact.reindex(index), wide, target["value"], target["known_at"], state["value"],
                   state["known_at"])  # fmt: skip

    @property
    def index(self) -> pd.DatetimeIndex:
        """As-of dates."""
        return pd.DatetimeIndex(self.compact.index)

    def features(self, feature_set: str) -> pd.DataFrame:
        """Columns of a feature set; `state` is the cheat row's and the persistence row's."""
        if feature_set == "compact":
            return self.compact
        if feature_set == "wide":
            if self.wide is None:
                raise InvalidInputError("These data have no quarterly columns.", remedy="Pass quarterly_features.")
            return self.wide
        if feature_set != "state":
            raise InvalidInputError(f"Unknown feature set {feature_set!r}.", remedy="Available: compact, wide, state.")
        states = (self.state.fillna(0.0), self._announced_state())
        return pd.DataFrame(dict(zip(STATE_COLUMNS, states, strict=True)))

    def training_rows(self, origin: pd.Timestamp, first: pd.Timestamp = FIRST_ROW) -> TrainingRows:
        """Rows that end eighteen months before `origin` and whose outcome was known by then, for both classes alike."""
        cut = origin - pd.offsets.MonthEnd(CUT_MONTHS)
        published = (self.known_at <= origin) & (self.state_known_at <= origin)
        rows = published.to_numpy() & self.target.notna().to_numpy() & (self.index <= cut) & (self.index >= first)
        return TrainingRows(self.index[rows], self.target.to_numpy()[rows], self.state.to_numpy()[rows])

    def _announced_state(self) -> NDArray[np.float64]:
        """State of the newest period whose state was known on each as-of date."""
        known_at, state = self.state_known_at.to_numpy(), self.state.to_numpy()
        out = np.zeros(len(self.index))
        for i, day in enumerate(self.index.to_numpy()):
            seen = np.flatnonzero(known_at[: i + 1] <= day)
            out[i] = state[seen[-1]] if seen.size else 0.0
        return out


def complete_rows(x: NDArray[np.float64], y: NDArray[np.float64], share: float = MIN_KNOWN_SHARE) -> NDArray[np.bool_]:
    """Rows fit for training: at least `share` of the columns known, among those known in the last year of training.

    A median in place of an indicator that did not exist yet biases its weight towards zero. An indicator that has
    ceased does not count, so that its end does not remove all later rows. If too few such rows or one class only
    remain, all rows are used. Any row can be scored.
    """
    present = ~np.isnan(x)
    alive = present[-12:].any(axis=0)
    complete = present[:, alive].mean(axis=1) >= share if alive.any() else np.ones(len(x), dtype=bool)
    enough = complete.sum() >= min(MIN_ROWS, len(y)) and 0 < y[complete].sum() < complete.sum()
    return complete if enough else np.ones(len(y), dtype=bool)


def _targets(table: pa.Table, frequency: str) -> Callable[[str], pd.DataFrame]:
    frame = table.to_pandas()
    frame = frame[frame["frequency"] == frequency]

    def read(name: str) -> pd.DataFrame:
        rows = frame[frame["target"] == name]
        known_at = pd.to_datetime(rows["known_at"])
        return pd.DataFrame(
            {"value": rows["value"].to_numpy(dtype=float), "known_at": known_at.to_numpy()},
            index=pd.DatetimeIndex(pd.to_datetime(rows["period"])),
        )

    return read
