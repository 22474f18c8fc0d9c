"""The predictive spread of the coming month: intervals of every outcome, and where they stand in their own history.

Belongs here: the doors of the room, `answer` and its table. Does not belong here: the walk-forward, the scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.inference.conformal import LEVELS
from macro_assets.inference.display import Displayed
from macro_assets.inference.mixture import refusal
from macro_assets.tables.rows import table_of
from macro_assets.uncertainty.scores import SpreadReport, report
from macro_assets.uncertainty.walk_forward import bound, intervals, walk_forward

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from macro_assets.uncertainty.panel import SpreadPanel

TABLE = "models/predictive_spread"
FIRST_YEAR, FIRST_SCORED = 1975, pd.Timestamp("1985-01-31")
THIRDS = ("low", "medium", "high")

__all__ = ["FIRST_SCORED", "FIRST_YEAR", "TABLE", "PredictiveSpread", "answer", "from_rows"]


@dataclass(frozen=True)
class PredictiveSpread(Displayed):
    """Intervals of the next month's change of every outcome, by the method that earned it.

    Attributes
    ----------
    newest : one row per outcome, see `table`. report : network and rival on the past.
    """

    newest: pd.DataFrame
    report: SpreadReport

    def summary(self) -> str:
        """Every outcome in a line, then which method is served and why."""
        lines = [_words(row) for row in self.newest.to_dict("records")]
        return "\n".join([*lines, self.report.summary()])

    def to_frame(self) -> pd.DataFrame:
        """Rows of models/predictive_spread."""
        return self.newest

    def plot(self, ax: Axes | None = None) -> Axes:
        """Where today's spread of each outcome stands in its own history."""
        from macro_assets.pictures.uncertainty import ranks

        wide = self.newest.sort_values("rank", ascending=False)
        first = wide.iloc[0]
        return ranks(
            wide["outcome"].tolist(),
            wide["rank"].to_numpy(dtype=float),
            finding=f"{first['outcome']} has the widest spread for its own history: {first['level']}",
            method=f"Share of earlier months with a narrower 90 % interval, as of {first['as_of']:%Y-%m-%d}; thirds are shaded",
            ax=ax,
        )

    def table(self) -> pa.Table:
        """The answer as models/predictive_spread."""
        return table_of(self.newest, TABLE)


def answer(panel: SpreadPanel, state: pd.Series, *, first_year: int = FIRST_YEAR, seed: int = 0) -> PredictiveSpread:
    """Walk both methods forward, serve the one that wins by the rule of `SpreadReport`, and rank today's spread.

    Parameters
    ----------
    state : NBER state by month end, for the scores alone.
    first_year : year of the first network; scores begin ten years later, or in 1985.
    """
    rows = intervals(walk_forward(panel, first_year, seed=seed))
    return from_rows(rows, state, first=max(FIRST_SCORED, pd.Timestamp(first_year + 10, 1, 31)))


def from_rows(rows: pd.DataFrame, state: pd.Series, *, first: pd.Timestamp) -> PredictiveSpread:
    """As `answer`, of rows already walked forward; `first` is the first month end scored."""
    judged = report(rows, state, first=first)
    newest = [_newest(part, judged) for _, part in rows.groupby("outcome", sort=False)]
    return PredictiveSpread(pd.DataFrame([row for row in newest if row]), judged)


def _newest(rows: pd.DataFrame, judged: SpreadReport) -> dict[str, object]:
    """The answer of one outcome's newest month; empty where that month has no forecast."""
    method, last = judged.served, rows.iloc[-1]
    if not np.isfinite(last[f"{method}_errors"]):
        return {}
    past = rows[rows["known_at"] <= last["as_of"]]
    known_through = past["as_of"].max()
    width = rows[bound(method, "high", 0.90)] - rows[bound(method, "low", 0.90)]
    stood = width.iloc[:-1][np.isfinite(width.iloc[:-1])]
    rank = float((stood <= width.iloc[-1]).mean()) if len(stood) else 0.5
    errors = int(last[f"{method}_errors"])
    ends = {
        f"{name}_{round(100 * level)}": float(end) if np.isfinite(end) else None
        for level in LEVELS
        for name, side in (("lower", "low"), ("upper", "high"))
        for end in (last[bound(method, side, level)],)
    }
    return {
        "as_of": last["as_of"].date(), "outcome": last["outcome"], "unit": last["unit"], "method": method, **ends,
        "volatility": float(last["volatility"]), "errors": errors, "widest_level": errors / (errors + 1.0), "rank": rank,
        "level": THIRDS[min(int(3.0 * rank), 2)],
        "trained_through": (last["trained_through"] if method == "network" else known_through).date(),
    }  # fmt: skip


def _words(row: dict[str, object]) -> str:
    spans = [
        f"{level}%: {row[f'lower_{level}']:+.4g} to {row[f'upper_{level}']:+.4g}"
        for level in (80, 90)
        if row[f"lower_{level}"] is not None
    ]
    refused = [
        refusal(level / 100, int(str(row["errors"])), float(str(row["widest_level"])))
        for level in (80, 90)
        if row[f"lower_{level}"] is None
    ]
    return f"{row['outcome']} ({row['unit']}): {'; '.join([*spans, *refused])}; {row['level']} for its own history."
