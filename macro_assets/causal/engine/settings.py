"""How effects are estimated: lags, learner, standard errors, level, seed.

Belongs here: the settings every estimator shares, refused where they have no meaning. Does not belong here: the question
itself (outcome, shock, controls, horizon), settings of one estimator alone (variation/).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from macro_assets.causal.engine.learners import LEARNERS
from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice
from macro_assets.inference.folds import FOLD_KINDS

__all__ = ["DEFAULT", "HORIZONS", "INFERENCES", "EffectSettings", "check_horizon"]

INFERENCES = ("ewc", "newey_west", "hc", "block_bootstrap")
HORIZONS = (0, 1, 3, 6, 12)


def _whole(number: object) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


@dataclass(frozen=True)
class EffectSettings:
    """How effects are estimated; the defaults are those whose coverage `macro-assets evaluate causal` measures.

    Parameters
    ----------
    lags : lags of every control, of the shock and of the outcome that enter the regression.
    learner : linear (least squares on the full sample), or double ML with lasso, ridge, lightgbm, rf100.
    inference : ewc, newey_west, hc or block_bootstrap.
    alpha : 1 - level of the intervals.
    seed : of folds, learners, placebos and bootstrap.
    bias_correction : remove the first-order bias of horizons above zero (linear learner only); the plain estimate
        stays in `point_uncorrected`.
    folds, fold_count : cross-fitting folds of the learners (inference/folds.py).

    Raises
    ------
    InvalidInputError : an unknown learner, inference or kind of folds, negative lags, alpha outside (0, 1).
    """

    lags: int = 2
    learner: str = "linear"
    inference: str = "ewc"
    alpha: float = 0.05
    seed: int = 0
    bias_correction: bool = True
    folds: str = "shuffled"
    fold_count: int = 10

    def __post_init__(self) -> None:
        check_choice(self.learner, LEARNERS, "learner")
        check_choice(self.inference, INFERENCES, "inference")
        check_choice(self.folds, FOLD_KINDS, "kind of folds")
        if not _whole(self.lags) or self.lags < 0:
            raise InvalidInputError(f"Lags {self.lags!r} is not a whole number of 0 or more.", remedy="Use 2.")
        if not 0.0 < self.alpha < 1.0:
            raise InvalidInputError(
                f"Alpha {self.alpha!r} is not between 0 and 1.", remedy="Use 0.05 for 95 % intervals."
            )

    @property
    def analytic_inference(self) -> str:
        """The standard error computed without draws: a bootstrap reports it beside its own."""
        return "ewc" if self.inference == "block_bootstrap" else self.inference


DEFAULT = EffectSettings()


def check_horizon(horizon: int) -> None:
    """Refuse a horizon that is not a whole number of periods; negative ones are lead placebos."""
    if not _whole(horizon):
        raise InvalidInputError(f"Horizon {horizon!r} is not a whole number of periods.", remedy="Use 0, 1, 3, 6 ...")
