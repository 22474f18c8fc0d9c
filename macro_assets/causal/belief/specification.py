"""Does a cell's estimate survive other specifications? Its third word, stable or fragile; it never changes identification.

Belongs here: the variants and the rule. Does not belong here: breaks over time (stability.py), single recessions
(robustness.py: shown, not required), whether the shock is identified (identification.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.causal.belief.protocol import Cell
from macro_assets.causal.belief.robustness import without_rows
from macro_assets.causal.engine.design import (
    control_block,
    gaps_of,
    lag_block,
    outcome_paths,
    usable_rows,
)
from macro_assets.causal.engine.effects import linear_cells, linear_parameters
from macro_assets.causal.engine.linear import fit_cells
from macro_assets.causal.engine.projection import Projection
from macro_assets.causal.engine.results import FRAGILE, STABLE

__all__ = ["PANDEMIC", "Specification", "specification"]

PANDEMIC = (pd.Timestamp("2020-03-01"), pd.Timestamp("2020-09-30"))
LONG_LAGS = 6
MOST_MOVE = 1.0
MINIMUM_FREEDOM = 20
LONG, CURVED, WITHOUT = "six lags", "squares and trends of the controls", "without 2020-03 to 2020-09"


@dataclass(frozen=True)
class Specification:
    """word : stable or fragile. moves : variant -> move of the estimate in its standard errors; variants that could run."""

    word: str
    moves: dict[str, float]

    @property
    def text(self) -> str:
        """The largest move in words."""
        if not self.moves:
            return "the sample is too short for other specifications"
        worst = max(self.moves, key=lambda name: abs(self.moves[name]))
        return f"at most {abs(self.moves[worst]):.1f} standard errors away in other specifications ({worst})"


def specification(cell: Cell) -> Specification:
    """Six lags; squares and trend interactions of the controls; without the pandemic: fragile beyond one standard error.

    Measured on processes with known effects (`macro-assets evaluate causal`): docs/causal.md.
    """
    found = {LONG: _long(cell), CURVED: _curved(cell), WITHOUT: _without_pandemic(cell)}
    moves = {name: move for name, move in found.items() if move is not None}
    fragile = any(abs(move) > MOST_MOVE for move in moves.values())
    return Specification(FRAGILE if fragile else STABLE, moves)


def _move(cell: Cell, point: float, reference: float) -> float:
    return (point - reference) / cell.estimate.stderr


def _long(cell: Cell) -> float | None:
    sample = cell.sample
    gaps = gaps_of(sample.outcome, sample.shock, sample.controls)
    rows = usable_rows(0, len(sample.index) - 1, cell.rows.horizon, LONG_LAGS, gaps)
    if rows.count - linear_parameters(sample, LONG_LAGS) < MINIMUM_FREEDOM:
        return None
    return _move(cell, float(linear_cells(sample, rows, LONG_LAGS).point), cell.estimate.point)


def _curved(cell: Cell) -> float | None:
    """Squares of the controls of the row and their products with a linear trend, and the trend."""
    rows, sample = cell.rows, cell.sample
    now = sample.controls[rows.at(0)]
    extra = 2 * now.shape[1] + 1
    if rows.count - cell.cells.parameters - extra < MINIMUM_FREEDOM:
        return None
    centred = now - now.mean(axis=0)
    trend = np.linspace(-1.0, 1.0, rows.count)[:, None]
    base = np.column_stack([control_block(sample.controls, rows, cell.lags), centred**2, centred * trend, trend])
    both = lag_block(sample.shock, sample.outcome, rows, cell.lags)
    own = both.shape[-1] - cell.lags
    projection = Projection.onto(base).extended(both[..., :own]).extended(both[..., own:])
    cells = fit_cells(outcome_paths(sample.outcome, rows), sample.shock[rows.at(0)], projection)
    return _move(cell, float(cells.point), cell.estimate.point)


def _without_pandemic(cell: Cell) -> float | None:
    """Without the rows whose shock or path lies in the pandemic months; None where there are none."""
    first, last = PANDEMIC
    positions = cell.rows.positions
    dates = cell.sample.index
    met = np.zeros(len(positions), dtype=bool)
    for step in range(max(cell.rows.horizon, 0) + 1):
        reached = dates[positions + step]
        met |= np.asarray((reached >= first) & (reached <= last))
    if not met.any() or (~met).sum() - cell.cells.parameters < MINIMUM_FREEDOM:
        return None
    return _move(cell, float(without_rows(cell, ~met).point), cell.estimate.point_uncorrected)
