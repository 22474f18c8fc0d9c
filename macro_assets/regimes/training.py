"""Training of the network on outcomes that were known, and its predictions.

Belongs here: windows, inputs, training, the trained network. Does not belong here: the layers (attention.py), the
score against baselines (report.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import nn

from macro_assets.errors import InvalidInputError
from macro_assets.regimes.attention import LOOKBACK_MONTHS, AttentionRegimeClassifier
from macro_assets.regimes.names import REGIMES

__all__ = ["LABEL_COLUMNS", "TrainedClassifier", "classifier_inputs", "train", "transition_shares", "windows"]

MINIMUM_WINDOWS = 60
LABEL_COLUMNS = tuple(f"is_{name}" for name in REGIMES)
_SMOOTHING = 0.02


@dataclass(frozen=True)
class TrainedClassifier:
    """A trained network with what it was trained on."""

    network: AttentionRegimeClassifier
    columns: tuple[str, ...]
    trained_from: dt.date
    trained_through: dt.date
    n_months: int
    epochs: int
    seed: int

    def predict(self, features: pd.DataFrame) -> pd.DataFrame:
        """Probabilities of the regimes of each month that has a full window before it.

        Parameters
        ----------
        features : one row per month in time order, with the columns of training.

        Returns
        -------
        Frame indexed by month, columns of `REGIMES`; the first eleven months have no row.
        """
        x, index = windows(features[list(self.columns)], self.network.lookback)
        probabilities = torch.softmax(torch.from_numpy(self._logits(x)).double(), dim=1).numpy()
        return pd.DataFrame(probabilities, index=index, columns=list(REGIMES))

    def example(self, features: pd.DataFrame, rows: int = 2) -> tuple[np.ndarray, np.ndarray]:
        """The newest windows without missing values, (rows, lookback, features), and the network's logits of them."""
        x = windows(features[list(self.columns)].dropna(), self.network.lookback)[0][-rows:]
        return x, self._logits(x)

    def _logits(self, x: np.ndarray) -> np.ndarray:
        self.network.eval()
        with torch.no_grad():
            logits: np.ndarray = self.network(torch.from_numpy(x)).numpy()
        return logits


def classifier_inputs(blocks: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Raw columns of each month with its published label as three indicator columns: all of it known at the month's end.

    Parameters
    ----------
    blocks : columns as known at each month end, NaN where unknown. labels : published regimes; other months have no row.
    """
    own = {column: (labels == name).astype(float) for column, name in zip(LABEL_COLUMNS, REGIMES, strict=True)}
    return blocks.reindex(labels.index).assign(**own)


def windows(features: pd.DataFrame, lookback: int = LOOKBACK_MONTHS) -> tuple[np.ndarray, pd.Index]:
    """(n - lookback + 1, lookback, k) float32 windows ending at each month, and those months."""
    if len(features) < lookback:
        raise InvalidInputError(
            f"{len(features)} months are fewer than one window of {lookback}.", remedy="Load more history."
        )
    values = features.to_numpy(dtype=np.float32)
    view = np.lib.stride_tricks.sliding_window_view(values, lookback, axis=0)
    return np.ascontiguousarray(view.transpose(0, 2, 1)), features.index[lookback - 1 :]


def train(
    features: pd.DataFrame,
    outcome: pd.Series,
    seed: int = 0,
    *,
    network: AttentionRegimeClassifier | None = None,
    epochs: int = 300,
    learning_rate: float = 3e-3,
    weight_decay: float = 1e-2,
    validation_share: float = 0.2,
) -> TrainedClassifier:
    """Train on known outcomes; the number of epochs is chosen on the last part of the training months, in time order.

    Parameters
    ----------
    features : one row per month, as known then (raw, or `classifier_inputs`).
    outcome : regime that came, of the months whose outcome is known; two percent are given to each other regime.
    seed : of initial weights and dropout; the same seed gives the same network.
    network : an untrained network, e.g. `AttentionRegimeClassifier.source_document(k)`; the default one when omitted.
    epochs, learning_rate, weight_decay : of AdamW on the full batch.
    validation_share : part of the months held back, at the end, to choose the epoch.

    Raises
    ------
    InvalidInputError : fewer than 60 windows with an outcome.
    """
    x, targets, months = _training_set(features, outcome)
    hold = max(12, int(len(x) * validation_share))
    fitted = features.loc[: months[-hold - 1]]
    persistent = tuple(features.columns[-len(REGIMES) :]) == LABEL_COLUMNS
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = network or AttentionRegimeClassifier(features.shape[1], persistent=persistent)
        _prepare(net, fitted, outcome)
        best = _fit(net, x, targets, hold, epochs, learning_rate, weight_decay)
    net.eval()
    first, last = pd.Timestamp(months[0]).date(), pd.Timestamp(months[-1]).date()
    return TrainedClassifier(net, tuple(map(str, features.columns)), first, last, len(x), best, seed)


def _prepare(net: AttentionRegimeClassifier, features: pd.DataFrame, outcome: pd.Series) -> None:
    """Fresh weights from the current seed; standardisation and prior of the months that are fitted."""
    _reset(net)
    center, scale = _standardisation(features)
    net.center.copy_(torch.from_numpy(center))
    net.scale.copy_(torch.from_numpy(scale))
    if net.persistent:
        called = features[list(LABEL_COLUMNS)].idxmax(axis=1).map(LABEL_COLUMNS.index)
        net.prior.copy_(torch.from_numpy(np.log(transition_shares(called, outcome)).astype(np.float32)))
        nn.init.zeros_(net.head.weight)
        nn.init.zeros_(net.head.bias)


def transition_shares(called: pd.Series, outcome: pd.Series) -> np.ndarray:
    """(3, 3) shares of outcomes after each label, over months that have both, one pseudo count each.

    Parameters
    ----------
    called : position of the label of each month. outcome : name of the regime that came.
    """
    counts = np.ones((len(REGIMES), len(REGIMES)))
    both = called.index.intersection(outcome.dropna().index)
    np.add.at(counts, (called.loc[both].to_numpy(), outcome.loc[both].map(REGIMES.index).to_numpy()), 1.0)
    shares: np.ndarray = counts / counts.sum(axis=1, keepdims=True)
    return shares


def _training_set(features: pd.DataFrame, outcome: pd.Series) -> tuple[torch.Tensor, torch.Tensor, pd.Index]:
    x, months = windows(features)
    there = months.isin(outcome.dropna().index)
    if there.sum() < MINIMUM_WINDOWS:
        raise InvalidInputError(
            f"{int(there.sum())} windows with an outcome; training needs {MINIMUM_WINDOWS}.",
            remedy="Load more history.",
        )
    months = months[there]
    one_hot = np.stack([(outcome.loc[months] == name).to_numpy() for name in REGIMES], axis=1)
    targets = ((1.0 - 3 * _SMOOTHING) * one_hot + _SMOOTHING).astype(np.float32)
    return torch.from_numpy(x[there]), torch.from_numpy(targets), months


def _standardisation(features: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    center = features.mean().fillna(0.0).to_numpy(dtype=np.float32)
    scale = features.std(ddof=0).fillna(1.0).to_numpy(dtype=np.float32)
    return center, np.where(scale > 1e-8, scale, 1.0).astype(np.float32)


def _reset(network: nn.Module) -> None:
    for module in network.modules():
        reset = getattr(module, "_reset_parameters", None) or getattr(module, "reset_parameters", None)
        if callable(reset):
            reset()


def _fit(
    net: AttentionRegimeClassifier,
    x: torch.Tensor,
    targets: torch.Tensor,
    hold: int,
    epochs: int,
    rate: float,
    decay: float,
) -> int:
    """Full-batch AdamW; keeps, and returns, the epoch with the lowest loss on the held-back end."""
    optimiser = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], lr=rate, weight_decay=decay)
    loss = nn.CrossEntropyLoss()
    best, best_epoch, kept = float("inf"), 0, {}
    for epoch in range(epochs + 1):
        if epoch:
            net.train()
            optimiser.zero_grad()
            loss(net(x[:-hold]), targets[:-hold]).backward()
            optimiser.step()
        if epoch % 5:
            continue
        net.eval()
        with torch.no_grad():
            held = float(loss(net(x[-hold:]), targets[-hold:]))
        if held < best - 1e-4:
            best, best_epoch, kept = held, epoch, {k: v.clone() for k, v in net.state_dict().items()}
        elif epoch - best_epoch > 100:
            break
    net.load_state_dict(kept)
    return best_epoch
