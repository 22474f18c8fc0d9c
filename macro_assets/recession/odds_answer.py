"""The answer about recession odds: the curve, what was missing, how unlike the past today is, and what is known of skill.

Belongs here: the typed answer with its words. Does not belong here: fitting (curve.py), reading tables (commands/odds.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.recession.candidates import Candidate, FittedCandidate
from macro_assets.recession.curve import DRAWS, LEVEL, NOW, CurvePoint, points
from macro_assets.recession.data import RecessionData
from macro_assets.recession.evaluation.evidence import WINDOWS, regrets
from macro_assets.recession.evaluation.scoring import Sample
from macro_assets.recession.families import family_of
from macro_assets.recession.inputs import BoundedInputs

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAIN = 6

__all__ = ["MAIN", "MissingInputs", "OddsAnswer", "answer_odds", "missing_inputs", "skill_in_words"]


@dataclass(frozen=True)
class MissingInputs:
    """Inputs that were unknown. low, high : the probability when they lie one standard deviation off either way."""

    names: tuple[str, ...]
    low: float
    high: float


@dataclass(frozen=True)
class OddsAnswer(Displayed):
    """Odds as of one day.

    Attributes
    ----------
    curve : now and 3 to 24 months. model, standing : who speaks, and whether it is proven.
    leverage : of the inputs; usual : what 95 % of training months stay below. strangest : family of the oddest column.
    missing : inputs filled by their conditional mean. skill : what recent years say of skill, in words.
    history : earlier forecasts for six months, each as of its day: as_of, probability, trained_through.
    """

    as_of: date
    model: str
    standing: str
    curve: tuple[CurvePoint, ...]
    leverage: float
    usual: float
    strangest: str
    missing: MissingInputs
    skill: str
    history: pd.DataFrame

    @property
    def probability(self) -> float:
        """Within six months."""
        return next(point.probability for point in self.curve if point.months == MAIN)

    def summary(self) -> str:
        """The six months' probability with its skill in the same breath, the curve, and every warning."""
        head = (
            f"Recession within six months as of {self.as_of:%Y-%m-%d}: {self.probability:.1%} ({self.model}, "
            f"{self.standing}). {self.skill}"
        )
        lines = [f"  {_horizon(one)}: {one.probability:.1%} [{one.low:.1%}, {one.high:.1%}]" for one in self.curve]
        return "\n".join([head, *lines, *self.warnings()])

    def warnings(self) -> list[str]:
        """Unlike training, and missing inputs; empty on a usual day."""
        found = []
        if self.leverage > self.usual:
            found.append(
                f"Unlike the months learned from (leverage {self.leverage:.1f}; 95 % of them stay below {self.usual:.1f}), "
                f"above all in {self.strangest}."
            )
        if self.missing.names:
            found.append(
                f"Missing, filled from the others: {', '.join(self.missing.names)}. One standard deviation of what they may "
                f"be moves the six months' probability between {self.missing.low:.1%} and {self.missing.high:.1%}."
            )
        return found

    def to_frame(self) -> pd.DataFrame:
        """One row a point: as_of, months, probability, low, high, base_rate, model, trained_through; then the history."""
        rows = pd.DataFrame([vars(point) for point in self.curve]).assign(as_of=self.as_of)
        past = self.history.assign(months=MAIN, model=self.model)
        names = ["as_of", "months", "probability", "low", "high", "base_rate", "model", "trained_through"]
        frame = pd.concat([rows, past], ignore_index=True) if len(past) else rows
        for name in ("as_of", "trained_through"):
            frame[name] = pd.to_datetime(frame[name]).dt.date
        return frame.reindex(columns=names)

    def plot(self, ax: Axes | None = None) -> Axes:
        """The curve with its intervals and the base rates."""
        from macro_assets.pictures import recession as pictures

        return pictures.odds_curve(
            [_horizon(one) for one in self.curve],
            np.array([one.probability for one in self.curve]),
            np.array([one.low for one in self.curve]),
            np.array([one.high for one in self.curve]),
            np.array([one.base_rate for one in self.curve]),
            finding=f"Recession within six months: {self.probability:.1%} as of {self.as_of:%Y-%m-%d}",
            method=f"{self.model}; bars: {LEVEL:.0%} interval over business cycles; ticks: share in training",
            ax=ax,
        )


def answer_odds(
    monthly_features: pa.Table,
    recession_targets: pa.Table,
    candidate: Candidate,
    standing: str,
    walk_forward: pa.Table,
    *,
    as_of: date | None = None,
    draws: int = DRAWS,
) -> OddsAnswer:
    """Odds as known on a day: models trained on what was known then, read at the newest month end.

    Parameters
    ----------
    walk_forward : rows of evaluation/recession_walk_forward_monthly, mode vintage; may be empty.
    as_of : default: the newest month of the features.

    Raises
    ------
    InvalidInputError : the features begin after the day, or the candidate does not read monthly columns.
    """
    if candidate.feature_set != "compact":
        raise InvalidInputError(
            f"Candidate {candidate.name!r} does not read monthly columns.", remedy="Promote one that does."
        )
    data = RecessionData.from_tables("M", "vintage", monthly_features, recession_targets)
    days = data.index if as_of is None else data.index[data.index <= pd.Timestamp(as_of)]
    if not len(days):
        raise InvalidInputError(f"No features as of {as_of}.", remedy=f"They begin at {data.index[0]:%Y-%m-%d}.")
    origin = days[-1]
    curve, year = points(data, candidate, origin, draws=draws)
    row, fitted = data.compact.loc[[origin]], year.fitted[candidate.name]
    scores = year.inputs.fill(row.to_numpy(dtype=float))
    rows = walk_forward.to_pandas()
    rows = rows.assign(as_of=pd.to_datetime(rows["as_of"]))
    rows = rows[rows["as_of"] <= origin]
    own = rows[rows["candidate"] == candidate.name].sort_values("as_of")
    return OddsAnswer(
        origin.date(),
        candidate.name,
        standing,
        curve,
        float(year.inputs.leverage(scores)[0]),
        year.inputs.reach,
        family_of(str(data.compact.columns[year.inputs.strangest(scores[0])[0]])),
        missing_inputs(fitted, year.inputs, row),
        skill_in_words(data, rows, candidate.name, origin),
        own[own["as_of"] < origin][["as_of", "probability", "trained_through"]],
    )


def missing_inputs(fitted: FittedCandidate, inputs: BoundedInputs, row: pd.DataFrame) -> MissingInputs:
    """Which inputs of a row (1, p) were unknown, and how far the probability would move with them."""
    names = fitted.missing(row)
    if not names:
        p = float(fitted.predict_proba(row)[0])
        return MissingInputs((), p, p)
    x = row.to_numpy(dtype=float)
    missing = np.isnan(x[0])
    middle, spread = inputs.fill(x)[0], np.zeros(x.shape[1])
    spread[missing] = inputs.uncertainty(missing)

    def probability(scores: NDArray[np.float64]) -> NDArray[np.float64]:
        filled = np.where(missing, inputs.median + inputs.spread * scores, x)
        return fitted.predict_proba(pd.DataFrame(filled, columns=row.columns))

    steps = np.diag(spread)
    direction = np.sign(probability(middle + steps) - probability(middle - steps))
    low, high = probability(middle[None, :] + np.array([[-1.0], [1.0]]) * direction * spread)
    return MissingInputs(names, float(min(low, high)), float(max(low, high)))


def skill_in_words(data: RecessionData, rows: pd.DataFrame, name: str, origin: pd.Timestamp) -> str:
    """What the last ten labelled years of the walk-forward, as known on the origin, say of skill beyond the base rate."""
    published = (data.known_at <= origin) & (data.state_known_at <= origin)
    seen = RecessionData(
        data.frequency, data.mode, data.compact, None, data.target.where(published), data.known_at,
        data.state.where(data.state_known_at <= origin), data.state_known_at,
    )  # fmt: skip
    if name not in set(rows["candidate"]) or "climatology" not in set(rows["candidate"]):
        return "Its skill is untested here: no walk-forward is stored."
    labelled = seen.target.reindex(pd.DatetimeIndex(rows["as_of"].unique())).notna()
    if not labelled.any():
        return "Its skill is untested here: no outcome of the stored walk-forward is known yet."
    recent = regrets(Sample.join(seen, rows), seen.state, name)[WINDOWS.index("last ten labelled years")]
    span = f"{recent.first[:4]} to {recent.last[:4]}"
    if not recent.tests:
        return f"Recent years cannot test it: {span} held no change of outcome; {recent.alarm_months} months of alarm."
    if recent.against_climatology >= 0.0:
        return f"It showed no skill beyond the base rate in {span}."
    return f"In {span} its Brier score was {-recent.against_climatology:.3f} below the base rate's."


def _horizon(point: CurvePoint) -> str:
    return "now" if point.months == NOW else f"within {point.months} months"
