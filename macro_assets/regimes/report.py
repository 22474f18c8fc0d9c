"""The network against simple baselines, on months after its training, in time order.

Belongs here: scores of regime forecasts and their comparison. Does not belong here: training (training.py). The words
of the report follow the numbers: nothing is called better unless its mean score says so beyond its standard error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed, DisplayedNumbers
from macro_assets.inference.longrun import hac_variance
from macro_assets.inference.scores import balanced_accuracy, categorical_log_scores
from macro_assets.regimes.attention import AttentionRegimeClassifier
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.training import TrainedClassifier, classifier_inputs, train, transition_shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["ModelScore", "RegimeReport", "evaluate_classifier", "log_scores"]

BANDWIDTH_MONTHS = 12
BEYOND_STDERRS = 1.645
MINIMUM_TEST_MONTHS = 24

NETWORK, PERSISTENCE, MAJORITY = "attention network", "persistence", "majority"


@dataclass(frozen=True)
class ModelScore(DisplayedNumbers):
    """Scores of one model on the hold-out: mean log score (nats, higher is better), accuracy, balanced accuracy."""

    model: str
    log_score: float
    accuracy: float
    balanced_accuracy: float


@dataclass(frozen=True)
class RegimeReport(Displayed):
    """Hold-out comparison of the network with repeating last month's label and with the shares of labels in training."""

    train_through: pd.Timestamp
    test_from: pd.Timestamp
    test_through: pd.Timestamp
    n_train: int
    n_test: int
    scores: tuple[ModelScore, ...]
    difference_to_persistence: float
    difference_to_persistence_stderr: float

    @property
    def beats_persistence(self) -> bool:
        """Whether the network's log score exceeds that of repeating last month's label by more than 1.645 standard errors."""
        return bool(self.difference_to_persistence > BEYOND_STDERRS * self.difference_to_persistence_stderr)

    def score(self, model: str) -> ModelScore:
        """Scores of one model by name."""
        return next(one for one in self.scores if one.model == model)

    def to_frame(self) -> pd.DataFrame:
        """One row per model."""
        return pd.DataFrame([vars(one) for one in self.scores])

    def summary(self) -> str:
        """The comparison in words."""
        scores = [
            f"  {one.model}: log score {one.log_score:.3f}, accuracy {one.accuracy:.2f}, "
            f"balanced {one.balanced_accuracy:.2f}"
            for one in self.scores
        ]
        return "\n".join([self._verdict(), self._sample(), *scores])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Mean log score of each model on the hold-out."""
        from macro_assets.pictures.regimes import score_bars

        models, scores = [one.model for one in self.scores], [one.log_score for one in self.scores]
        return score_bars(models, scores, self._verdict(), self._sample(), ax=ax)

    def _sample(self) -> str:
        return (
            f"Hold-out {self.test_from:%Y-%m} to {self.test_through:%Y-%m} ({self.n_test} months), "
            f"trained on {self.n_train} months through {self.train_through:%Y-%m}."
        )

    def _verdict(self) -> str:
        return (
            f"The network {'beats' if self.beats_persistence else 'does not beat'} the persistence forecast: "
            f"{self.difference_to_persistence:+.3f} nats a month "
            f"(standard error {self.difference_to_persistence_stderr:.3f})."
        )


def evaluate_classifier(
    features: pd.DataFrame,
    labels: pd.DataFrame,
    *,
    seed: int = 0,
    test_share: float = 0.3,
    network: AttentionRegimeClassifier | None = None,
    epochs: int = 300,
) -> tuple[RegimeReport, TrainedClassifier]:
    """Train on the first months, score on the last: can the network say the label that will be published?

    Parameters
    ----------
    features, labels : as for `train`. seed : of the network.
    test_share : part of the months at the end.
    network : an untrained network on the raw features; by default one that also knows last month's frozen label.
    epochs : at most, as in `train`.

    Returns
    -------
    The report, and the network it is about (trained on the first part only).

    Raises
    ------
    InvalidInputError : fewer than 24 months are left for the hold-out.
    """
    cut, truth = _held_out(features.index.intersection(labels.index), labels, test_share)
    past = labels.loc[:cut]
    inputs = classifier_inputs(features, labels) if network is None else features
    trained = train(inputs.loc[:cut], past, seed, network=network, epochs=epochs)
    forecasts = {
        NETWORK: trained.predict(inputs).loc[truth.index],
        PERSISTENCE: _persistence(labels["label"], past["label"], truth.index),
        MAJORITY: _majority(past["label"], truth.index),
    }
    return _compared(forecasts, truth, cut, trained.n_months), trained


def _held_out(months: pd.Index, labels: pd.DataFrame, share: float) -> tuple[pd.Timestamp, pd.Series]:
    """Last month of training, and the labels published after it."""
    cut = months[int(len(months) * (1.0 - share)) - 1]
    truth = labels.loc[labels.index > cut, "label"]
    if len(truth) < MINIMUM_TEST_MONTHS:
        raise InvalidInputError(
            f"{len(truth)} labelled months after {cut:%Y-%m}; the hold-out needs {MINIMUM_TEST_MONTHS}.",
            remedy="Load more history or raise test_share.",
        )
    return cut, truth


def _compared(forecasts: dict[str, pd.DataFrame], truth: pd.Series, cut: pd.Timestamp, n_train: int) -> RegimeReport:
    scored = {name: log_scores(forecast, truth) for name, forecast in forecasts.items()}
    to_persistence = scored[NETWORK] - scored[PERSISTENCE]
    return RegimeReport(
        train_through=cut,
        test_from=truth.index[0],
        test_through=truth.index[-1],
        n_train=n_train,
        n_test=len(truth),
        scores=tuple(_score(name, forecast, truth) for name, forecast in forecasts.items()),
        difference_to_persistence=float(to_persistence.mean()),
        difference_to_persistence_stderr=_stderr(to_persistence),
    )


def log_scores(forecast: pd.DataFrame, truth: pd.Series) -> NDArray[np.float64]:
    """(n,) log probability given to the label that came, floored at one in a thousand."""
    outcome = np.array([REGIMES.index(name) for name in truth])
    return categorical_log_scores(forecast[list(REGIMES)].to_numpy(), outcome)


def _score(name: str, forecast: pd.DataFrame, truth: pd.Series) -> ModelScore:
    called = np.array(REGIMES)[forecast[list(REGIMES)].to_numpy().argmax(axis=1)]
    actual = truth.to_numpy().astype(str)
    return ModelScore(
        model=name,
        log_score=float(log_scores(forecast, truth).mean()),
        accuracy=float((called == actual).mean()),
        balanced_accuracy=balanced_accuracy(actual, called),
    )


def _persistence(labels: pd.Series, past: pd.Series, index: pd.Index) -> pd.DataFrame:
    """Last month's label, with the transition shares of the training months (one pseudo count each)."""
    shares = transition_shares(past.map(REGIMES.index).to_numpy())
    before = labels.shift(1).loc[index].map(REGIMES.index).to_numpy()
    return pd.DataFrame(shares[before], index=index, columns=list(REGIMES))


def _majority(past: pd.Series, index: pd.Index) -> pd.DataFrame:
    counts = np.array([(past == regime).sum() + 1.0 for regime in REGIMES])
    return pd.DataFrame(np.tile(counts / counts.sum(), (len(index), 1)), index=index, columns=list(REGIMES))


def _stderr(values: NDArray[np.float64]) -> float:
    """Standard error of a mean of serially dependent values."""
    return float(np.sqrt(max(hac_variance(values, BANDWIDTH_MONTHS)[0, 0], 0.0)))
