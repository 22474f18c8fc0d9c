"""The whole grid of treatments, outcomes and horizons in one go, with shared residual makers.

Belongs here: estimate_grid; the grouping of cells by sample window; joint inference over the grid.
Does not belong here: algebra (linear.py), learners, single cells (effects.py).

Series may begin and end at different months: each pair uses the longest stretch its outcome, its treatment and the
controls share. Cells of one window and horizon share the projection on the controls and run as one batch; with machine
learning nuisances every treatment and every outcome path is cross-fitted once per window.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from macro_assets.causal.engine.cross_fitting import ResidualCache, residual_cells
from macro_assets.causal.engine.design import Rows, control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.effects import INFERENCES, Settings, assemble
from macro_assets.causal.engine.inputs import Sample, check_length, check_settings
from macro_assets.causal.engine.learners import LEARNERS
from macro_assets.causal.engine.linear import (
    SHORT_HORIZON,
    LinearCells,
    cosine_count,
    fit_shock,
    linear_stderr,
    overlap_adjustment,
)
from macro_assets.causal.engine.multiplicity import adjusted_p_values, sup_t_critical
from macro_assets.causal.engine.projection import Projection, orthonormal
from macro_assets.causal.engine.results import EffectEstimate, EffectGrid
from macro_assets.causal.engine.windows import GridPanel, Pair, Window, checked_frames, texts
from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice
from macro_assets.inference.folds import make_folds
from macro_assets.inference.longrun import cosine_basis

__all__ = ["HORIZONS", "estimate_grid"]

HORIZONS = (0, 1, 3, 6, 12)


def estimate_grid(
    outcomes: pd.DataFrame,
    treatments: pd.DataFrame,
    controls: pd.DataFrame | None = None,
    *,
    horizons: Sequence[int] = HORIZONS,
    lags: int = 2,
    learner: str = "linear",
    inference: str = "ewc",
    alpha: float = 0.05,
    seed: int = 0,
    bias_correction: bool = True,
    tiers: Mapping[str, str] | None = None,
    joint: bool = True,
) -> EffectGrid:
    """Effects of every treatment on every outcome at every horizon.

    Parameters
    ----------
    outcomes : (n, m) one-period returns or changes; `attrs["units"]` maps column to unit.
    treatments : (n, s) shocks; `attrs["units"]` and `attrs["signs"]` map column to unit and sign convention.
    controls : (n, p), row t known BEFORE the shock of row t, as in `estimate_effect`.
    horizons, lags, learner, inference, alpha, seed, bias_correction : as in `estimate_effect`.
    tiers : treatment -> identification tier, carried into the results.
    joint : add sup-t bands over the horizons of each pair, Benjamini-Hochberg and Romano-Wolf p-values.

    All frames share one DatetimeIndex; columns may start late or end early (missing at the edges), never in between.
    With a machine-learning learner the design of all cells of a window is the same: controls, their lags, and lags of
    all treatments and outcomes, on the rows every horizon has.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, naming the column.
    """
    for horizon in horizons:
        check_settings(horizon, lags, alpha)
    check_choice(learner, LEARNERS, "learner")
    settings = Settings(learner, check_choice(inference, INFERENCES, "inference"), lags, alpha, seed)
    index, frames = checked_frames(outcomes, treatments, controls)
    panel = GridPanel(index, frames, (texts(outcomes, "units"), texts(treatments, "units")), texts(treatments, "signs"))
    estimates: dict[tuple[str, str, int], EffectEstimate] = {}
    for window, pairs in panel.windows().items():
        if learner == "linear":
            for horizon in horizons:
                estimates |= _linear_batch(panel, window, pairs, horizon, settings, bias_correction)
        else:
            estimates |= _learner_batch(panel, window, pairs, horizons, settings)
    ordered = [estimates[(t, y, h)] for t in panel.treatments for y in panel.outcomes for h in horizons]
    if tiers:
        ordered = [e.labelled(tiers.get(e.treatment, ""), e.label) for e in ordered]
    return _with_joint_inference(ordered, index, alpha, seed) if joint else EffectGrid(tuple(ordered))


def _linear_batch(
    panel: GridPanel, window: Window, pairs: list[Pair], horizon: int, settings: Settings, bias_correction: bool
) -> dict[tuple[str, str, int], EffectEstimate]:
    samples = [panel.sample(window, pair) for pair in pairs]
    rows = usable_rows(0, window[1] - window[0], horizon, settings.lags)
    controls = samples[0].controls
    parameters = 2 + controls.shape[1] * (settings.lags + 1) + 2 * settings.lags
    check_length(rows.count, parameters, horizon)
    cells, shocks, at = _shared_cells(samples, rows, settings.lags, bias_correction=bias_correction)
    analytic = "ewc" if settings.inference == "block_bootstrap" else settings.inference
    overlap = None
    if analytic == "ewc" and horizon > SHORT_HORIZON:
        basis = cosine_basis(rows.count, cosine_count(rows.count, cells.parameters))
        share, freedom = overlap_adjustment(shocks, cells.projection, basis, horizon)
        overlap = share[at], freedom[at]
    stderr, degrees = linear_stderr(cells, horizon, inference=analytic, overlap=overlap)
    dates = samples[0].index[rows.start], samples[0].index[rows.stop - 1]
    found = {}
    for number, (pair, sample) in enumerate(zip(pairs, samples, strict=True)):
        error, root = (float(stderr[number]), float(degrees[number])), panel.root(window, pair[0])
        found[(*pair, horizon)] = assemble(
            sample, rows, _one(cells, number), settings, error=error, root=root, dates=dates
        )
    return found


def _shared_cells(
    samples: list[Sample], rows: Rows, lags: int, *, bias_correction: bool
) -> tuple[LinearCells, np.ndarray, list[int]]:
    """Cells of one window: every series meets the controls once, every treatment its own lags once.

    Returns the cells, the shocks of the treatments (treatments, n), and the treatment of each cell.
    """
    shared = Projection.onto(control_block(samples[0].controls, rows, lags))
    treatments = {sample.treatment_name: sample.treatment for sample in samples}
    outcomes = {sample.outcome_name: sample.outcome for sample in samples}
    own, past = lag_block(samples[0].treatment, samples[0].outcome, rows, lags).shape[-1] - lags, lags
    blocks = [np.column_stack([t[rows.at(0)], lag_block(t, t, rows, lags)[:, :own]]) for t in treatments.values()]
    blocks += [
        np.column_stack([outcome_paths(y, rows), lag_block(y, y, rows, lags)[:, own:]]) for y in outcomes.values()
    ]
    pieces = _split(shared.residuals(np.column_stack(blocks)), blocks)
    by_treatment = dict(zip(treatments, pieces[: len(treatments)], strict=True))
    by_outcome = dict(zip(outcomes, pieces[len(treatments) :], strict=True))
    then = np.stack([by_outcome[sample.outcome_name] for sample in samples])
    steps = then.shape[-1] - past
    # one basis per treatment for its own lags, one per cell for what the outcome's lags add
    firsts = np.stack(list(by_treatment.values()))
    at = [list(treatments).index(sample.treatment_name) for sample in samples]
    of_treatments = orthonormal(firsts[..., 1:], original=np.stack(blocks[: len(treatments)])[..., 1:])
    own_shocks = Projection((of_treatments,)).residuals(firsts[..., :1])[..., 0]
    own_basis = of_treatments[at]
    raw = dict(zip(outcomes, blocks[len(treatments) :], strict=True))
    lagged = np.stack([raw[sample.outcome_name][:, steps:] for sample in samples])
    cell_basis = orthonormal(Projection((own_basis,)).residuals(then[..., steps:]), original=lagged)
    cells = fit_shock(
        then[..., :steps],
        Projection((cell_basis,)).residuals(own_shocks[at][..., None])[..., 0],
        own_shocks[at],
        np.stack([sample.treatment[rows.at(0)] for sample in samples]),
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
        shock=cells.shock[number],
        residual=cells.residual[number],
        parameters=cells.parameters,
        overlap=cells.overlap[number],
        effective_n=cells.effective_n[number],
        projection=Projection(bases),
        own_shock=cells.own_shock[number],
    )


def _learner_batch(
    panel: GridPanel, window: Window, pairs: list[Pair], horizons: Sequence[int], settings: Settings
) -> dict[tuple[str, str, int], EffectEstimate]:
    lags, longest = settings.lags, max(*horizons, 0)
    rows = usable_rows(0, window[1] - window[0], longest, lags)
    if min(horizons) < 0:
        raise InvalidInputError("Lead placebos use the linear learner.", remedy="Pass learner='linear'.")
    check_length(rows.count, 22, longest)
    design = _shared_design(panel, window, pairs, longest, lags)
    folds = make_folds(rows.count, seed=settings.seed)
    cache = ResidualCache(settings.learner, settings.seed)
    found = {}
    for pair in pairs:
        sample = panel.sample(window, pair)
        treatment = sample.treatment[rows.at(0)]
        shock = cache.residual(("treatment", pair[0]), treatment, design, folds)
        path = np.cumsum(outcome_paths(sample.outcome, rows), axis=-1)
        for horizon in horizons:
            left = cache.residual(("outcome", pair[1], horizon), path[:, horizon], design, folds)
            here = type(rows)(rows.start, rows.stop, horizon)
            found[(*pair, horizon)] = assemble(
                sample, here, residual_cells(left, shock, treatment), settings, root=panel.root(window, pair[0])
            )
    return found


def _shared_design(panel: GridPanel, window: Window, pairs: list[Pair], longest: int, lags: int) -> np.ndarray:
    """Controls, their lags and lags of all treatments and outcomes of the window, shape (rows, k)."""
    rows = usable_rows(0, window[1] - window[0], longest, lags)
    inside = slice(window[0], window[1] + 1)
    names = {t: panel.treatments[t] for t, _ in pairs} | {y: panel.outcomes[y] for _, y in pairs}
    past = [values[inside][rows.at(-lag)] for values in names.values() for lag in range(1, lags + 1)]
    return np.column_stack([control_block(panel.controls[inside], rows, lags)[:, 1:], *past])


def _with_joint_inference(
    estimates: list[EffectEstimate], index: pd.DatetimeIndex, alpha: float, seed: int
) -> EffectGrid:
    paths: dict[Pair, list[EffectEstimate]] = {}
    for estimate in estimates:
        paths.setdefault((estimate.treatment, estimate.outcome), []).append(estimate)
    bands = {pair: sup_t_critical(path, index, alpha=alpha, seed=seed) for pair, path in paths.items()}
    return EffectGrid(tuple(estimates), adjusted_p_values(estimates, index, seed=seed), bands)
