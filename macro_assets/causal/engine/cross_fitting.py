"""Double machine learning: out-of-fold residuals, cached once per series, and the effect they give.

Belongs here: cross-fitting, the residual cache and the final stage. Does not belong here: learners' settings, the
linear engine (linear.py: a fixed linear class needs no cross-fitting).

The estimates equal econml's LinearDML with the same learners, folds and design (held by a test; econml chooses the
penalty of lasso and ridge once for all folds, here each fold chooses its own); the gain is that in a
grid each shock and each outcome path is cross-fitted once, not once per cell. Source: Chernozhukov et al. (2018).
"""

from dataclasses import dataclass, field

import numpy as np

from macro_assets.causal.engine.learners import make_learner
from macro_assets.causal.engine.linear import LinearCells
from macro_assets.causal.engine.projection import Projection
from macro_assets.errors import InvalidInputError
from macro_assets.inference.folds import Folds

__all__ = ["ResidualCache", "cross_fit", "residual_cells"]


def cross_fit(target: np.ndarray, design: np.ndarray, folds: Folds, *, learner: str, seed: int = 0) -> np.ndarray:
    """Out-of-fold residuals (n,) of one target on a design (n, k)."""
    residual = np.full(target.shape, np.nan)
    for train, test in folds:
        model = make_learner(learner, seed=seed)
        model.fit(design[train], target[train])
        residual[test] = target[test] - model.predict(design[test])
    if not np.isfinite(residual).all():
        raise InvalidInputError(
            f"The {learner} learner left rows without an out-of-fold prediction.",
            remedy="Use folds that cover all rows.",
        )
    return residual


@dataclass
class ResidualCache:
    """Residuals by key, so that a shock or an outcome path is cross-fitted once however many cells use it."""

    learner: str
    seed: int = 0
    fitted: int = 0
    _store: dict[tuple[object, ...], np.ndarray] = field(default_factory=dict, repr=False)

    def residual(self, key: tuple[object, ...], target: np.ndarray, design: np.ndarray, folds: Folds) -> np.ndarray:
        """The cached residual of `key`, fitted on first use. The key must name target, design and rows."""
        if key not in self._store:
            self._store[key] = cross_fit(target, design, folds, learner=self.learner, seed=self.seed)
            self.fitted += 1
        return self._store[key]


def residual_cells(outcome: np.ndarray, residual_shock: np.ndarray, shock: np.ndarray) -> LinearCells:
    """The final stage: outcome residual (n,) on residual shock (n,), no constant, as LinearDML with X=None."""
    energy = float(residual_shock @ residual_shock)
    total = float(np.sum((shock - shock.mean()) ** 2))
    if energy <= 1e-9 * total:
        raise InvalidInputError(
            "The learner explains the shock fully: no variation is left.",
            remedy="Drop the control that equals the shock, or use another learner.",
        )
    point = float(residual_shock @ outcome) / energy
    residual = outcome - point * residual_shock
    return LinearCells(
        point=np.asarray(point),
        uncorrected=np.asarray(point),
        influence=residual_shock * residual / energy,
        residual_shock=residual_shock,
        residual=residual,
        parameters=1,
        overlap=np.asarray(min(1.0, energy / total)),
        effective_n=np.asarray(energy**2 / np.sum(residual_shock**4)),
        projection=Projection((np.zeros((len(residual_shock), 1)),)),
        own_residual_shock=residual_shock,
    )
