"""Where an interval cannot be trusted: the cell is simulated from its own estimated dynamics, where the truth is known.

Belongs here: the parametric bootstrap of cells that share a window, and the flag. Does not belong here: estimates of the
cells themselves (grid.py), other reasons to doubt a cell (belief/).

The model: each control is a first-order autoregression; the shock follows from the controls, the one-month outcome from
controls and shock, each with an error of one lag; all roots are corrected for their small-sample bias, leaning to
persistence. Residuals are drawn by month, those of shock and outcome together with the next month's innovations of the
controls, so heavy tails and the bias of predictive regressions stay; the shock's residual is made orthogonal to the rest, so
the response to it is known. The share of drawn histories whose interval holds that response is the coverage to expect of the
cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from macro_assets.causal.engine.design import control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import Sample
from macro_assets.causal.engine.linear import (
    SHORT_HORIZON,
    cosine_count,
    fit_shock,
    linear_stderr,
    overlap_adjustment,
)
from macro_assets.causal.engine.projection import Projection, orthonormal
from macro_assets.inference.longrun import cosine_basis, student_quantile

__all__ = ["RELIABLE_COVERAGE", "autoregressive_root", "is_unreliable", "simulated_coverage"]

RELIABLE_COVERAGE = 0.90
DRAWS = 250
GRID = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995)
LARGEST_ROOT = GRID[-1]
ROOT_DRAWS = 99
QUANTILE = 0.35
"""Where the root found stands in the distribution of its estimates: a little below the middle, so that doubt leans to
persistence; chosen on simulated worlds."""
Key = tuple[str, str, int]


def is_unreliable(coverage: float) -> bool:
    """True when fewer than nine of ten nominal 95 % intervals of such a cell cover; an unknown coverage is not flagged."""
    return coverage < RELIABLE_COVERAGE


def autoregressive_root(shock: np.ndarray, controls: np.ndarray, *, lags: int = 2) -> float:
    """Persistence of what the controls leave of the shock: AR(1) root, corrected for small-sample bias."""
    present = np.isfinite(shock) & np.isfinite(controls).all(axis=-1)
    n = int(present.sum())
    design = np.column_stack([np.ones(n), controls[present]])
    residual = np.full(len(shock), np.nan)
    residual[present] = shock[present] - design @ np.linalg.lstsq(design, shock[present], rcond=None)[0]
    consecutive = present[:-1] & present[1:]
    past, now = residual[:-1][consecutive], residual[1:][consecutive]
    root = float(past @ now / max(past @ past, np.finfo(float).tiny))
    return float(np.clip(root + (1.0 + 3.0 * root + design.shape[1] * max(root, 0.0)) / n, -1.0, 1.0))


def simulated_coverage(
    samples: Sequence[Sample],
    horizons: Sequence[int],
    *,
    lags: int = 2,
    alpha: float = 0.05,
    seed: int = 0,
    draws: int = DRAWS,
) -> dict[Key, float]:
    """Expected coverage of nominal 1 - alpha intervals, by shock, outcome and horizon.

    Parameters
    ----------
    samples : cells of one window, with the same controls on the same rows; months without a value are left out.
    horizons : of zero or more.

    Returns
    -------
    Share of `draws` simulated histories whose interval holds the true effect; its standard error is about 0.015 where
    intervals cover.
    """
    rng = np.random.default_rng([seed, 17])
    world = _World.fitted(samples[0].controls, _known(samples), rng, draws)
    rows = usable_rows(0, world.n - 1, max(*horizons, 0), lags)
    shared = Projection.onto(control_block(world.controls, rows, lags))
    found: dict[Key, float] = {}
    for first in {sample.measured_shock.name: sample for sample in samples}.values():
        news = world.shock(first)
        values = world.simulated(news)
        own = shared.extended(lag_block(values, values, rows, lags)[..., :lags])
        left = own.residuals(values[..., rows.at(0), None])[..., 0]
        overlaps = {h: _overlap(left, own, h, lags) for h in horizons if h > SHORT_HORIZON}
        for sample in (one for one in samples if one.measured_shock == first.measured_shock):
            equation = world.outcome(sample, news)
            outcome = world.simulated(equation, values)
            projection = own.extended(lag_block(values, outcome, rows, lags)[..., lags:])
            residual = Projection(projection.bases[len(own.bases) :]).residuals(left[..., None])[..., 0]
            for horizon in horizons:
                truth = equation.slopes[-1] * sum(news.root**step for step in range(horizon + 1))
                paths = outcome_paths(outcome, replace(rows, horizon=horizon))
                cells = fit_shock(paths, residual, left, values[..., rows.at(0)], projection)
                stderr, degrees = linear_stderr(cells, horizon, overlap=overlaps.get(horizon))
                inside = np.abs(cells.point - truth) <= student_quantile(alpha, degrees) * stderr
                found[(first.measured_shock.name, sample.measured_outcome.name, horizon)] = float(np.mean(inside))
    return found


def _overlap(left: np.ndarray, own: Projection, horizon: int, lags: int) -> tuple[np.ndarray, np.ndarray]:
    n = left.shape[-1]
    return overlap_adjustment(left, own, cosine_basis(n, cosine_count(n, own.rank + lags + 1)), horizon)


def _known(samples: Sequence[Sample]) -> np.ndarray:
    """(n,) rows on which every series of the window has a value."""
    present = np.isfinite(samples[0].controls).all(axis=-1)
    for sample in samples:
        present &= np.isfinite(sample.shock) & np.isfinite(sample.outcome)
    return np.asarray(present)


@dataclass(frozen=True)
class _World:
    """Controls fitted and simulated, shared by all cells of a window.

    present : rows t with a value at t and t-1, of the observed sample. innovations : (k, p) of the controls of the NEXT row.
    picked : (draws, n) which residual row each simulated month takes. controls : (draws, n, p).
    """

    rows: np.ndarray
    innovations: np.ndarray
    picked: np.ndarray
    controls: np.ndarray

    @property
    def n(self) -> int:
        """Simulated months."""
        return int(self.picked.shape[1])

    @classmethod
    def fitted(cls, controls: np.ndarray, present: np.ndarray, rng: np.random.Generator, draws: int) -> _World:
        # a row takes part when it, two rows before it and the next one are known
        middle = np.flatnonzero(present[2:-1] & present[1:-2] & present[:-3] & present[3:]) + 2
        now, after = controls[middle], controls[middle + 1]
        centre = now.mean(axis=0)
        nothing = np.empty((int(present.sum()), 0))
        roots = np.array([cautious_root(column, nothing) for column in controls[present].T])
        innovations = after - centre - roots * (now - centre)
        innovations = innovations - innovations.mean(axis=0)
        n = int(present.sum())
        picked = rng.integers(0, len(middle), size=(draws, n))
        path = np.empty((draws, n, controls.shape[1]))
        state = np.broadcast_to(now[0] - centre, (draws, controls.shape[1])).copy()
        for step in range(n):
            path[:, step] = state
            state = roots * state + innovations[picked[:, step]]
        return cls(middle, innovations, picked, path + centre)

    def shock(self, sample: Sample) -> _Equation:
        """The shock on the controls; what is left is orthogonal to the controls' next innovations."""
        return _Equation.fitted(sample.shock, sample.controls, self.rows).without(self.innovations)

    def outcome(self, sample: Sample, news: _Equation) -> _Equation:
        """The outcome on controls and shock; what is left is orthogonal to the shock's."""
        regressors = np.column_stack([sample.controls, sample.shock])
        return _Equation.fitted(sample.outcome, regressors, self.rows).without(news.residual[:, None])

    def simulated(self, equation: _Equation, shock: np.ndarray | None = None) -> np.ndarray:
        """(draws, n) of one equation on the simulated controls, and on the simulated shock where it has one."""
        width = self.controls.shape[-1]
        values = self.controls @ equation.slopes[:width] + equation.constant
        if shock is not None:
            values = values + equation.slopes[width] * shock
        error = np.zeros(self.picked.shape[0])
        for step in range(self.n):
            error = equation.root * error + equation.residual[self.picked[:, step]]
            values[:, step] += error
        return np.asarray(values)


@dataclass(frozen=True)
class _Equation:
    """One series on regressors, with an error of one lag. residual : (k,) the error's innovations."""

    constant: float
    slopes: np.ndarray
    root: float
    residual: np.ndarray

    @classmethod
    def fitted(cls, values: np.ndarray, regressors: np.ndarray, rows: np.ndarray) -> _Equation:
        """Least squares on the rows, then the root of what is left, corrected for small-sample bias."""
        design = np.column_stack([np.ones(len(rows)), regressors[rows]])
        solution = np.linalg.lstsq(design, values[rows], rcond=None)[0]
        present = np.isfinite(values) & np.isfinite(regressors).all(axis=-1)
        root = cautious_root(values[present], regressors[present])
        before = np.column_stack([np.ones(len(rows)), regressors[rows - 1]])
        left, past = values[rows] - design @ solution, values[rows - 1] - before @ solution
        residual = left - root * past
        return cls(float(solution[0]), solution[1:], root, residual - residual.mean())

    def without(self, others: np.ndarray) -> _Equation:
        """The same with the part of the residual that goes with `others` (k, m) taken out."""
        if not others.shape[1]:
            return self
        explained = others @ np.linalg.lstsq(others, self.residual, rcond=None)[0]
        return replace(self, residual=self.residual - explained)


def _raw_root(residual: np.ndarray) -> np.ndarray:
    """(...) first-order root of series (..., n)."""
    past, now = residual[..., :-1], residual[..., 1:]
    return np.asarray(np.sum(past * now, axis=-1) / np.maximum(np.sum(past**2, axis=-1), np.finfo(float).tiny))


def cautious_root(values: np.ndarray, regressors: np.ndarray) -> float:
    """Root of the error of a regression with constant: the one under which the estimate found is the `QUANTILE` estimate.

    values : (n,). regressors : (n, k); the same paths are used in the simulations, because regressors as persistent as the
    error take part of its persistence with them. At most `LARGEST_ROOT`.
    Source: Andrews (1993), Econometrica 61(1), by simulation.
    """
    basis = orthonormal(np.column_stack([np.ones(len(values)), regressors]))
    found = float(_raw_root(values - basis @ (basis.T @ values)))
    paths = _autoregressions(len(values))
    left = paths - (paths @ basis) @ basis.T
    found_by_root = np.maximum.accumulate(np.quantile(_raw_root(left), QUANTILE, axis=1))
    return float(np.interp(found, found_by_root, GRID, left=found))


@lru_cache(maxsize=16)
def _autoregressions(n: int) -> np.ndarray:
    """Stationary autoregressions (roots of GRID, draws, n) of one set of innovations."""
    noise = np.random.default_rng(n).standard_normal((ROOT_DRAWS, n))
    roots = np.array(GRID)
    paths = np.empty((len(GRID), ROOT_DRAWS, n))
    paths[..., 0] = noise[:, 0] / np.sqrt(1.0 - roots[:, None] ** 2)
    for step in range(1, n):
        paths[..., step] = roots[:, None] * paths[..., step - 1] + noise[:, step]
    return paths
