"""The default engine: full-sample residualisation on a lag-augmented design, as matrix algebra over many cells.

Belongs here: residual makers, effects of a batch of cells, first-order bias correction of long horizons, and
the standard error of a batch. Does not belong here: pandas, typed results (effects.py, grid.py).

Every function takes arrays with any number of leading axes, so one cell, a grid of cells and thousands of simulated
replications run through the same lines.

Three corrections make the intervals of persistent series cover (measured by `macro-assets evaluate causal`):
1. Bias. The residualised shock depends on future shocks through the projection on its own past, which pulls long
   responses to zero. To first order the step-j response loses sum_i d_i beta_{j-i} / (n - k), where d_i is the sum of
   the i-th off-diagonal of the projection matrix (the trace formula of Herbst and Johannsen (2024)).
   The recursion is solved for beta, and the influence values carry the same weights, so the standard error knows of it.
2. Leverage. Influence values are divided by the root of one minus the leverage of the controls (the expectation of
   n / (n - k), as HC2), and by one minus the shock's own leverage (as a jackknife: a month that carries the estimate
   hides its own error). The degrees of freedom shrink with the cosines and the effective number of shocks together,
   1 / (1/B + 1/effective n), and with the square of effective n over its Gaussian value, because loud months carry an
   effect of their own when effects vary with the shock's size; never below five.
3. Beyond `SHORT_HORIZON` months, overlap. Residuals of cumulative outcomes are smooth and the projection removes their
   smoothest part. Under a working model of overlapping sums of white noise the expectation of the cosine estimate is
   known in closed form; the estimate is divided by it and takes Satterthwaite degrees of freedom (the bias-reduced
   linearisation of Bell and McCaffrey (2002), Imbens and Kolesar (2016), carried to cosines).
"""

from dataclasses import dataclass

import numpy as np

from macro_assets.causal.engine.design import Rows, control_block, lag_block
from macro_assets.causal.engine.projection import RANK_TOLERANCE, Projection
from macro_assets.errors import InvalidInputError
from macro_assets.inference.longrun import cosine_basis, ewc_degrees, hc_stderr, newey_west_stderr

__all__ = [
    "SHORT_HORIZON",
    "cosine_count",
    "LinearCells",
    "fit_cells",
    "fit_shock",
    "lag_augmented",
    "linear_stderr",
    "overlap_adjustment",
]

SHORT_HORIZON = 3
MINIMUM_DEGREES = 5.0


def lag_augmented(controls: np.ndarray, shock: np.ndarray, outcome: np.ndarray, rows: Rows, lags: int) -> Projection:
    """Projection on controls and their lags, then the shock's own lags, then the outcome's: three bases."""
    both = lag_block(shock, outcome, rows, lags)
    own = both.shape[-1] - lags
    return Projection.onto(control_block(controls, rows, lags)).extended(both[..., :own]).extended(both[..., own:])


@dataclass(frozen=True)
class LinearCells:
    """Effects of a batch of cells; leading axes as given to `fit_cells`.

    point : (...) effect per unit of the shock; bias-corrected when asked for.
    uncorrected : (...) the plain least-squares effect.
    influence : (..., n) influence values of `point` in time order, before any small-sample factor.
    residual_shock : (..., n) what the projection leaves of the shock. parameters : number of regressors with the shock.
    overlap : (...) 1 - R2 of the shock on the controls and lags. effective_n : (...) (sum v2)^2 / sum v4.
    own_residual_shock : (..., n) what controls and the shock's own lags leave of it, the same for every outcome.
    """

    point: np.ndarray
    uncorrected: np.ndarray
    influence: np.ndarray
    residual_shock: np.ndarray
    residual: np.ndarray
    parameters: int
    overlap: np.ndarray
    effective_n: np.ndarray
    projection: Projection
    own_residual_shock: np.ndarray


def fit_cells(
    paths: np.ndarray, shock: np.ndarray, projection: Projection, *, bias_correction: bool = True
) -> LinearCells:
    """Effect of the shock on the cumulative outcome, given a projection on controls and lags.

    Parameters
    ----------
    paths : (..., n, h + 1) one-period outcomes at steps 0..h.
    shock : (..., n).
    projection : of the controls and lags of each cell.
    bias_correction : remove the first-order bias of steps 1..h.

    Raises
    ------
    InvalidInputError : the shock is an exact linear function of controls and lags in some cell.
    """
    residual_shock = projection.residuals(shock[..., None])[..., 0]
    own = Projection(projection.bases[:2]).residuals(shock[..., None])[..., 0]
    return fit_shock(paths, residual_shock, own, shock, projection, bias_correction=bias_correction)


def fit_shock(
    paths: np.ndarray,
    residual_shock: np.ndarray,
    own_residual_shock: np.ndarray,
    shock: np.ndarray,
    projection: Projection,
    *,
    bias_correction: bool = True,
) -> LinearCells:
    """The same from a shock residualised already: residual_shock (..., n).

    It is orthogonal to the projection, so only the outcome as weighted over its path is residualised.
    """
    total = np.sum((shock - shock.mean(axis=-1, keepdims=True)) ** 2, axis=-1)
    energy = np.sum(residual_shock**2, axis=-1)
    if np.any(energy <= RANK_TOLERANCE * np.maximum(total, np.finfo(float).tiny)):
        raise InvalidInputError(
            "The shock is constant or an exact linear function of the controls and lags: no variation is left.",
            remedy="Drop the control that equals the shock, or use fewer lags.",
        )
    steps = (residual_shock[..., None, :] @ paths)[..., 0, :] / energy[..., None]
    horizon = paths.shape[-1] - 1
    parameters = projection.rank + 1
    weights = np.ones_like(steps)
    if bias_correction and horizon > 0:
        weights = _bias_weights(projection.off_diagonal_sums(horizon), paths.shape[-2] - parameters, steps.shape)
    point = np.sum(weights * steps, axis=-1)
    residual = projection.residuals(paths @ weights[..., None])[..., 0] - residual_shock * point[..., None]
    return LinearCells(
        point=point,
        uncorrected=np.sum(steps, axis=-1),
        influence=residual_shock * residual / energy[..., None],
        residual_shock=residual_shock,
        residual=residual,
        parameters=parameters,
        overlap=np.divide(energy, total, out=np.zeros_like(energy), where=total > 0),
        effective_n=energy**2 / np.sum(residual_shock**4, axis=-1),
        projection=projection,
        own_residual_shock=own_residual_shock,
    )


def _bias_weights(diagonals: np.ndarray, freedom: int, shape: tuple[int, ...]) -> np.ndarray:
    """Weights w with sum_j w_j beta_j = cumulative response free of first-order bias, shape (..., h + 1)."""
    size = shape[-1]
    biased = np.zeros((*diagonals.shape[:-1], size, size))
    for step in range(size):
        biased[..., step, step] = 1.0
        for lag in range(1, step + 1):
            biased[..., step, step - lag] = -diagonals[..., lag - 1] / freedom
    weights = np.linalg.solve(np.swapaxes(biased, -1, -2), np.ones((*biased.shape[:-1], 1)))[..., 0]
    return np.broadcast_to(weights, shape)


def linear_stderr(
    cells: LinearCells, horizon: int, *, inference: str = "ewc", overlap: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Standard errors (...) and degrees of freedom (...) of a batch; `ewc`, `newey_west` or `hc`.

    The unit is that of the effect. Small-sample factors as in the module docstring; `overlap` is the result of
    `overlap_adjustment` when a batch has it already.
    """
    n = cells.influence.shape[-1]
    freedom = n - cells.parameters
    shape = cells.point.shape
    if inference == "hc":
        return hc_stderr(cells.influence) * np.sqrt(n / freedom), np.full(shape, float(freedom))
    if inference == "newey_west":
        stderr, matched = newey_west_stderr(cells.influence)
        return stderr * np.sqrt(n / freedom), np.full(shape, matched)
    count = cosine_count(n, cells.parameters)
    basis = cosine_basis(n, count)
    if horizon <= SHORT_HORIZON:
        scores = cells.influence / _leverage_factor(cells)
        return np.sqrt(np.mean((scores @ basis) ** 2, axis=-1)), _short_degrees(cells, count)
    variance = np.mean((cells.influence @ basis) ** 2, axis=-1)
    share, degrees = overlap or overlap_adjustment(cells.own_residual_shock, cells.projection, basis, horizon)
    return np.sqrt(variance / share), degrees


def cosine_count(n: int, parameters: int) -> int:
    """Cosines of a regression with n rows: as many as the freedom allows."""
    return min(ewc_degrees(n), max(3, n - parameters - 1))


def _leverage_factor(cells: LinearCells) -> np.ndarray:
    """Root of one minus the controls' leverage, times one minus the shock's, shape (..., n)."""
    controls = sum(np.sum(basis**2, axis=-1) for basis in cells.projection.bases)
    own = cells.residual_shock**2 / np.sum(cells.residual_shock**2, axis=-1, keepdims=True)
    return np.asarray(np.sqrt(np.clip(1.0 - controls, 0.05, 1.0)) * np.clip(1.0 - own, 0.1, 1.0))


def _short_degrees(cells: LinearCells, count: int) -> np.ndarray:
    """Degrees of freedom of the cosine estimate at short horizons, shape (...)."""
    n = cells.influence.shape[-1]
    satterthwaite = 1.0 / (1.0 / count + 1.0 / cells.effective_n)
    tails = np.minimum(1.0, 3.0 * cells.effective_n / n)
    return np.asarray(np.maximum(satterthwaite * tails**2, min(MINIMUM_DEGREES, count)))


def overlap_adjustment(
    own_residual_shock: np.ndarray, projection: Projection, basis: np.ndarray, horizon: int
) -> tuple[np.ndarray, np.ndarray]:
    """Expected share of the true variance seen by the cosines, and Satterthwaite degrees, under overlapping sums.

    It depends on the shock and the controls, not on the outcome: of the projection only the controls' basis is used.
    """
    loadings = Projection(projection.bases[:1]).residuals(basis * own_residual_shock[..., None])
    energy = np.sum(own_residual_shock**2, axis=-1)[..., None, None]
    seen_by_shock = own_residual_shock[..., None, :] @ loadings
    loadings = loadings - own_residual_shock[..., None] * seen_by_shock / energy
    seen = _overlap_covariance(loadings, horizon)
    true = _overlap_covariance(own_residual_shock[..., None], horizon)[..., 0, 0]
    trace = np.trace(seen, axis1=-2, axis2=-1)
    share = trace / basis.shape[-1] / true
    return np.clip(share, 0.05, 1.0), trace**2 / np.sum(seen * np.swapaxes(seen, -1, -2), axis=(-2, -1))


def _overlap_covariance(loadings: np.ndarray, horizon: int) -> np.ndarray:
    """L' Omega L with Omega the correlation of sums of h + 1 consecutive white-noise terms.

    Omega = K K' / (h + 1) with K the moving sum, so one cumulative sum and one product do.
    """
    width = horizon + 1
    margin = [(0, 0)] * (loadings.ndim - 2) + [(width, horizon), (0, 0)]
    running = np.cumsum(np.pad(loadings, margin), axis=-2)
    sums = running[..., width:, :] - running[..., :-width, :]
    return np.asarray(np.swapaxes(sums, -1, -2) @ sums / width)
