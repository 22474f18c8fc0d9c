"""The network against the filter and simple baselines, on months after its training, in time order.

Belongs here: scores of regime forecasts and their comparison. Does not belong here: training (attention.py). The words
of the report follow the numbers: nothing is called better unless its mean score says so beyond its standard error.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.errors import InvalidInputError
from macro_assets.regimes.attention import (
    AttentionRegimeClassifier,
    TrainedClassifier,
    classifier_inputs,
    train,
    transition_shares,
)
from macro_assets.regimes.hmm import fit_hmm
from macro_assets.regimes.names import REGIMES

__all__ = ["ModelScore", "RegimeReport", "evaluate_classifier", "log_scores"]

NETWORK, FILTER, PERSISTENCE, MAJORITY = "attention network", "HMM filter", "persistence", "majority"


@dataclass(frozen=True)
class ModelScore:
    """Scores of one model on the hold-out: mean log score (nats, higher is better), accuracy, balanced accuracy."""

    model: str
    log_score: float
    accuracy: float
    balanced_accuracy: float


@dataclass(frozen=True)
class RegimeReport:
    """Hold-out comparison of the network with the filter as of the training end and two baselines."""

    train_through: pd.Timestamp
    test_from: pd.Timestamp
    test_through: pd.Timestamp
    n_train: int
    n_test: int
    scores: tuple[ModelScore, ...]
    difference_to_filter: float
    difference_stderr: float
    difference_to_persistence: float
    difference_to_persistence_stderr: float

    @property
    def beats_filter(self) -> bool:
        """Whether the network's log score exceeds the filter's by more than 1.645 standard errors."""
        return bool(self.difference_to_filter > 1.645 * self.difference_stderr)

    @property
    def beats_persistence(self) -> bool:
        """Whether the network's log score exceeds that of repeating last month's label likewise."""
        return bool(self.difference_to_persistence > 1.645 * self.difference_to_persistence_stderr)

    def score(self, model: str) -> ModelScore:
        """Scores of one model by name."""
        return next(one for one in self.scores if one.model == model)

    def to_frame(self) -> pd.DataFrame:
        """One row per model."""
        return pd.DataFrame([vars(one) for one in self.scores])

    def summary(self) -> str:
        """The comparison in words."""
        lines = [
            f"Hold-out {self.test_from:%Y-%m} to {self.test_through:%Y-%m} ({self.n_test} months), "
            f"trained on {self.n_train} months through {self.train_through:%Y-%m}."
        ]
        for one in self.scores:
            lines.append(
                f"{one.model}: log score {one.log_score:.3f}, accuracy {one.accuracy:.2f}, "
                f"balanced {one.balanced_accuracy:.2f}"
            )
        for rival, beats, gap, stderr in (
            ("filter", self.beats_filter, self.difference_to_filter, self.difference_stderr),
            (
                "persistence forecast",
                self.beats_persistence,
                self.difference_to_persistence,
                self.difference_to_persistence_stderr,
            ),
        ):
            verdict = "beats" if beats else "does not beat"
            lines.append(f"The network {verdict} the {rival}: {gap:+.3f} nats a month (standard error {stderr:.3f}).")
        return "\n".join(lines)


def evaluate_classifier(
    features: pd.DataFrame,
    labels: pd.DataFrame,
    *,
    seed: int = 0,
    test_share: float = 0.3,
    network: AttentionRegimeClassifier | None = None,
) -> tuple[RegimeReport, TrainedClassifier]:
    """Train on the first months, score on the last: can the network say the label that will be published?

    The filter competes as fitted at the end of training; labels of the hold-out come from later refits.

    Parameters
    ----------
    features, labels : as for `train`; labels of the hold-out must have been published in real time.
    seed : of the network and of the filter's fit.
    test_share : part of the months at the end.
    network : an untrained network on the raw features; by default one that also knows last month's frozen label.

    Returns
    -------
    The report, and the network it is about (trained on the first part only).

    Raises
    ------
    InvalidInputError : fewer than 24 months are left for the hold-out.
    """
    months = features.index.intersection(labels.index)
    cut = months[int(len(months) * (1.0 - test_share)) - 1]
    truth = labels.loc[(labels.index > cut) & labels["published"], "label"]
    if len(truth) < 24:
        raise InvalidInputError(f"{len(truth)} published months after {cut:%Y-%m}; the hold-out needs 24.")
    past = labels.loc[:cut]
    inputs = classifier_inputs(features, labels) if network is None else features
    trained = train(inputs.loc[:cut], past, seed, network=network)
    forecasts = {
        NETWORK: trained.predict(inputs).loc[truth.index],
        FILTER: fit_hmm(features.loc[:cut], seed=seed).filtered(features).loc[truth.index],
        PERSISTENCE: _persistence(labels["label"], past["label"], truth.index),
        MAJORITY: _majority(past["label"], truth.index),
    }
    scored = {name: log_scores(forecast, truth) for name, forecast in forecasts.items()}
    to_filter, to_persistence = scored[NETWORK] - scored[FILTER], scored[NETWORK] - scored[PERSISTENCE]
    report = RegimeReport(
        train_through=cut,
        test_from=truth.index[0],
        test_through=truth.index[-1],
        n_train=trained.n_months,
        n_test=len(truth),
        scores=tuple(_score(name, forecast, truth) for name, forecast in forecasts.items()),
        difference_to_filter=float(to_filter.mean()),
        difference_stderr=_newey_west_stderr(to_filter, 12),
        difference_to_persistence=float(to_persistence.mean()),
        difference_to_persistence_stderr=_newey_west_stderr(to_persistence, 12),
    )
    return report, trained


def log_scores(forecast: pd.DataFrame, truth: pd.Series) -> np.ndarray:
    """(n,) log probability given to the label that came, floored at one in a thousand."""
    columns = [REGIMES.index(name) for name in truth]
    given = forecast[list(REGIMES)].to_numpy()[np.arange(len(truth)), columns]
    return np.log(np.maximum(given, 1e-3))


def _score(name: str, forecast: pd.DataFrame, truth: pd.Series) -> ModelScore:
    said = np.array(REGIMES)[forecast[list(REGIMES)].to_numpy().argmax(axis=1)]
    actual = truth.to_numpy()
    recalls = [float((said[actual == regime] == regime).mean()) for regime in REGIMES if (actual == regime).any()]
    return ModelScore(
        name, float(log_scores(forecast, truth).mean()), float((said == actual).mean()), float(np.mean(recalls))
    )


def _persistence(labels: pd.Series, past: pd.Series, index: pd.Index) -> pd.DataFrame:
    """Last month's label, with the transition shares of the training months (one pseudo count each)."""
    shares = transition_shares(past.map(REGIMES.index).to_numpy())
    before = labels.shift(1).loc[index].map(REGIMES.index).to_numpy()
    return pd.DataFrame(shares[before], index=index, columns=list(REGIMES))


def _majority(past: pd.Series, index: pd.Index) -> pd.DataFrame:
    counts = np.array([(past == regime).sum() + 1.0 for regime in REGIMES])
    return pd.DataFrame(np.tile(counts / counts.sum(), (len(index), 1)), index=index, columns=list(REGIMES))


def _newey_west_stderr(values: np.ndarray, lags: int) -> float:
    """Standard error of a mean of serially dependent values, Bartlett weights (Newey and West 1987)."""
    centered = values - values.mean()
    n = len(values)
    total = float((centered**2).sum()) / n
    for lag in range(1, min(lags, n - 1) + 1):
        total += 2.0 * (1.0 - lag / (lags + 1)) * float((centered[lag:] * centered[:-lag]).sum()) / n
    return float(np.sqrt(max(total, 0.0) / n))
