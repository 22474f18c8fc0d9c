"""Does the past know the shock? What controls and lags leave of it, against the lags of everything else at once.

Belongs here: the joint test, once per shock. Does not belong here: what follows from it (identification.py), the days before
an event (events/pre_event.py), months before the shock cell by cell: an estimator that conditions on the past is not refuted
by policy that answers the past it conditions on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.causal.engine.design import Gaps, Rows, control_block, lag_block, usable_rows
from macro_assets.causal.engine.projection import Projection

Array = NDArray[np.float64]

__all__ = ["LAGS_TESTED", "Exogeneity", "exogeneity_test"]

LAGS_TESTED = (1, 2, 3)
DRAWS = 999
LEVEL = 0.05
MINIMUM_FREEDOM = 20
LEAST_LEFT = 1e-2
"""A lag of which controls leave less than this share is not tested: it is conditioned on already."""


@dataclass(frozen=True)
class Exogeneity:
    """Joint test that no lag of any candidate explains what is left of a shock.

    Attributes
    ----------
    statistic : largest HC-studentised |t|. critical : its 95 % quantile under random signs. p_value : by the same signs.
    t_statistics : largest |t| of each candidate's lags, with its sign. n : months of the shock. tested : number of lags.
    """

    statistic: float
    critical: float
    p_value: float
    t_statistics: dict[str, float]
    n: int
    tested: int

    @property
    def named(self) -> tuple[str, ...]:
        """Candidates beyond the joint critical value, strongest first."""
        strong = [name for name, t in self.t_statistics.items() if abs(t) > self.critical]
        return tuple(sorted(strong, key=lambda name: -abs(self.t_statistics[name])))


def exogeneity_test(
    shock: Array, controls: Array, candidates: Mapping[str, Array], *, lags: int = 2, draws: int = DRAWS, seed: int = 0
) -> Exogeneity | None:
    """Test the residual shock against lags one to three of every candidate.

    Parameters
    ----------
    shock : (n,). controls : (n, p), known before the shock of their row. NaN where there is no value.
    candidates : name -> (n,) what may have been news before: other outcomes, other releases.
    lags : of controls and shock, as in the estimator.

    Returns
    -------
    None when no candidate has enough months. Null distribution: random signs on the residual shock, projected again,
    the same signs for all candidates; unlike a circular shift it keeps its size when volatility is shared and clustered.

    Source: Wu (1986); Davidson and Flachaire (2008), Journal of Econometrics 146, for Rademacher signs.
    """
    missing = ~np.isfinite(shock) | ~np.isfinite(controls).all(axis=-1)
    rows = usable_rows(
        0, len(shock) - 1, 0, max(lags, max(LAGS_TESTED)), Gaps(tuple(map(int, np.flatnonzero(missing))))
    )
    design = np.column_stack([control_block(controls, rows, lags), lag_block(shock, shock, rows, lags)[:, :lags]])
    signs = np.random.default_rng([seed, 19]).choice((-1.0, 1.0), size=(draws, rows.count))
    observed: dict[str, Array] = {}
    largest = np.zeros(draws)
    for names, present, past in _groups(candidates, rows):
        if present.sum() - design.shape[1] < MINIMUM_FREEDOM:
            continue
        projection = Projection.onto(design[present])
        left = projection.residuals(past)
        share = np.sum(left**2, axis=0) / np.maximum(
            np.sum((past - past.mean(axis=0)) ** 2, axis=0), np.finfo(float).tiny
        )
        residual = projection.residuals(shock[rows.at(0)][present][:, None])[:, 0]
        moved = projection.residuals((signs[:, present] * residual).T).T
        tested = share > LEAST_LEFT
        largest = np.maximum(largest, np.abs(_studentised(moved, left[:, tested])).max(axis=1, initial=0.0))
        statistics = np.where(tested, _studentised(residual[None], left)[0], 0.0).reshape(len(names), -1)
        observed |= dict(zip(names, statistics, strict=True))
    tested_lags = sum(int((values != 0.0).sum()) for values in observed.values())
    if not tested_lags:
        return None
    strongest = {name: float(values[np.argmax(np.abs(values))]) for name, values in observed.items()}
    statistic = max(abs(value) for value in strongest.values())
    p_value = (1 + int((largest >= statistic).sum())) / (1 + draws)
    return Exogeneity(statistic, float(np.quantile(largest, 1 - LEVEL)), p_value, strongest, rows.count, tested_lags)


def _groups(candidates: Mapping[str, Array], rows: Rows) -> list[tuple[list[str], NDArray[np.bool_], Array]]:
    """Candidates known on the same rows: names, mask (rows,), their lags (known rows, names x lags)."""
    found: dict[bytes, tuple[list[str], NDArray[np.bool_], list[Array]]] = {}
    for name, values in candidates.items():
        past = np.column_stack([values[rows.at(-lag)] for lag in LAGS_TESTED])
        present = np.asarray(np.isfinite(past).all(axis=1))
        names, _, columns = found.setdefault(present.tobytes(), ([], present, []))
        names.append(name)
        columns.append(past[present])
    return [(names, present, np.column_stack(columns)) for names, present, columns in found.values()]


def _studentised(residuals: Array, regressors: Array) -> Array:
    """(draws, k) scores of residuals (draws, n) on regressors (n, k), over the root of the sum of their squares."""
    spread = np.sqrt(residuals**2 @ regressors**2)
    return np.asarray(np.divide(residuals @ regressors, spread, out=np.zeros_like(spread), where=spread > 0))
