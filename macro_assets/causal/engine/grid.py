"""The whole grid of shocks, outcomes and horizons in one go, with shared residual makers.

Belongs here: estimate_grid; the grouping of cells by sample window; joint inference over the grid.
Does not belong here: algebra (linear.py), learners, single cells (effects.py).

Series may begin and end at different months and miss some in between: each pair uses every row whose outcome, shock,
controls and lags are known; nothing is filled in. Cells of one window and horizon share the projection on the controls and
run as one batch; with machine learning nuisances every shock and every outcome path is cross-fitted once per window.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from macro_assets.causal.engine.cross_fitting import ResidualCache, residual_cells
from macro_assets.causal.engine.design import Rows, control_block, lag_block, outcome_paths
from macro_assets.causal.engine.effects import Batch, assemble, linear_parameters
from macro_assets.causal.engine.grid_results import EffectGrid
from macro_assets.causal.engine.inputs import Sample, check_length
from macro_assets.causal.engine.linear import (
    SHORT_HORIZON,
    LinearCells,
    cosine_count,
    fit_shock,
    linear_stderr,
    overlap_adjustment,
)
from macro_assets.causal.engine.multiplicity import adjusted_p_values, joint_critical, joint_draws, sup_t_critical
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.projection import Projection, orthonormal
from macro_assets.causal.engine.results import EffectEstimate
from macro_assets.causal.engine.settings import DEFAULT, HORIZONS, EffectSettings, check_horizon
from macro_assets.causal.engine.windows import Cell, GridSamples, Pair, Window
from macro_assets.errors import InvalidInputError
from macro_assets.inference.folds import make_folds
from macro_assets.inference.longrun import cosine_basis

__all__ = ["estimate_grid", "with_joint_inference"]


def estimate_grid(
    panel: EffectPanel,
    *,
    horizons: Sequence[int] = HORIZONS,
    settings: EffectSettings = DEFAULT,
    joint: bool = True,
) -> EffectGrid:
    """Effects of every shock on every outcome at every horizon.

    Parameters
    ----------
    panel : outcomes, shocks and controls, row t of the controls known BEFORE the shock of row t.
    horizons, settings : as in `estimate_effect`.
    joint : add sup-t bands over the horizons of each pair, Benjamini-Hochberg and Romano-Wolf p-values.

    With a machine-learning learner the design of all cells of a window is the same: controls, their lags, and lags of
    all shocks and outcomes, on the rows every horizon has.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, naming the column; a value missing inside a column.
    """
    for horizon in horizons:
        check_horizon(horizon)
    samples = GridSamples(panel)
    estimates: dict[Cell, EffectEstimate] = {}
    for window, pairs in samples.windows().items():
        if settings.learner == "linear":
            for horizon in horizons:
                estimates |= _linear_batch(samples, window, pairs, horizon, settings)
        else:
            estimates |= _learner_batch(samples, window, pairs, horizons, settings)
    ordered = [estimates[(s, y, h)] for s in samples.shocks for y in samples.outcomes for h in horizons]
    if not joint or not ordered:
        return EffectGrid(tuple(ordered))
    return with_joint_inference(ordered, samples.index, settings)


def _linear_batch(
    grid: GridSamples, window: Window, pairs: list[Pair], horizon: int, settings: EffectSettings
) -> dict[Cell, EffectEstimate]:
    samples = [grid.sample(window, pair) for pair in pairs]
    rows = window.rows(horizon, settings.lags)
    check_length(rows.count, linear_parameters(samples[0], settings.lags), horizon)
    cells, shocks, at = _shared_cells(samples, rows, settings.lags, bias_correction=settings.bias_correction)
    inference = settings.analytic_inference
    overlap = None
    if inference == "ewc" and horizon > SHORT_HORIZON:
        basis = cosine_basis(rows.count, cosine_count(rows.count, cells.parameters))
        share, freedom = overlap_adjustment(shocks, cells.projection, basis, horizon)
        overlap = share[at], freedom[at]
    stderr, degrees = linear_stderr(cells, horizon, inference=inference, overlap=overlap)
    dates = samples[0].index[rows.positions]
    found = {}
    for number, (pair, sample) in enumerate(zip(pairs, samples, strict=True)):
        error = float(stderr[number]), float(degrees[number])
        batch = Batch(error, grid.root(window, pair[0]), dates)
        found[(*pair, horizon)] = assemble(sample, rows, _one(cells, number), settings, batch)
    return found


def _shared_cells(
    samples: list[Sample], rows: Rows, lags: int, *, bias_correction: bool
) -> tuple[LinearCells, np.ndarray, list[int]]:
    """Cells of one window: every series meets the controls once, every shock its own lags once.

    Returns the cells, what controls and own lags leave of each shock (shocks, n), and the shock of each cell.
    """
    shared = Projection.onto(control_block(samples[0].controls, rows, lags))
    shocks = {sample.measured_shock.name: sample.shock for sample in samples}
    outcomes = {sample.measured_outcome.name: sample.outcome for sample in samples}
    own, past = lag_block(samples[0].shock, samples[0].outcome, rows, lags).shape[-1] - lags, lags
    blocks = [np.column_stack([t[rows.at(0)], lag_block(t, t, rows, lags)[:, :own]]) for t in shocks.values()]
    blocks += [
        np.column_stack([outcome_paths(y, rows), lag_block(y, y, rows, lags)[:, own:]]) for y in outcomes.values()
    ]
    pieces = _split(shared.residuals(np.column_stack(blocks)), blocks)
    by_shock = dict(zip(shocks, pieces[: len(shocks)], strict=True))
    by_outcome = dict(zip(outcomes, pieces[len(shocks) :], strict=True))
    then = np.stack([by_outcome[sample.measured_outcome.name] for sample in samples])
    steps = then.shape[-1] - past
    # one basis per shock for its own lags, one per cell for what the outcome's lags add
    firsts = np.stack(list(by_shock.values()))
    at = [list(shocks).index(sample.measured_shock.name) for sample in samples]
    of_shocks = orthonormal(firsts[..., 1:], original=np.stack(blocks[: len(shocks)])[..., 1:])
    own_shocks = Projection((of_shocks,)).residuals(firsts[..., :1])[..., 0]
    own_basis = of_shocks[at]
    raw = dict(zip(outcomes, blocks[len(shocks) :], strict=True))
    lagged = np.stack([raw[sample.measured_outcome.name][:, steps:] for sample in samples])
    cell_basis = orthonormal(Projection((own_basis,)).residuals(then[..., steps:]), original=lagged)
    cells = fit_shock(
        then[..., :steps],
        Projection((cell_basis,)).residuals(own_shocks[at][..., None])[..., 0],
        own_shocks[at],
        np.stack([sample.shock[rows.at(0)] for sample in samples]),
        Projection((*shared.bases, own_basis, cell_basis)),
        bias_correction=bias_correction,
    )
    return cells, own_shocks, at


def _split(values: np.ndarray, like: list[np.ndarray]) -> list[np.ndarray]:
    """Columns of `values` cut into blocks as wide as those of `like`."""
    return np.split(values, np.cumsum([block.shape[1] for block in like])[:-1], axis=1)


def _one(cells: LinearCells, number: int) -> LinearCells:
    """One cell of a batch."""
    bases = tuple(basis if basis.ndim == 2 else basis[number] for basis in cells.projection.bases)
    return LinearCells(
        point=cells.point[number],
        uncorrected=cells.uncorrected[number],
        influence=cells.influence[number],
        residual_shock=cells.residual_shock[number],
        residual=cells.residual[number],
        parameters=cells.parameters,
        overlap=cells.overlap[number],
        effective_n=cells.effective_n[number],
        projection=Projection(bases),
        own_residual_shock=cells.own_residual_shock[number],
    )


def _learner_batch(
    grid: GridSamples, window: Window, pairs: list[Pair], horizons: Sequence[int], settings: EffectSettings
) -> dict[Cell, EffectEstimate]:
    lags, longest = settings.lags, max(*horizons, 0)
    rows = window.rows(longest, lags)
    if min(horizons) < 0:
        raise InvalidInputError("Lead placebos use the linear learner.", remedy="Use EffectSettings(learner='linear').")
    check_length(rows.count, 2 + 2 * settings.fold_count, longest)
    design = _shared_design(grid, window, pairs, rows, lags)
    folds = make_folds(rows.count, kind=settings.folds, count=settings.fold_count, seed=settings.seed)
    cache = ResidualCache(settings.learner, settings.seed)
    found = {}
    for pair in pairs:
        sample = grid.sample(window, pair)
        shock = sample.shock[rows.at(0)]
        residual = cache.residual(("shock", pair[0]), shock, design, folds)
        path = np.cumsum(outcome_paths(sample.outcome, rows), axis=-1)
        for horizon in horizons:
            left = cache.residual(("outcome", pair[1], horizon), path[:, horizon], design, folds)
            here = replace(rows, horizon=horizon)
            cells = residual_cells(left, residual, shock)
            found[(*pair, horizon)] = assemble(sample, here, cells, settings, Batch(root=grid.root(window, pair[0])))
    return found


def _shared_design(grid: GridSamples, window: Window, pairs: list[Pair], rows: Rows, lags: int) -> np.ndarray:
    """Controls, their lags and lags of all shocks and outcomes of the window, shape (rows, k)."""
    inside = window.inside
    names = {s: grid.shocks[s] for s, _ in pairs} | {y: grid.outcomes[y] for _, y in pairs}
    past = [values[inside][rows.at(-lag)] for values in names.values() for lag in range(1, lags + 1)]
    return np.column_stack([control_block(grid.controls[inside], rows, lags)[:, 1:], *past])


def with_joint_inference(
    estimates: Sequence[EffectEstimate], index: pd.DatetimeIndex, settings: EffectSettings
) -> EffectGrid:
    """Bands over the horizons of each pair, and p-values adjusted over all cells."""
    paths: dict[Pair, list[EffectEstimate]] = {}
    for estimate in estimates:
        paths.setdefault(estimate.cell[:2], []).append(estimate)
    bands = {
        pair: sup_t_critical(path, index, alpha=settings.alpha, seed=settings.seed) for pair, path in paths.items()
    }
    draws = joint_draws(estimates, index, seed=settings.seed)
    return EffectGrid(tuple(estimates), adjusted_p_values(estimates, draws), bands, joint_critical(draws))
