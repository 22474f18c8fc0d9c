"""Tightening and easing against neutral months: an X-learner contrast with block bootstrap and overlap report.

Belongs here: x_learner_contrast and its result. Does not belong here: effects per unit of a continuous shock.

The contrast answers another question than a slope: what happened in months with a large shock of one sign against
neutral months. Months between the thresholds on the other side are left out. Source: Kunzel et al. (2019), PNAS 116.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from macro_assets.causal.engine.bootstrap import block_counts, block_length
from macro_assets.causal.engine.design import Rows, outcome_paths, usable_rows
from macro_assets.causal.engine.inputs import Sample, check_length, check_settings, validate
from macro_assets.causal.engine.results import ASSOCIATION, NOT_IDENTIFIED
from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["MINIMUM_TREATED", "ContrastEffects", "x_learner_contrast"]

MINIMUM_TREATED = 25
DRAWS = 199
PROPENSITY_EDGE = 0.05


@dataclass(frozen=True)
class ContrastEffects:
    """Contrast of treated months with neutral months.

    average : mean effect on all months used, in the unit of the outcome (nan when not identified);
    interval : block-bootstrap interval. difference_in_means : the unadjusted contrast; constant_effect : the same
    adjusted by least squares, the baseline of one common effect.
    treated, neutral : months in each arm. threshold : size of shock, in treatment units, that counts as treated.
    overlap : share of months whose propensity lies in [0.05, 0.95].
    """

    arm: str
    average: float
    interval: tuple[float, float]
    stderr: float
    difference_in_means: float
    constant_effect: float
    effect_spread: float
    treated: int
    neutral: int
    threshold: float
    overlap: float
    label: str
    outcome: str
    treatment: str
    unit: str
    treatment_unit: str
    horizon: int
    sample_start: pd.Timestamp
    sample_end: pd.Timestamp
    alpha: float
    n: int
    model: Any = field(default=None, repr=False, compare=False)

    @property
    def identified(self) -> bool:
        """Whether the arm has enough months to say anything."""
        return self.label != NOT_IDENTIFIED

    def to_frame(self) -> pd.DataFrame:
        """One row."""
        record = {name: value for name, value in self.__dict__.items() if name not in ("model", "interval")}
        return pd.DataFrame([record | {"lower": self.interval[0], "upper": self.interval[1]}])

    def summary(self) -> str:
        """A few lines a person can read."""
        head = (
            f"{self.arm.capitalize()} ({self.treatment} beyond {self.threshold:+.4g} {self.treatment_unit}) against "
            f"neutral months, {self.outcome}, horizon {self.horizon}: {self.treated} treated, {self.neutral} neutral, "
            f"{self.sample_start:%Y-%m-%d} to {self.sample_end:%Y-%m-%d}"
        )
        if not self.identified:
            return f"{head}\n  NOT IDENTIFIED: fewer than {MINIMUM_TREATED} treated months in the arm."
        low, high = self.interval
        return (
            f"{head}\n  {self.average:+.4g} {self.unit} [{low:.4g}, {high:.4g}] (block bootstrap); unadjusted "
            f"{self.difference_in_means:+.4g}, one common effect {self.constant_effect:+.4g}, zero-effect baseline 0\n"
            f"  overlap: {self.overlap:.0%} of months have a propensity in [0.05, 0.95]"
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """The contrast, its interval and the baselines."""
        from macro_assets.pictures.effects import plot_contrast

        return plot_contrast(self, ax=ax)


def x_learner_contrast(
    outcome: pd.Series,
    treatment: pd.Series,
    controls: pd.DataFrame | None,
    *,
    arm: str = "tightening",
    horizon: int = 0,
    threshold_sd: float = 1.0,
    alpha: float = 0.05,
    seed: int = 0,
    draws: int = DRAWS,
) -> ContrastEffects:
    """Effect of a large shock of one sign against neutral months.

    Parameters
    ----------
    outcome, treatment, controls, horizon, alpha : as in `estimate_effect`.
    arm : `tightening` (shock above +threshold) or `easing` (below -threshold).
    threshold_sd : in standard deviations of the non-zero months. Neutral months lie within half of it.
    draws : block-bootstrap refits.

    Returns
    -------
    ContrastEffects, labelled `not identified` below 25 treated months.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, another arm, or a threshold that is not positive.
    """
    check_settings(horizon, 0, alpha)
    sample = validate(outcome, treatment, controls)
    rows = usable_rows(0, len(sample.index) - 1, horizon, 1)
    check_length(rows.count, 20, horizon)
    threshold, treated, neutral = _arms(sample, rows, arm, threshold_sd)
    used = np.flatnonzero(treated | neutral)
    y = outcome_paths(sample.outcome, rows).sum(axis=-1)[used]
    t = treated[used].astype(int)
    state = np.column_stack([sample.controls[rows.at(0)], sample.outcome[rows.at(-1)], sample.treatment[rows.at(-1)]])
    state = _standardised(state[used])
    frame: dict[str, Any] = {
        "arm": arm, "treated": int(t.sum()), "neutral": int((1 - t).sum()), "threshold": threshold,
        "outcome": sample.outcome_name, "treatment": sample.treatment_name, "unit": sample.outcome_unit,
        "treatment_unit": sample.treatment_unit, "horizon": horizon, "alpha": alpha, "n": len(used),
        "sample_start": sample.index[rows.start], "sample_end": sample.index[rows.stop - 1],
    }  # fmt: skip
    nan = float("nan")
    if min(frame["treated"], frame["neutral"]) < MINIMUM_TREATED:
        return ContrastEffects(
            average=nan, interval=(nan, nan), stderr=nan, difference_in_means=nan, constant_effect=nan,
            effect_spread=nan, overlap=nan, label=NOT_IDENTIFIED, **frame,
        )  # fmt: skip
    learner = _fit(y, t, state, seed)
    effects = np.ravel(learner.effect(state))
    errors = _bootstrap(y, t, state, used, float(effects.mean()), horizon, seed, draws)
    low, high = np.quantile(errors, [alpha / 2, 1 - alpha / 2])
    average = float(effects.mean())
    propensity = learner.propensity_model_.predict_proba(state)[:, 1]
    adjusted = np.linalg.lstsq(np.column_stack([t, np.ones(len(t)), state]), y, rcond=None)[0][0]
    return ContrastEffects(
        average=average, interval=(average - float(high), average - float(low)), stderr=float(errors.std()),
        difference_in_means=float(y[t == 1].mean() - y[t == 0].mean()), constant_effect=float(adjusted),
        effect_spread=float(effects.std()),
        overlap=float(np.mean((propensity > PROPENSITY_EDGE) & (propensity < 1 - PROPENSITY_EDGE))),
        label=ASSOCIATION, model=learner.econml_, **frame,
    )  # fmt: skip


def _arms(sample: Sample, rows: Rows, arm: str, threshold_sd: float) -> tuple[float, np.ndarray, np.ndarray]:
    """Signed threshold in units of the treatment, and which rows are treated and which are neutral."""
    check_choice(arm, ("tightening", "easing"), "arm")
    if not threshold_sd > 0.0:
        raise InvalidInputError(f"threshold_sd must be positive, not {threshold_sd}.", remedy="The usual choice is 1.")
    sign = 1.0 if arm == "tightening" else -1.0
    least = threshold_sd * float(sample.treatment[sample.treatment != 0.0].std())
    shock = sample.treatment[rows.at(0)]
    return sign * least, sign * shock > least, np.abs(shock) <= least / 2.0


def _standardised(state: np.ndarray) -> np.ndarray:
    spread = state.std(axis=0)
    return (state - state.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


class _XLearner:
    """econml's XLearner with ridge models, and its propensity model within reach."""

    def __init__(self, y: np.ndarray, t: np.ndarray, state: np.ndarray, seed: int) -> None:
        from econml.metalearners import XLearner
        from sklearn.linear_model import LogisticRegression, Ridge

        shrink = 0.1 * len(y)
        self.econml_ = XLearner(
            models=Ridge(alpha=shrink), cate_models=Ridge(alpha=shrink),
            propensity_model=LogisticRegression(C=0.3, max_iter=2000, random_state=seed),
        )  # fmt: skip
        self.econml_.fit(y, t, X=state)
        self.propensity_model_ = LogisticRegression(C=0.3, max_iter=2000, random_state=seed).fit(state, t)

    def effect(self, state: np.ndarray) -> np.ndarray:
        return np.asarray(self.econml_.effect(state))


def _fit(y: np.ndarray, t: np.ndarray, state: np.ndarray, seed: int) -> _XLearner:
    return _XLearner(y, t, state, seed)


def _bootstrap(
    y: np.ndarray,
    t: np.ndarray,
    state: np.ndarray,
    used: np.ndarray,
    average: float,
    horizon: int,
    seed: int,
    draws: int,
) -> np.ndarray:
    """Errors of the average over block draws of calendar months, all models refitted."""
    rng = np.random.default_rng([seed, 2])
    months = int(used[-1]) + 1
    counts = block_counts(months, block_length(months, horizon), 3 * draws, rng)[:, used].astype(int)
    errors: list[float] = []
    for count in counts:
        rows = np.repeat(np.arange(len(used)), count)
        if min(t[rows].sum(), (1 - t[rows]).sum()) < 10:
            continue
        errors.append(float(np.mean(_fit(y[rows], t[rows], state[rows], seed).effect(state[rows]))) - average)
        if len(errors) == draws:
            break
    return np.asarray(errors)
