"""The choice between designs of votes, made inside each training window by rules that were written before any score.

Belongs here: the rules and their record. Does not belong here: the designs (families.py), fitting one (votes.py).

The rules. A design is judged by two foldings of the training window: business cycles, and eras of fifteen years, left out
one at a time. Its skill is the Brier skill against the base rate, averaged over all months and months of expansion, since
telling the recession one is in is no warning. The first design, which reads everything, stays unless another one is better
by more than one standard error over the parts left out, in both foldings; of several such the one with the largest skill is
taken. Five recessions cannot tell apart what differs by less (Breiman, Friedman, Olshen and Stone 1984, the rule of one
standard error). Stepping back off the map is used when it lowers the worst movement of the probability that a family gone
wrong causes on training rows; the slope is held where the 99th percentile of these movements is a quarter at most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference.logistic import Sigmoid, expit, log_odds
from macro_assets.recession.calibration import cycles, fold_groups
from macro_assets.recession.families import DESIGNS, Design
from macro_assets.recession.inputs import BoundedInputs
from macro_assets.recession.stress import FROZEN_MONTHS, movements
from macro_assets.recession.votes import VoteModel, bounded_sigmoid, fit_voters, fit_votes

Array = NDArray[np.float64]
FIRST_YEAR, ERA_YEARS = 1961, 15
STRESS_SHARE, STRESS_LIMIT = 0.99, 0.25

__all__ = ["ERA_YEARS", "NestedVotes", "SettledVotes", "Trial", "eras"]


@dataclass(frozen=True)
class Trial:
    """A design as judged inside the window: mean Brier skill over both foldings, all months and expansions."""

    design: str
    skill: float


@dataclass(frozen=True)
class SettledVotes:
    """The estimator that the rules chose, with the record of the choice."""

    names: tuple[str, ...]
    design: Design
    steps_back: bool = False
    slope_cap: float = math.inf
    trials: tuple[Trial, ...] = field(default=(), compare=False)

    def fit(self, x: Array, y: Array) -> VoteModel:
        """Fit on training rows (n, p) of the named columns and outcomes (n,)."""
        model = fit_votes(self.design, self.names, x, y)
        return replace(model, steps_back=self.steps_back, slope_cap=self.slope_cap)


@dataclass(frozen=True)
class NestedVotes:
    """Bounded votes whose design is chosen in each training window.

    Attributes
    ----------
    names : columns of the rows, in order. designs : the candidates of the choice.
    """

    names: tuple[str, ...]
    designs: tuple[Design, ...] = DESIGNS

    def fit(self, x: Array, y: Array) -> VoteModel:
        """The first design, where nothing is known of cycles; `settle` chooses."""
        return fit_votes(self.designs[0], self.names, x, y)

    def settle(self, x: Array, y: Array, recession: Array, index: pd.DatetimeIndex) -> SettledVotes:
        """Choose a design on training rows (n, p) by the rules of this module.

        Parameters
        ----------
        recession : (n,) state of the cycle at each row. index : as-of dates of the rows.
        """
        foldings = [_hold_out(self, x, y, groups) for groups in (cycles(recession), eras(index))]
        onset = np.asarray(recession) < 0.5
        gains = {one.name: [folding.skills(one, y, onset) for folding in foldings] for one in self.designs}
        trials = tuple(Trial(name, float(np.mean([part.sum() for part in parts]))) for name, parts in gains.items())
        best = self.designs[_chosen(list(gains.values()), [trial.skill for trial in trials])]
        if not foldings[0].scored:
            return SettledVotes(self.names, best, trials=trials)
        model = fit_votes(best, self.names, x, y)
        steps_back, cap = _held_by_stress(model, self.names, x, index, foldings[0].slope(best, y))
        return SettledVotes(self.names, best, steps_back, cap, trials)


def _chosen(gains: list[list[Array]], skills: list[float]) -> int:
    """Position of the chosen design, by the rule of one standard error against the first.

    Parameters
    ----------
    gains : by design and folding, the part (k,) of each left-out group in the skill. skills : by design.
    """
    candidates = [0]
    for i, parts in enumerate(gains[1:], start=1):
        better = [one - first for one, first in zip(parts, gains[0], strict=True)]
        if all(len(gain) > 1 and gain.sum() > np.sqrt(len(gain)) * gain.std(ddof=1) for gain in better):
            candidates.append(i)
    return max(candidates[1:], key=lambda i: skills[i], default=0)


@dataclass(frozen=True)
class _HeldOut:
    """Votes of rows by voters that did not see them.

    Attributes
    ----------
    groups : (n,) of the folding. rows : (n,) whether a row was ever left out.
    base : (n,) base log-odds of the models that forecast it.
    votes : name of a design to votes (n, J). models : name of a design to one of its models, for the slope limit.
    """

    groups: NDArray[np.int64]
    rows: NDArray[np.bool_]
    base: Array
    votes: dict[str, Array]
    models: dict[str, VoteModel]

    @property
    def scored(self) -> bool:
        """Whether any row was left out."""
        return bool(self.rows.any())

    def calibrated(self, design: Design, y: Array) -> tuple[Sigmoid, Array]:
        """Slope and shift on the distance from the base rate, and the log-odds of the rows left out."""
        votes, base = self.votes[design.name][self.rows], self.base[self.rows]
        return bounded_sigmoid(
            base + votes.mean(axis=1), base, y[self.rows], self.models[design.name].slope_limit(votes)
        )

    def slope(self, design: Design, y: Array) -> float:
        """Slope on the mean of the votes."""
        return self.calibrated(design, y)[0].slope

    def skills(self, design: Design, y: Array, onset: NDArray[np.bool_]) -> Array:
        """Part (k,) of each left-out group in the mean Brier skill of all months and of months of expansion."""
        groups = self.groups[self.rows]
        if not self.scored or y[self.rows].min() == y[self.rows].max():
            return np.zeros(len(np.unique(groups)))
        p, reference, truth = expit(self.calibrated(design, y)[1]), expit(self.base[self.rows]), y[self.rows]
        gain, usual = (reference - truth) ** 2 - (p - truth) ** 2, (reference - truth) ** 2
        expanding = onset[self.rows]
        parts = gain / usual.sum() + expanding * gain / max(float(usual[expanding].sum()), 1e-12)
        return np.array([parts[groups == one].sum() / 2.0 for one in np.unique(groups)])


def eras(index: pd.DatetimeIndex) -> NDArray[np.int64]:
    """Number of the fifteen years each row belongs to, from 1961."""
    return np.asarray((index.year.to_numpy() - FIRST_YEAR) // ERA_YEARS, dtype=np.int64)


def _hold_out(estimator: NestedVotes, x: Array, y: Array, groups: NDArray[np.int64]) -> _HeldOut:
    base, rows = np.full(len(y), np.nan), np.zeros(len(y), dtype=bool)
    votes = {one.name: np.full((len(y), len(one.families)), np.nan) for one in estimator.designs}
    models: dict[str, VoteModel] = {}
    for left_out in fold_groups(groups, y):
        inputs = BoundedInputs.learn(x[~left_out])
        scores, share = inputs.fill(x[~left_out]), float(log_odds(y[~left_out].mean()))
        for one in estimator.designs:
            voters = fit_voters(one.families, estimator.names, scores, y[~left_out], one.clip)
            models[one.name] = VoteModel(one.name, inputs, voters, share, one.clip)
            votes[one.name][left_out] = models[one.name].votes(x[left_out])
        base[left_out], rows[left_out] = share, True
    return _HeldOut(groups, rows, base, votes, models)


def _held_by_stress(
    model: VoteModel, names: Sequence[str], x: Array, index: pd.DatetimeIndex, slope: float
) -> tuple[bool, float]:
    """Whether stepping back lowers the worst movement on training rows, and the largest slope that stress allows."""
    step = FROZEN_MONTHS if len(index) < 2 or (index[1] - index[0]).days < 45 else FROZEN_MONTHS // 3
    earlier = np.concatenate([x[:step], x[:-step]])[: len(x)]

    def moved(one: VoteModel) -> tuple[Array, Array]:
        """Distances from the base rate as they are (n,), and their movements (scenarios, n)."""
        found = movements(lambda rows: one.log_odds(rows) - one.base, x, earlier, names, one.inputs.spread)
        return one.log_odds(x) - one.base, np.stack(list(found.values()))

    def sizes(parts: tuple[Array, Array], slope: float) -> Array:
        usual, moves = parts
        return np.abs(expit(model.base + slope * (usual + moves)) - expit(model.base + slope * usual))

    plain, stepping = moved(model), moved(replace(model, steps_back=True))
    steps_back = bool(sizes(stepping, slope).max() < sizes(plain, slope).max())
    low, high, parts = 0.0, slope, stepping if steps_back else plain
    if np.quantile(sizes(parts, slope), STRESS_SHARE) <= STRESS_LIMIT:
        return steps_back, math.inf
    for _ in range(30):
        middle = (low + high) / 2.0
        fits = np.quantile(sizes(parts, middle), STRESS_SHARE) <= STRESS_LIMIT
        low, high = (middle, high) if fits else (low, middle)
    return steps_back, low
