"""The network against its teacher and the shares of outcomes, on months after its trainings, in time order.

Belongs here: scores of forecasts of the regime a quarter ahead, and whether the network wins. Does not belong here: training
(training.py), the forecasts (walk_forward.py). Nothing is called better unless its mean score says so beyond its standard error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference.display import Displayed, DisplayedNumbers
from macro_assets.inference.longrun import hac_variance
from macro_assets.inference.scores import balanced_accuracy, categorical_log_scores
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.walk_forward import QuarterAhead

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MINIMUM_TEST_MONTHS", "ModelScore", "RegimeReport", "log_scores", "report_of"]

BANDWIDTH_MONTHS = 12
BEYOND_STDERRS = 1.645
MINIMUM_TEST_MONTHS = 24
NETWORK, TEACHER, SHARES = "attention network", "two factors moved a quarter ahead", "shares of outcomes"


@dataclass(frozen=True)
class ModelScore(DisplayedNumbers):
    """Scores of one model: mean log score (nats, higher is better), accuracy, balanced accuracy."""

    model: str
    log_score: float
    accuracy: float
    balanced_accuracy: float


@dataclass(frozen=True)
class RegimeReport(Displayed):
    """Comparison of the network with its teacher: regime a quarter ahead, forecasts of yearly trainings.

    Attributes
    ----------
    scores : empty where fewer than 24 outcomes of such forecasts are known. difference, stderr : log score of the network over
        the teacher's, nats a month, and its standard error, robust to dependence over twelve months.
    """

    first: pd.Timestamp | None
    last: pd.Timestamp | None
    months: int
    origins: int
    scores: tuple[ModelScore, ...]
    difference: float
    stderr: float

    @property
    def wins(self) -> bool:
        """Whether the network's log score exceeds the teacher's by more than 1.645 standard errors."""
        return bool(self.scores) and bool(self.difference > BEYOND_STDERRS * self.stderr)

    @property
    def verdict(self) -> str:
        """Whether it is promoted, with the reason."""
        if not self.scores:
            return f"The network is not promoted: {self.months} outcomes of its forecasts are known, {MINIMUM_TEST_MONTHS} needed."
        standing = "is promoted: it beats" if self.wins else "is not promoted: it does not beat"
        return (
            f"The network {standing} the two factors moved a quarter ahead: {self.difference:+.3f} nats a month (standard error "
            f"{self.stderr:.3f})."
        )

    def score(self, model: str) -> ModelScore:
        """Scores of one model by name."""
        return next(one for one in self.scores if one.model == model)

    def numbers(self) -> dict[str, float]:
        """What is to be plotted over time."""
        return {"network_wins": float(self.wins)} | ({"network_gain": self.difference} if self.scores else {})

    def to_frame(self) -> pd.DataFrame:
        """One row per model."""
        return pd.DataFrame([vars(one) for one in self.scores], columns=list(ModelScore.__dataclass_fields__))

    def summary(self) -> str:
        """The comparison in words."""
        scores = [
            f"  {one.model}: log score {one.log_score:.3f}, accuracy {one.accuracy:.2f}, "
            f"balanced {one.balanced_accuracy:.2f}"
            for one in self.scores
        ]
        return "\n".join([self.verdict, *([self._sample()] if self.scores else []), *scores])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Mean log score of each model."""
        from macro_assets.pictures.regimes import score_bars

        models, scores = [one.model for one in self.scores], [one.log_score for one in self.scores]
        return score_bars(models, scores, self.verdict, self._sample(), ax=ax)

    def _sample(self) -> str:
        span = f"{self.first:%Y-%m} to {self.last:%Y-%m}" if self.first is not None else "no month"
        return f"Regime a quarter after each of {self.months} months, {span}; {self.origins} yearly trainings."


def report_of(forecasts: QuarterAhead, came: pd.DataFrame) -> RegimeReport:
    """Score forecasts whose outcome is known.

    Parameters
    ----------
    forecasts : of yearly trainings. came : `quarter_outcomes`; those of the same months count.
    """
    truth = came["label"].reindex(forecasts.network.index).dropna()
    if len(truth) < MINIMUM_TEST_MONTHS:
        return RegimeReport(None, None, len(truth), 0, (), 0.0, 0.0)
    stated = {NETWORK: forecasts.network, TEACHER: forecasts.teacher, SHARES: forecasts.shares}
    scored = {name: log_scores(frame.loc[truth.index], truth) for name, frame in stated.items()}
    gain = scored[NETWORK] - scored[TEACHER]
    return RegimeReport(
        first=truth.index[0],
        last=truth.index[-1],
        months=len(truth),
        origins=forecasts.trained_through.loc[truth.index].nunique(),
        scores=tuple(_score(name, stated[name].loc[truth.index], truth, scored[name]) for name in stated),
        difference=float(gain.mean()),
        stderr=float(np.sqrt(max(hac_variance(gain, BANDWIDTH_MONTHS)[0, 0], 0.0))),
    )


def log_scores(forecast: pd.DataFrame, truth: pd.Series) -> NDArray[np.float64]:
    """(n,) log probability given to the regime that came, floored at one in a thousand."""
    outcome = np.array([REGIMES.index(name) for name in truth])
    return categorical_log_scores(forecast[list(REGIMES)].to_numpy(dtype=float), outcome)


def _score(name: str, forecast: pd.DataFrame, truth: pd.Series, scores: NDArray[np.float64]) -> ModelScore:
    called = np.array(REGIMES)[forecast[list(REGIMES)].to_numpy(dtype=float).argmax(axis=1)]
    actual = truth.to_numpy().astype(str)
    return ModelScore(name, float(scores.mean()), float((called == actual).mean()), balanced_accuracy(actual, called))
