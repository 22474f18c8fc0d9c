"""A shock moved to other months: its own dependence is kept, its relation to the outcome is broken.

Belongs here: the moved shocks of a cell and their effects by the default engine. Does not belong here: what they prove
(placebos.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from macro_assets.causal.belief.protocol import Cell
from macro_assets.causal.engine.design import lag_block, outcome_paths
from macro_assets.causal.engine.linear import (
    SHORT_HORIZON,
    cosine_count,
    fit_shock,
    linear_stderr,
    overlap_adjustment,
)
from macro_assets.causal.engine.projection import Projection
from macro_assets.inference.longrun import cosine_basis

__all__ = ["MovedShock"]

LEAST_SHIFT = 12


@dataclass(frozen=True)
class MovedShock:
    """A shock moved to other months, and what controls and its own past leave of it: the same for every outcome.

    shock : (draws, total). projection : on controls and own lags, for the usable rows.
    own : (draws, n) the shock residualised on that projection. overlap : `overlap_adjustment` at long horizons.
    """

    shock: np.ndarray
    projection: Projection
    own: np.ndarray
    overlap: tuple[np.ndarray, np.ndarray] | None

    @classmethod
    def of(cls, cell: Cell, values: np.ndarray, draws: int, stream: int) -> MovedShock:
        """`values` (total,) shifted in a circle by `draws` random steps of at least a year."""
        rows, n = cell.rows, len(values)
        least = min(LEAST_SHIFT, n // 4)
        choices = np.arange(least, n - least)
        rng = np.random.default_rng([cell.settings.seed, stream])
        shifts = rng.choice(choices, size=draws, replace=len(choices) < draws)
        moved = np.stack([np.roll(values, shift) for shift in shifts])
        lags = lag_block(moved, moved, rows, cell.lags)[..., : cell.lags - rows.regressor_shift]
        projection = Projection(cell.cells.projection.bases[:1]).extended(lags)
        own = projection.residuals(moved[:, rows.at(0), None])[..., 0]
        overlap = None
        if rows.horizon > SHORT_HORIZON:
            basis = cosine_basis(rows.count, cosine_count(rows.count, cell.cells.parameters))
            overlap = overlap_adjustment(own, projection, basis, rows.horizon)
        return cls(moved, projection, own, overlap)

    def effect(self, cell: Cell, added: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Effects on the cell's outcome, standard errors and degrees of freedom, each (draws,), by the default engine.

        added : (draws, n, h + 1) to add to the paths of the outcome; of what the moved shock makes of the outcome,
        the lags need not be added to the regressors, which hold the lags of the shock.
        """
        sample, rows = cell.sample, cell.rows
        past = lag_block(sample.shock, sample.outcome, rows, cell.lags)[..., cell.lags - rows.regressor_shift :]
        projection = self.projection.extended(past)
        residual_shock = Projection(projection.bases[len(self.projection.bases) :]).residuals(self.own[..., None])[
            ..., 0
        ]
        paths = outcome_paths(sample.outcome, rows) + added
        cells = fit_shock(paths, residual_shock, self.own, self.shock[:, rows.at(0)], projection)
        return cells.point, *linear_stderr(cells, rows.horizon, overlap=self.overlap)
