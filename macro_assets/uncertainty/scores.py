"""Does the network cover what it says, and at no greater width than its honest rival?

Belongs here: cover and interval scores of both methods, overall and where it matters, and the written rule of what is served.
Does not belong here: making the intervals (walk_forward.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.inference.scores import interval_score
from macro_assets.uncertainty.panel import MARKET
from macro_assets.uncertainty.walk_forward import METHODS, Method, bound

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Flags = NDArray[np.bool_]
LEVEL = 0.90
COVER, COVER_IN_STRESS, MINIMUM_STRESS = (0.88, 0.92), 0.82, 20
HIGH_VOLATILITY, VOLATILITY_MONTHS = 0.75, 60

__all__ = ["LEVEL", "SpreadReport", "SpreadScore", "high_volatility", "report"]


@dataclass(frozen=True)
class SpreadScore:
    """Intervals of 90 % of one method.

    Attributes
    ----------
    coverage, coverage_recession, coverage_high_volatility : shares inside; of months in a recession, and of months that
        begin with the S&P 500's volatility in the upper quarter of its own history. Missing where no month is.
    interval_score : by outcome, in its unit; less is better.
    """

    method: Method
    coverage: float
    coverage_recession: float
    coverage_high_volatility: float
    interval_score: Mapping[str, float]


@dataclass(frozen=True)
class SpreadReport(Displayed):
    """Network and rival on the same months.

    Attributes
    ----------
    network, ewma : their scores. rows, recession_rows, high_volatility_rows : months times outcomes behind them.
    ratio : mean over outcomes of the network's interval score over the rival's; 1 or less: not worse.
    first, last : month ends of the first and last forecast.
    """

    network: SpreadScore
    ewma: SpreadScore
    rows: int
    recession_rows: int
    high_volatility_rows: int
    ratio: float
    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the network is not served; empty if it is."""
        score, found = self.network, []
        if not self.ratio <= 1.0:
            found.append(f"its interval score is {self.ratio:.2f} times the rival's")
        if not COVER[0] <= score.coverage <= COVER[1]:
            found.append(f"it covers {score.coverage:.3f}, outside {COVER[0]} to {COVER[1]}")
        for words, cover, rows in (
            ("in recessions", score.coverage_recession, self.recession_rows),
            ("in high volatility", score.coverage_high_volatility, self.high_volatility_rows),
        ):
            if rows >= MINIMUM_STRESS and not cover >= COVER_IN_STRESS:
                found.append(f"it covers {cover:.3f} {words}, less than {COVER_IN_STRESS}")
        return tuple(found)

    @property
    def served(self) -> Method:
        """The network where it wins by the rule, else its rival."""
        return "ewma" if self.reasons else "network"

    def summary(self) -> str:
        """Which method is served and why, and the figures of both."""
        why = "; ".join(self.reasons) or "it covers what it says and is not wider than its rival"
        lines = [f"Served: {self.served}. The network: {why}."]
        lines += [
            f"{one.method}: cover {one.coverage:.3f}, in recessions {one.coverage_recession:.3f}, in high volatility "
            f"{one.coverage_high_volatility:.3f}"
            for one in (self.network, self.ewma)
        ]
        return "\n".join(
            [*lines, f"{self.rows} forecasts of {self.first:%Y-%m} to {self.last:%Y-%m}; score ratio {self.ratio:.3f}."]
        )

    def to_frame(self) -> pd.DataFrame:
        """One row per method."""
        return pd.DataFrame([{name: value for name, value in vars(one).items() if name != "interval_score"}
                             | {f"score_{name}": value for name, value in one.interval_score.items()}
                             for one in (self.network, self.ewma)])  # fmt: skip

    def plot(self, ax: Axes | None = None) -> Axes:
        """Interval score of the network over its rival's, by outcome."""
        from macro_assets.pictures.uncertainty import score_ratios

        names = list(self.network.interval_score)
        ratios = np.array([self.network.interval_score[name] / self.ewma.interval_score[name] for name in names])
        return score_ratios(
            names, ratios, finding=self.summary().splitlines()[0], method=self.summary().splitlines()[-1], ax=ax
        )


def high_volatility(rows: pd.DataFrame) -> Flags:
    """Rows whose month begins with the market's volatility in the upper quarter of its history so far."""
    market = rows[rows["outcome"] == MARKET].set_index("as_of")["volatility"]
    above = market > market.expanding(VOLATILITY_MONTHS).quantile(HIGH_VOLATILITY)
    return np.asarray(above.reindex(rows["as_of"], fill_value=False).to_numpy(), dtype=bool)


def report(rows: pd.DataFrame, state: pd.Series, *, first: pd.Timestamp | None = None) -> SpreadReport:
    """Score both methods on the months whose outcome is known and for which both have an interval.

    Parameters
    ----------
    rows : of `intervals`. state : NBER state by month end. first : first month end scored.

    Raises
    ------
    InvalidInputError : there is no such month.
    """
    ends = rows[[bound(method, side, LEVEL) for method in METHODS for side in ("low", "high")]].to_numpy(dtype=float)
    keep = np.isfinite(ends).all(axis=1) & rows["value"].notna().to_numpy()
    keep &= (rows["as_of"] >= (first or rows["as_of"].min())).to_numpy()
    if not keep.any():
        raise InvalidInputError(
            "No month has intervals of both methods and a known outcome.", remedy="Load more history."
        )
    ahead = state.reindex(pd.DatetimeIndex(rows["as_of"]) + pd.offsets.MonthEnd(1)).to_numpy(dtype=float)
    scored, recession, loud = rows[keep], (ahead > 0.5)[keep], high_volatility(rows)[keep]
    network, ewma = (_score(scored, method, recession, loud) for method in METHODS)
    ratio = float(np.mean([network.interval_score[name] / ewma.interval_score[name] for name in ewma.interval_score]))
    return SpreadReport(network, ewma, int(keep.sum()), int(recession.sum()), int(loud.sum()), ratio,
                        scored["as_of"].min(), scored["as_of"].max())  # fmt: skip


def _score(rows: pd.DataFrame, method: Method, recession: Flags, loud: Flags) -> SpreadScore:
    value, low, high = (
        rows[name].to_numpy(dtype=float)
        for name in ("value", bound(method, "low", LEVEL), bound(method, "high", LEVEL))
    )
    inside = (value >= low) & (value <= high)
    by_outcome = {
        str(name): interval_score(value[mine], low[mine], high[mine], LEVEL)
        for name, mine in rows.reset_index(drop=True).groupby("outcome").indices.items()
    }
    return SpreadScore(method, float(inside.mean()), _share(inside[recession]), _share(inside[loud]), by_outcome)


def _share(flags: Flags) -> float:
    return float(flags.mean()) if len(flags) else float("nan")
