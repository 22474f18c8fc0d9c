"""The effect of one treatment on one outcome: the public entry to the engines.

Belongs here: estimate_effect and the assembly of an EffectEstimate. Does not belong here: algebra (linear.py).

All inputs share one DatetimeIndex, one row per month (or day):
- outcome, row t: the return or change over period t (one period, never cumulated: accumulation happens inside);
- treatment, row t: the shock that became known in period t;
- controls, row t: what was known BEFORE the shock of row t. In monthly macro use that is the cube slice of the end of
  month t-1, so shift a frame of month-end values by one row before passing it. Same-month prices are consequences of
  the shock, not controls. The engine adds rows t-1, ..., t-lags of the controls itself.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.causal.belief.reliability import autoregressive_root, expected_coverage, is_unreliable
from macro_assets.causal.engine.bootstrap import bootstrap_errors
from macro_assets.causal.engine.cross_fitting import cross_fit, residual_cells
from macro_assets.causal.engine.design import Rows, control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import Sample, check_length, check_settings, validate
from macro_assets.causal.engine.learners import LEARNERS
from macro_assets.causal.engine.linear import LinearCells, fit_cells, lag_augmented, linear_stderr
from macro_assets.causal.engine.results import EffectEstimate
from macro_assets.inference.choices import check_choice
from macro_assets.inference.folds import make_folds

__all__ = ["INFERENCES", "Settings", "assemble", "estimate_effect", "linear_cells"]

INFERENCES = ("ewc", "newey_west", "hc", "block_bootstrap")
_SHORT_NAMES = {"nw": "newey_west", "hac": "newey_west", "hc1": "hc", "bootstrap": "block_bootstrap"}


def estimate_effect(
    outcome: pd.Series,
    treatment: pd.Series,
    controls: pd.DataFrame | None = None,
    *,
    horizon: int = 0,
    lags: int = 2,
    learner: str = "linear",
    inference: str = "ewc",
    alpha: float = 0.05,
    seed: int = 0,
    bias_correction: bool = True,
    folds: str = "shuffled",
    fold_count: int = 10,
) -> EffectEstimate:
    """Effect of a treatment on the outcome accumulated over periods t..t+horizon, with an interval that covers.

    Parameters
    ----------
    outcome : (n,) Series on a DatetimeIndex; one-period return or change. `attrs["unit"]` names its unit.
    treatment : (n,) Series on the same index; the shock. `attrs["unit"]` and `attrs["sign"]` are carried along.
    controls : (n, p) DataFrame on the same index, or None; row t is what was known BEFORE the shock of row t
        (module docstring), typically month-end values shifted by one row.
    horizon : periods after the shock's own; negative = lead placebo, the effect on the one-period outcome of t+horizon.
    lags : lags of every control, of the treatment and of the outcome that enter the regression.
    learner : linear (default: least squares on the full sample), or double ML with lasso, ridge, lightgbm, rf100.
    inference : ewc (default), newey_west, hc or block_bootstrap.
    alpha : 1 - level of the interval.
    seed : of folds, learners and bootstrap.
    bias_correction : remove the first-order bias of horizons above zero (linear learner only); the plain
        estimate stays in `point_uncorrected`.
    folds, fold_count : cross-fitting folds of the learners (folds.make_folds).

    Returns
    -------
    EffectEstimate, in units of the outcome per unit of the treatment.

    Raises
    ------
    InvalidInputError (a ValueError) : unsorted, duplicated, gapped, misaligned, missing, infinite, constant or too
        short input, or an unknown option.

    Source: lag augmentation, Montiel Olea and Plagborg-Moller (2021); EWC, Lazarus et al. (2018); bias, Herbst and
    Johannsen (2024); double ML, Chernozhukov et al. (2018).
    """
    check_settings(horizon, lags, alpha)
    check_choice(learner, LEARNERS, "learner")
    inference = check_choice(_SHORT_NAMES.get(inference, inference), INFERENCES, "inference")
    sample = validate(outcome, treatment, controls)
    rows = usable_rows(0, len(sample.index) - 1, horizon, lags)
    settings = Settings(learner, inference, lags, alpha, seed)
    if learner == "linear":
        parameters = 2 + sample.controls.shape[1] * (lags + 1) + 2 * lags
        check_length(rows.count, parameters, horizon)
        cells = linear_cells(sample, rows, lags, bias_correction=bias_correction)
    else:
        check_length(rows.count, 2 + 2 * fold_count, horizon)
        cells = _machine_learning_cells(sample, rows, settings, folds, fold_count)
    return assemble(sample, rows, cells, settings)


@dataclass(frozen=True)
class Settings:
    """How a cell was asked to be estimated."""

    learner: str
    inference: str
    lags: int
    alpha: float
    seed: int


def linear_cells(sample: Sample, rows: Rows, lags: int, *, bias_correction: bool = True) -> LinearCells:
    """The default engine on one sample."""
    projection = lag_augmented(sample.controls, sample.treatment, sample.outcome, rows, lags)
    paths = outcome_paths(sample.outcome, rows)
    return fit_cells(paths, sample.treatment[rows.at(0)], projection, bias_correction=bias_correction)


def _machine_learning_cells(sample: Sample, rows: Rows, settings: Settings, kind: str, count: int) -> LinearCells:
    lags = settings.lags
    design = np.concatenate(
        [control_block(sample.controls, rows, lags)[:, 1:], lag_block(sample.treatment, sample.outcome, rows, lags)],
        axis=1,
    )
    if design.shape[1] == 0:
        design = np.ones((rows.count, 1))
    pairs = make_folds(rows.count, kind=kind, count=count, seed=settings.seed)
    total = outcome_paths(sample.outcome, rows).sum(axis=-1)
    treatment = sample.treatment[rows.at(0)]
    y = cross_fit(total, design, pairs, learner=settings.learner, seed=settings.seed)
    t = cross_fit(treatment, design, pairs, learner=settings.learner, seed=settings.seed)
    return residual_cells(y, t, treatment)


def assemble(
    sample: Sample,
    rows: Rows,
    cells: LinearCells,
    settings: Settings,
    *,
    error: tuple[float, float] | None = None,
    root: float | None = None,
    dates: tuple[pd.Timestamp, pd.Timestamp] | None = None,
) -> EffectEstimate:
    """The typed result of one cell.

    error : standard error and degrees of freedom, root : persistence of the treatment, dates : of the first and last
    shock, when a batch has them already.
    """
    interval, p_value = None, None
    analytic = "ewc" if settings.inference == "block_bootstrap" else settings.inference
    stderr, degrees = error or map(float, linear_stderr(cells, rows.horizon, inference=analytic))
    point = float(cells.point)
    if settings.inference == "block_bootstrap":
        errors = bootstrap_errors(cells, rows.horizon, seed=settings.seed)
        low, high = np.quantile(errors, [settings.alpha / 2, 1 - settings.alpha / 2])
        interval = (point - float(high), point - float(low))
        stderr = float(errors.std())
        p_value = float((1 + np.sum(np.abs(errors) >= abs(point))) / (1 + len(errors)))
    if root is None:
        root = autoregressive_root(sample.treatment, sample.controls)
    coverage = expected_coverage(root, len(cells.influence), cells.parameters, rows.horizon)
    first, last = dates or (sample.index[rows.start], sample.index[rows.stop - 1])
    return EffectEstimate(
        point=point,
        stderr=stderr,
        degrees_of_freedom=degrees,
        n=len(cells.influence),
        horizon=rows.horizon,
        outcome=sample.outcome_name,
        treatment=sample.treatment_name,
        outcome_unit=sample.outcome_unit,
        treatment_unit=sample.treatment_unit,
        sign_convention=sample.sign_convention,
        sample_start=first,
        sample_end=last,
        learner=settings.learner,
        inference=settings.inference,
        lags=settings.lags,
        alpha=settings.alpha,
        point_uncorrected=float(cells.uncorrected),
        overlap=float(cells.overlap),
        effective_n=float(cells.effective_n),
        treatment_persistence=root,
        expected_coverage=coverage,
        interval_unreliable=is_unreliable(coverage),
        bootstrap_interval=interval,
        bootstrap_p_value=p_value,
        influence=cells.influence,
    )
