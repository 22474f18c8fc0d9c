"""A network with a mean and a scale head under a Student-t likelihood.

Belongs here: layers, likelihood, training, forecasts. Does not belong here: when it may be trained on what
(walk_forward.py), intervals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn

Array = NDArray[np.float64]
HIDDEN, EPOCHS, LEARNING_RATE, WEIGHT_DECAY = 8, 60, 5e-3, 0.3
CLIP, HELD_BACK, PATIENCE = 3.0, 0.25, 10
_INVERSE_SOFTPLUS_OF_ONE = 0.5413248546129181
torch.set_num_threads(1)

__all__ = ["EPOCHS", "SpreadInputs", "SpreadNetwork", "TrainedSpread", "train"]


class SpreadNetwork(nn.Module):
    """One hidden layer, then a mean and a scale: of the change over its volatility. The scale is a Softplus, above zero.

    Untrained it says mean zero and scale one: the volatility itself.
    """

    def __init__(self, n_inputs: int, hidden: int = HIDDEN) -> None:
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(n_inputs, hidden), nn.Tanh())
        self.mean, self.scale = nn.Linear(hidden, 1), nn.Linear(hidden, 1)
        self.tails = nn.Parameter(torch.tensor(3.0))
        for head, start in ((self.mean, 0.0), (self.scale, _INVERSE_SOFTPLUS_OF_ONE)):
            nn.init.zeros_(head.weight)
            nn.init.constant_(head.bias, start)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Mean and scale (n,) of rows (n, p)."""
        shared = self.hidden(x)
        return self.mean(shared)[:, 0], nn.functional.softplus(self.scale(shared)[:, 0]) + 1e-3

    def loss(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Mean negative log likelihood of a Student t with more than two degrees of freedom."""
        mean, scale = self(x)
        degrees = 2.0 + nn.functional.softplus(self.tails)
        likely: torch.Tensor = torch.distributions.StudentT(degrees, mean, scale).log_prob(y)  # type: ignore[no-untyped-call]
        return -likely.mean()


@dataclass(frozen=True)
class SpreadInputs:
    """How rows become numbers: standardised by training rows and clipped; shocks also by size; outcomes as indicators."""

    columns: tuple[str, ...]
    shocks: tuple[str, ...]
    outcomes: tuple[str, ...]
    center: Array
    scale: Array

    @classmethod
    def learn(cls, inputs: pd.DataFrame, shocks: Sequence[str], outcomes: Sequence[str]) -> SpreadInputs:
        """Means and standard deviations of training rows; a column without variation counts for nothing."""
        values = inputs.to_numpy(dtype=float)
        there = np.isfinite(values)
        count = np.maximum(there.sum(axis=0), 1)
        center = np.where(there, values, 0.0).sum(axis=0) / count
        spread = np.sqrt((np.where(there, values - center, 0.0) ** 2).sum(axis=0) / count)
        scale = np.where(spread > 0.0, spread, np.inf)
        return cls(tuple(map(str, inputs.columns)), tuple(shocks), tuple(outcomes), center, scale)

    def apply(self, inputs: pd.DataFrame, outcome: Sequence[str]) -> torch.Tensor:
        """(n, p) float32; what is missing stands at its mean, no shock at zero."""
        z = np.clip((inputs[list(self.columns)].to_numpy(dtype=float) - self.center) / self.scale, -CLIP, CLIP)
        z = np.nan_to_num(z, nan=0.0)
        sizes = np.abs(z[:, [self.columns.index(name) for name in self.shocks]])
        own = np.asarray(outcome)[:, None] == np.asarray(self.outcomes)[None, :]
        return torch.from_numpy(np.column_stack([z, sizes, own.astype(float)]).astype(np.float32))


@dataclass(frozen=True)
class TrainedSpread:
    """A network with the inputs it was trained on."""

    inputs: SpreadInputs
    network: SpreadNetwork
    trained_through: pd.Timestamp

    def predict(self, inputs: pd.DataFrame, outcome: Sequence[str]) -> tuple[Array, Array]:
        """Mean and scale (n,) of each row's change over its volatility."""
        with torch.no_grad():
            mean, scale = self.network(self.inputs.apply(inputs, outcome))
        return mean.double().numpy(), scale.double().numpy()


def train(
    inputs: pd.DataFrame,
    outcome: Sequence[str],
    standardised: Array,
    trained_through: pd.Timestamp,
    *,
    shocks: Sequence[str],
    outcomes: Sequence[str],
    seed: int = 0,
    epochs: int = EPOCHS,
) -> TrainedSpread:
    """Train on rows in time order whose next month is known, full batch, the same seed giving the same network.

    Parameters
    ----------
    standardised : (n,) next month's change over the volatility known before it.
    """
    prepared = SpreadInputs.learn(inputs, shocks, outcomes)
    x, y = prepared.apply(inputs, outcome), torch.from_numpy(np.asarray(standardised, dtype=np.float32))
    return TrainedSpread(prepared, _fit(x, y, seed, epochs), trained_through)


def _fit(x: torch.Tensor, y: torch.Tensor, seed: int, epochs: int) -> SpreadNetwork:
    """The network of the epoch that is best on the last quarter of the rows; the untrained one if none is better."""
    cut = int(len(y) * (1.0 - HELD_BACK))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = SpreadNetwork(x.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    best, kept, since = float("inf"), network.state_dict(), 0
    for _ in range(epochs):
        with torch.no_grad():
            held = float(network.loss(x[cut:], y[cut:]))
        if held < best:
            best, since = held, 0
            kept = {name: value.clone() for name, value in network.state_dict().items()}
        since += 1
        if since > PATIENCE:
            break
        optimizer.zero_grad()
        network.loss(x[:cut], y[:cut]).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    network.load_state_dict(kept)
    return network.eval()
