"""Effects by market regime: interactions with the filtered regime probabilities of the month before, shrunk.

Belongs here: the interacted regression, shrinkage toward the average, and what could have been detected at all.
Does not belong here: regime models (regimes/), forests (forest.py).

Probabilities must be filtered (known at the end of t-1), never smoothed: smoothed ones look ahead and split effects by
their own outcome. At monthly samples of 300 to 500 the difference between regimes is rarely identified, so the minimum
detectable difference is printed beside every estimate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from macro_assets.causal.engine.design import control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.effects import linear_cells
from macro_assets.causal.engine.inputs import check_index, check_length, check_settings, effect_unit, validate
from macro_assets.causal.engine.linear import linear_stderr
from macro_assets.causal.engine.projection import Projection
from macro_assets.errors import InvalidInputError
from macro_assets.inference.longrun import cosine_basis, ewc_stderr

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RegimeEffects", "regime_effects"]

POWER = 0.80
MINIMUM_REGIME_MONTHS = 25.0


@dataclass(frozen=True)
class RegimeEffects:
    """Effects of one treatment on one outcome by regime.

    frame : one row per regime: effect, stderr, lower, upper (unshrunk), shrunk, shrunk_lower, shrunk_upper,
        expected_months (sum of probabilities), identified.
    average, average_stderr : the effect without regimes. shrinkage : 1 = regimes add nothing, 0 = no shrinkage.
    difference_p_value : joint test that all regimes share one effect.
    minimum_detectable_difference : between the two regimes best told apart, at 80 % power, in `unit`.
    zero_loss, constant_loss, regime_loss : leave-block-out squared error of the three models on residuals, relative to
        the zero-effect model; regimes are only worth telling apart when regime_loss is the smallest.
    """

    frame: pd.DataFrame
    average: float
    average_stderr: float
    shrinkage: float
    difference_p_value: float
    minimum_detectable_difference: float
    zero_loss: float
    constant_loss: float
    regime_loss: float
    outcome: str
    treatment: str
    unit: str
    sign_convention: str
    horizon: int
    n: int
    sample_start: pd.Timestamp
    sample_end: pd.Timestamp
    alpha: float

    @property
    def differs(self) -> bool:
        """Whether the data support different effects: the joint test rejects and prediction improves."""
        return self.difference_p_value < self.alpha and self.regime_loss < min(self.constant_loss, self.zero_loss)

    def to_frame(self) -> pd.DataFrame:
        """One row per regime with everything needed to read it alone."""
        return self.frame.assign(
            outcome=self.outcome, treatment=self.treatment, horizon=self.horizon, unit=self.unit, n=self.n,
            sample_start=self.sample_start, sample_end=self.sample_end, average=self.average,
            difference_p_value=self.difference_p_value,
            minimum_detectable_difference=self.minimum_detectable_difference,
        )  # fmt: skip

    def summary(self) -> str:
        """A few lines a person can read, with the power beside the estimates."""
        lines = [
            f"Effect of {self.treatment} on {self.outcome} by regime, horizon {self.horizon} ({self.unit}), "
            f"n = {self.n}, "
            f"{self.sample_start:%Y-%m-%d} to {self.sample_end:%Y-%m-%d}; sign: {self.sign_convention}",
            f"  average {self.average:+.4g} (standard error {self.average_stderr:.4g}); shrunk by {self.shrinkage:.0%}",
        ]
        for row in self.frame.itertuples():
            known = "" if row.identified else f"  NOT IDENTIFIED: fewer than {MINIMUM_REGIME_MONTHS:.0f} months"
            lines.append(
                f"  {row.regime}: {row.shrunk:+.4g} [{row.shrunk_lower:.4g}, {row.shrunk_upper:.4g}] "
                f"(unshrunk {row.effect:+.4g}, {row.expected_months:.0f} months){known}"
            )
        verdict = "regimes differ" if self.differs else "no evidence that regimes differ"
        lines.append(
            f"  {verdict}: p = {self.difference_p_value:.3f}; smallest difference this sample could detect with 80 % "
            f"power: {self.minimum_detectable_difference:.4g}"
        )
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Shrunk effects by regime with intervals, and the average."""
        from macro_assets.pictures.effects import plot_regimes

        return plot_regimes(self, ax=ax)


def regime_effects(
    outcome: pd.Series,
    treatment: pd.Series,
    controls: pd.DataFrame | None,
    probabilities: pd.DataFrame,
    *,
    horizon: int = 0,
    lags: int = 2,
    alpha: float = 0.05,
) -> RegimeEffects:
    """Effects by regime: the shock times each regime's probability, beside the same controls and lags.

    Parameters
    ----------
    outcome, treatment, controls, horizon, lags, alpha : as in `estimate_effect`.
    probabilities : (n, regimes) on the same index; row t holds the FILTERED probabilities as known at the end of t-1
        (shift the month-end table by one row). Rows sum to one.

    Returns
    -------
    RegimeEffects. Effects are shrunk toward the average by the estimated between-regime variance (empirical Bayes).

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, or probabilities outside [0, 1] or not summing to one.
    """
    check_settings(horizon, lags, alpha)
    sample = validate(outcome, treatment, controls)
    weights = _probabilities(probabilities, sample.index)
    rows = usable_rows(0, len(sample.index) - 1, horizon, lags)
    check_length(rows.count, 2 + sample.controls.shape[1] * (lags + 1) + 2 * lags + 2 * weights.shape[1], horizon)
    inside = weights[rows.at(0)]
    levels = inside[:, 1:]  # the regimes' own means, beside the constant
    projection = Projection.onto(control_block(sample.controls, rows, lags)).extended(
        np.column_stack([lag_block(sample.treatment, sample.outcome, rows, lags), levels])
    )
    treatment_now = sample.treatment[rows.at(0)]
    shock = projection.residuals(treatment_now[:, None])[:, 0]
    total = projection.residuals(outcome_paths(sample.outcome, rows).sum(axis=-1)[:, None])[:, 0]
    design = projection.residuals(shock[:, None] * inside)
    effects, covariance, degrees = _interacted(design, total, projection.rank)
    cells = linear_cells(sample, rows, lags, bias_correction=False)
    average_stderr = float(linear_stderr(cells, horizon)[0])
    identified = inside.sum(axis=0) >= MINIMUM_REGIME_MONTHS
    frame, shrinkage = _frame(list(probabilities.columns), effects, covariance, degrees, inside, identified, alpha)
    losses = _losses(design, shock, total, horizon)
    return RegimeEffects(
        frame=frame, average=float(cells.point), average_stderr=average_stderr, shrinkage=shrinkage,
        difference_p_value=_equal_effects_p(effects, covariance, degrees),
        minimum_detectable_difference=_detectable(covariance, degrees, alpha),
        zero_loss=1.0, constant_loss=losses[0], regime_loss=losses[1],
        outcome=sample.outcome_name, treatment=sample.treatment_name,
        unit=effect_unit(sample.outcome_unit, sample.treatment_unit), sign_convention=sample.sign_convention,
        horizon=horizon, n=rows.count, sample_start=sample.index[rows.start],
        sample_end=sample.index[rows.stop - 1], alpha=alpha,
    )  # fmt: skip


def _probabilities(probabilities: pd.DataFrame, index: pd.DatetimeIndex) -> np.ndarray:
    if not isinstance(probabilities, pd.DataFrame) or probabilities.shape[1] < 2:
        raise InvalidInputError("probabilities is not a DataFrame with at least two regimes.")
    if not check_index(probabilities.index, "probabilities").equals(index):
        raise InvalidInputError("probabilities is not on the index of the outcome.", remedy="Reindex it first.")
    values = probabilities.to_numpy(dtype=float)
    if not np.isfinite(values).all() or (values < -1e-9).any() or np.abs(values.sum(axis=1) - 1.0).max() > 1e-6:
        raise InvalidInputError(
            "probabilities are not finite, negative, or do not sum to one in every row.",
            remedy="Pass filtered probabilities of all regimes.",
        )
    return values


def _interacted(design: np.ndarray, total: np.ndarray, rank: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Coefficients, their EWC covariance and degrees of freedom."""
    gram = np.linalg.pinv(design.T @ design, rcond=1e-10)
    effects = gram @ design.T @ total
    residual = total - design @ effects
    leverage = np.clip(1.0 - np.einsum("nk,kl,nl->n", design, gram, design), 0.1, 1.0)
    influence = (design @ gram) * (residual / leverage)[:, None]
    n, k = design.shape
    _, degrees = ewc_stderr(influence.T)
    projected = cosine_basis(n, degrees).T @ influence
    covariance = projected.T @ projected / degrees * n / (n - rank - k)
    energy = np.sum(design**2, axis=0)
    effective = float(np.min(energy**2 / np.maximum(np.sum(design**4, axis=0), np.finfo(float).tiny)))
    return effects, covariance, max(1.0 / (1.0 / degrees + 1.0 / max(effective, 1.0)), k + 1.0)


def _frame(
    names: list[str],
    effects: np.ndarray,
    covariance: np.ndarray,
    degrees: float,
    inside: np.ndarray,
    identified: np.ndarray,
    alpha: float,
) -> tuple[pd.DataFrame, float]:
    """The table of regimes and how far they are shrunk (DerSimonian and Laird's between-variance)."""
    variance = np.maximum(np.diag(covariance), np.finfo(float).tiny)
    precision = 1.0 / variance
    centre = float(precision @ effects / precision.sum())
    spread = float(precision @ (effects - centre) ** 2)
    scale = precision.sum() - (precision**2).sum() / precision.sum()
    between = max(0.0, (spread - (len(effects) - 1)) / scale)
    keep = between / (between + variance)
    shrunk = centre + keep * (effects - centre)
    # posterior variance, with the uncertainty of the common centre
    shrunk_variance = keep * variance + (1.0 - keep) ** 2 / precision.sum()
    quantile = float(stats.t.ppf(1 - alpha / 2, degrees))
    frame = pd.DataFrame(
        {
            "regime": names, "effect": effects, "stderr": np.sqrt(variance),
            "lower": effects - quantile * np.sqrt(variance), "upper": effects + quantile * np.sqrt(variance),
            "shrunk": shrunk, "shrunk_lower": shrunk - quantile * np.sqrt(shrunk_variance),
            "shrunk_upper": shrunk + quantile * np.sqrt(shrunk_variance),
            "expected_months": inside.sum(axis=0), "identified": identified,
        }
    )  # fmt: skip
    return frame, float(1.0 - keep.mean())


def _contrasts(count: int) -> np.ndarray:
    return np.column_stack([-np.ones(count - 1), np.eye(count - 1)])


def _equal_effects_p(effects: np.ndarray, covariance: np.ndarray, degrees: float) -> float:
    """Hotelling-type F test that all regimes share one effect."""
    contrast = _contrasts(len(effects))
    difference = contrast @ effects
    wald = float(difference @ np.linalg.pinv(contrast @ covariance @ contrast.T) @ difference)
    q = len(difference)
    statistic = wald * (degrees - q + 1) / (degrees * q)
    return float(stats.f.sf(statistic, q, degrees - q + 1))


def _detectable(covariance: np.ndarray, degrees: float, alpha: float) -> float:
    """Smallest difference of two regimes' effects that a test at alpha finds with 80 % power."""
    count = len(covariance)
    variances = [
        covariance[i, i] + covariance[j, j] - 2 * covariance[i, j] for i in range(count) for j in range(i + 1, count)
    ]
    factor = stats.t.ppf(1 - alpha / 2, degrees) + stats.t.ppf(POWER, degrees)
    return float(factor * np.sqrt(min(variances)))


def _losses(design: np.ndarray, shock: np.ndarray, total: np.ndarray, horizon: int) -> tuple[float, float]:
    """Leave-block-out squared error of the constant and the regime model, relative to the zero-effect model."""
    n = len(total)
    zero = constant = regimes = 0.0
    for test in np.array_split(np.arange(n), 10):
        train = np.ones(n, dtype=bool)
        train[max(0, test[0] - horizon) : test[-1] + 1 + horizon] = False
        slope = shock[train] @ total[train] / (shock[train] @ shock[train])
        effects = np.linalg.lstsq(design[train], total[train], rcond=1e-10)[0]
        zero += float(np.sum(total[test] ** 2))
        constant += float(np.sum((total[test] - slope * shock[test]) ** 2))
        regimes += float(np.sum((total[test] - design[test] @ effects) ** 2))
    return constant / zero, regimes / zero
