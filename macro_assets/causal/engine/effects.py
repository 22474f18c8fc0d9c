"""The effect of one shock on one outcome: the public entry to the engines.

Belongs here: estimate_effect and the assembly of an EffectEstimate. Does not belong here: algebra (linear.py).

All inputs share one DatetimeIndex, one row per month (or day):
- outcome, row t: the return or change over period t (one period, never cumulated: accumulation happens inside);
- shock, row t: what became known in period t;
- controls, row t: what was known BEFORE the shock of row t. In monthly macro use that is the cube slice of the end of
  month t-1, so shift a frame of month-end values by one row before passing it. Same-month prices are consequences of
  the shock, not controls. The engine adds rows t-1, ..., t-lags of the controls itself.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.causal.engine.bootstrap import bootstrap
from macro_assets.causal.engine.cross_fitting import cross_fit, residual_cells
from macro_assets.causal.engine.design import Rows, control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import Sample, check_length, validate
from macro_assets.causal.engine.linear import LinearCells, fit_cells, lag_augmented, linear_stderr
from macro_assets.causal.engine.reliability import autoregressive_root
from macro_assets.causal.engine.results import EffectEstimate
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings, check_horizon
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.inference.folds import make_folds

__all__ = ["Batch", "assemble", "estimate_effect", "linear_cells", "linear_parameters"]


def estimate_effect(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    controls: pd.DataFrame | None = None,
    *,
    horizon: int = 0,
    settings: EffectSettings = DEFAULT,
) -> EffectEstimate:
    """Effect of a shock on the outcome accumulated over periods t..t+horizon, with an interval that covers.

    Parameters
    ----------
    outcome : (n,) Series on a DatetimeIndex; one-period return or change. `Outcome(...).observed(series)` gives it a
        unit.
    shock : (n,) Series on the same index. `Shock(...).observed(series)` gives it a unit, a sign and a tier.
    controls : (n, p) DataFrame on the same index, or None; row t is what was known BEFORE the shock of row t
        (module docstring), typically month-end values shifted by one row.
    horizon : periods after the shock's own; negative = lead placebo, the effect on the one-period outcome of t+horizon.
    settings : lags, learner, inference, level, seed.

    Returns
    -------
    EffectEstimate, in units of the outcome per unit of the shock.

    Raises
    ------
    InvalidInputError (a ValueError) : unsorted, duplicated, gapped, misaligned, missing, infinite, constant or too
        short input.

    Source: lag augmentation, Montiel Olea and Plagborg-Moller (2021); EWC, Lazarus et al. (2018); bias, Herbst and
    Johannsen (2024); double ML, Chernozhukov et al. (2018).
    """
    check_horizon(horizon)
    sample = validate(outcome, shock, controls)
    rows = usable_rows(0, len(sample.index) - 1, horizon, settings.lags)
    if settings.learner == "linear":
        check_length(rows.count, linear_parameters(sample, settings.lags), horizon)
        cells = linear_cells(sample, rows, settings.lags, bias_correction=settings.bias_correction)
    else:
        check_length(rows.count, 2 + 2 * settings.fold_count, horizon)
        cells = _machine_learning_cells(sample, rows, settings)
    return assemble(sample, rows, cells, settings)


def linear_parameters(sample: Sample, lags: int) -> int:
    """Regressors of the default engine, with the constant and the shock."""
    return 2 + len(sample.control_names) * (lags + 1) + 2 * lags


def linear_cells(sample: Sample, rows: Rows, lags: int, *, bias_correction: bool = True) -> LinearCells:
    """The default engine on one sample."""
    projection = lag_augmented(sample.controls, sample.shock, sample.outcome, rows, lags)
    paths = outcome_paths(sample.outcome, rows)
    return fit_cells(paths, sample.shock[rows.at(0)], projection, bias_correction=bias_correction)


def _machine_learning_cells(sample: Sample, rows: Rows, settings: EffectSettings) -> LinearCells:
    lags, seed = settings.lags, settings.seed
    design = np.concatenate(
        [control_block(sample.controls, rows, lags)[:, 1:], lag_block(sample.shock, sample.outcome, rows, lags)], axis=1
    )
    if design.shape[1] == 0:
        design = np.ones((rows.count, 1))
    pairs = make_folds(rows.count, kind=settings.folds, count=settings.fold_count, seed=seed)
    total = outcome_paths(sample.outcome, rows).sum(axis=-1)
    shock = sample.shock[rows.at(0)]
    y = cross_fit(total, design, pairs, learner=settings.learner, seed=seed)
    t = cross_fit(shock, design, pairs, learner=settings.learner, seed=seed)
    return residual_cells(y, t, shock)


@dataclass(frozen=True)
class Batch:
    """What a batch of cells has in common, computed once.

    error : standard error and degrees of freedom. root : persistence of the shock. dates : (n,) of the shocks used.
    """

    error: tuple[float, float] | None = None
    root: float | None = None
    dates: pd.DatetimeIndex | None = None


def assemble(
    sample: Sample, rows: Rows, cells: LinearCells, settings: EffectSettings, batch: Batch | None = None
) -> EffectEstimate:
    """The typed result of one cell; `batch` holds what its neighbours share."""
    shared = batch or Batch()
    stderr, degrees = shared.error or map(
        float, linear_stderr(cells, rows.horizon, inference=settings.analytic_inference)
    )
    drawn = None
    if settings.inference == "block_bootstrap":
        drawn = bootstrap(cells, rows.horizon, alpha=settings.alpha, seed=settings.seed)
    root = autoregressive_root(sample.shock, sample.controls) if shared.root is None else shared.root
    dates = sample.index[rows.positions] if shared.dates is None else shared.dates
    return EffectEstimate(
        point=float(cells.point),
        stderr=drawn.stderr if drawn else stderr,
        degrees_of_freedom=degrees,
        n=len(cells.influence),
        horizon=rows.horizon,
        outcome=sample.measured_outcome,
        shock=sample.measured_shock,
        sample_start=dates[0],
        sample_end=dates[-1],
        learner=settings.learner,
        inference=settings.inference,
        lags=settings.lags,
        alpha=settings.alpha,
        point_uncorrected=float(cells.uncorrected),
        overlap=float(cells.overlap),
        effective_n=float(cells.effective_n),
        shock_persistence=root,
        bootstrap_interval=drawn.interval if drawn else None,
        bootstrap_p_value=drawn.p_value if drawn else None,
        influence=cells.influence,
        dates=dates,
    )
