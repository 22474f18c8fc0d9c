"""Votes: a small model of each family of columns, each held near the base rate, and their mean.

Belongs here: fitting and combining votes, how many independent votes they amount to, the slope they may have. Does not
belong here: which families there are (families.py), bounded inputs (inputs.py), the choice between designs (nested.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.inference.logistic import Sigmoid, expit, fit_sigmoid, log_odds
from macro_assets.recession.estimators import LinearModel, LogitPath, Probit
from macro_assets.recession.families import Design, Family
from macro_assets.recession.inputs import BoundedInputs

Array = NDArray[np.float64]

LARGEST_MOVEMENT = 0.35
MOST_PROBIT_SLOPE = 2.5  # log-odds to one unit of a probit's index, at most

__all__ = ["LARGEST_MOVEMENT", "Member", "VoteModel", "Voter", "bounded_sigmoid", "effective_votes", "fit_voters",
           "fit_votes"]  # fmt: skip


@dataclass(frozen=True)
class Member:
    """One model inside a vote. positions : of its columns among all inputs."""

    positions: tuple[int, ...]
    model: LinearModel


@dataclass(frozen=True)
class Voter:
    """A family with its fitted members, whose clipped log-odds are averaged.

    Attributes
    ----------
    floor : lowest vote, in log-odds from the base rate: what the calmer half of training months has shown. Most months
        before a recession look calm to jobs and output; that they do is little evidence against one.
    """

    name: str
    members: tuple[Member, ...]
    floor: float = -math.inf


@dataclass(frozen=True)
class VoteModel:
    """Log-odds = base rate + mean of the votes; `steps_back` draws rows unlike training towards the base rate.

    Attributes
    ----------
    design : name of the chosen design. base : log-odds of the event in training.
    clip : largest distance of a vote from the base, in log-odds.
    steps_back : multiply the mean by root(reach / leverage) where leverage exceeds the reach of training.
    slope_cap : largest slope that stress on training rows allows (nested.py).
    """

    design: str
    inputs: BoundedInputs
    voters: tuple[Voter, ...]
    base: float
    clip: float
    steps_back: bool = False
    slope_cap: float = math.inf

    def log_odds(self, x: Array) -> Array:
        """(n,) log-odds of rows (n, p); missing cells allowed."""
        scores = self.inputs.fill(x)
        mean: Array = self._votes(scores).mean(axis=1)
        return self.base + mean * self._retreat(scores)

    def votes(self, x: Array) -> Array:
        """(n, J) votes: distances from the base rate in log-odds, within +-clip."""
        return self._votes(self.inputs.fill(x))

    def contributions(self, x: Array) -> Array:
        """(n, p) parts of the inputs in the log-odds: those of a member, shrunk as its clip shrinks it."""
        scores = self.inputs.fill(x)
        parts = np.zeros_like(scores)
        for voter in self.voters:
            for member in voter.members:
                z = scores[:, member.positions]
                raw = member.model.contributions(z)
                vote = np.maximum(_distance(member, scores, self.base, self.clip), voter.floor)
                total = raw.sum(axis=1)
                ratio = np.divide(vote, total, out=np.zeros_like(total), where=np.abs(total) > 1e-9)
                weight = np.clip(ratio, 0.0, MOST_PROBIT_SLOPE) / len(voter.members) / len(self.voters)
                parts[:, member.positions] += raw * weight[:, None]
        return parts * self._retreat(scores)[:, None]

    def importance(self) -> Array:
        """(p,) mean size of the weight of each input over the members that read it, by share in the mean of the votes."""
        sizes = np.zeros(len(self.inputs.median))
        for voter in self.voters:
            for member in voter.members:
                share = 1.0 / len(voter.members) / len(self.voters)
                sizes[list(member.positions)] += share * np.abs(member.model.weights)
        return sizes

    def slope_limit(self, held_out: Array) -> float:
        """Largest slope on the mean of the votes: no more than they are independent, and no vote moves p by over .35.

        A vote that goes from one end of its range r to the other moves the log-odds by d = r slope / J, and the
        probability by at most tanh(d / 4).
        """
        widest = max(self.clip - max(voter.floor, -self.clip) for voter in self.voters)
        largest = 4.0 * len(self.voters) * np.arctanh(LARGEST_MOVEMENT) / widest
        return float(min(effective_votes(held_out), largest, self.slope_cap))

    def _votes(self, scores: Array) -> Array:
        return np.column_stack(
            [np.maximum(_mean(one.members, scores, self.base, self.clip), one.floor) for one in self.voters]
        )

    def _retreat(self, scores: Array) -> Array:
        if not self.steps_back:
            return np.ones(len(scores))
        return np.sqrt(np.minimum(1.0, self.inputs.reach / np.maximum(self.inputs.leverage(scores), 1e-12)))


def _distance(member: Member, scores: Array, base: float, clip: float) -> Array:
    return np.clip(member.model.log_odds(scores[:, member.positions]) - base, -clip, clip)


def _mean(members: tuple[Member, ...], scores: Array, base: float, clip: float) -> Array:
    mean: Array = np.mean([_distance(one, scores, base, clip) for one in members], axis=0)
    return mean


def _floor(vote: Array, y: Array, base: float) -> float:
    """Log-odds of the event in the half of the months with the lower vote, from the base rate; at most zero."""
    calm = y[np.argsort(vote, kind="stable")[: (len(y) + 1) // 2]]
    return min(0.0, float(log_odds((calm.sum() + 0.5) / (len(calm) + 1.0))) - base)


def fit_voters(
    families: Sequence[Family], names: Sequence[str], scores: Array, y: Array, clip: float
) -> tuple[Voter, ...]:
    """One voter a family, fitted on filled scores (n, p) of the named columns."""
    place = {name: i for i, name in enumerate(names)}

    def member(columns: tuple[str, ...], estimator: LogitPath | Probit) -> Member:
        positions = tuple(place[name] for name in columns)
        return Member(positions, estimator.fit(scores[:, positions], y))

    voters, base = [], float(log_odds(y.mean()))
    for family in families:
        members = (member(family.columns, LogitPath()), *(member(columns, Probit()) for columns in family.probits))
        voters.append(Voter(family.name, members, _floor(_mean(members, scores, base, clip), y, base)))
    return tuple(voters)


def fit_votes(design: Design, names: Sequence[str], x: Array, y: Array) -> VoteModel:
    """The votes of a design on training rows (n, p) of the named columns."""
    inputs = BoundedInputs.learn(x)
    voters = fit_voters(design.families, names, inputs.fill(x), y, design.clip)
    return VoteModel(design.name, inputs, voters, float(log_odds(y.mean())), design.clip)


def effective_votes(votes: Array) -> float:
    """J / (1 + (J - 1) rho): how many independent votes J correlated ones amount to; one vote is one.

    Parameters
    ----------
    votes : (n, J) of months that no voter saw in training. rho is their mean correlation, at least zero; a constant vote
        counts as uncorrelated with nothing, that is with correlation one.
    """
    count = votes.shape[1]
    if count == 1:
        return 1.0
    moving = votes.std(axis=0) > 1e-12
    correlation = np.ones((count, count))
    if moving.sum() > 1:
        correlation[np.ix_(moving, moving)] = np.corrcoef(votes[:, moving].T)
    rho = max(0.0, float((correlation.sum() - count) / (count * (count - 1))))
    return float(count / (1.0 + (count - 1) * rho))


def bounded_sigmoid(held_out: Array, base: Array, y: Array, limit: float) -> tuple[Sigmoid, Array]:
    """The learned slope on the distance from the base rate, at most `limit`; the mean forecast equals the event's share.

    Parameters
    ----------
    held_out : (n,) log-odds of rows that their model did not see. base : (n,) base log-odds of those models.

    Returns
    -------
    The sigmoid, as a map of distances from the base rate, and the calibrated log-odds (n,).
    """
    distance = held_out - base
    slope = min(fit_sigmoid(held_out, y).slope, limit)
    low, high = -10.0, 10.0
    for _ in range(60):  # the mean rises with the shift: bisection cannot fail
        middle = (low + high) / 2.0
        low, high = (middle, high) if expit(base + slope * distance + middle).mean() < y.mean() else (low, middle)
    shift = (low + high) / 2.0
    return Sigmoid(shift, slope), base + shift + slope * distance
