"""The answers of the causal room: every cell of the grid with the label it earned and the reason, in words.

Belongs here: which cells are checked in full, how labels spread over horizons, the table of answers.
Does not belong here: checks (belief.py), estimation (grid.py), the lake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from macro_assets.causal.belief.report import CAUSAL_TIERS, BeliefReport, belief_grid, belief_table
from macro_assets.causal.belief.robustness import Recession
from macro_assets.causal.engine.grid import HORIZONS, estimate_grid
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.results import ASSOCIATION, CAUSAL, NOT_IDENTIFIED, EffectGrid

__all__ = ["CausalAnswers", "answer", "placebo_series"]

PLACEBO_NAME = "S&P 500 in reversed time"


@dataclass(frozen=True)
class CausalAnswers:
    """Grid and belief reports of one panel.

    grid : every cell, labelled. reports : cells checked in full (every horizon of T1 and T2 shocks, the month of the
    shock of all others).
    """

    grid: EffectGrid
    reports: tuple[BeliefReport, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row per cell, with label and reason."""
        frame = self.grid.to_frame()
        return frame.assign(reason=[_reason(e.treatment, e.outcome, e.horizon, self._by_cell()) for e in self.grid])

    def belief(self) -> pd.DataFrame:
        """One row per fully checked cell with the verdict of every check."""
        return belief_table(self.reports)

    def _by_cell(self) -> dict[tuple[str, str, int], BeliefReport]:
        return {(r.estimate.treatment, r.estimate.outcome, r.estimate.horizon): r for r in self.reports}


def placebo_series(outcomes: pd.DataFrame, name: str = "sp500") -> pd.Series:
    """An outcome that cannot react: the distribution and the memory of a real one, its order of time reversed."""
    values = outcomes[name].dropna()
    return pd.Series(values.to_numpy()[::-1], index=values.index, name=PLACEBO_NAME)


def answer(
    panel: EffectPanel,
    tiers: Mapping[str, str],
    *,
    horizons: Sequence[int] = HORIZONS,
    lags: int = 2,
    recessions: Sequence[Recession] = (),
    transaction_costs: Mapping[str, float] | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> CausalAnswers:
    """Estimate the whole grid, check it, label it.

    Parameters
    ----------
    panel : outcomes, treatments and controls. tiers : identification tier of each treatment.
    horizons, lags, alpha, seed : as in `estimate_grid`. recessions, transaction_costs : as in `belief_report`.

    Returns
    -------
    Grid and reports. A cell that was not checked in full takes its word from the month of the same shock and outcome:
    never better than `association`, and `not identified` where that month is.
    """
    grid = estimate_grid(
        panel.outcomes,
        panel.treatments,
        panel.controls,
        horizons=horizons,
        lags=lags,
        alpha=alpha,
        seed=seed,
        tiers=tiers,
    )
    strong = [name for name in panel.treatments if tiers.get(str(name), "") in CAUSAL_TIERS]
    weak = [name for name in panel.treatments if name not in strong]
    reports: list[BeliefReport] = []
    for names, checked in ((strong, tuple(horizons)), (weak, (min(horizons),))):
        treatments = panel.treatments[names]
        treatments.attrs = panel.treatments.attrs
        reports += belief_grid(
            panel.outcomes,
            treatments,
            panel.controls,
            tiers=tiers,
            horizons=checked,
            lags=lags,
            placebo=placebo_series(panel.outcomes),
            recessions=recessions,
            transaction_costs=transaction_costs,
            alpha=alpha,
            seed=seed,
        )
    by_cell = {(r.estimate.treatment, r.estimate.outcome, r.estimate.horizon): r for r in reports}
    labelled = tuple(e.labelled(e.tier, _label(e.treatment, e.outcome, e.horizon, by_cell)) for e in grid)
    return CausalAnswers(EffectGrid(labelled, grid.adjusted, grid.bands), tuple(reports))


Reports = Mapping[tuple[str, str, int], BeliefReport]


def _month_of_shock(shock: str, outcome: str, reports: Reports) -> BeliefReport:
    return next(
        r for (s, o, h), r in sorted(reports.items(), key=lambda item: item[0][2]) if (s, o) == (shock, outcome)
    )


def _label(shock: str, outcome: str, horizon: int, reports: Reports) -> str:
    """The cell's own word; a later horizon is never better identified than the month of the shock."""
    first = _month_of_shock(shock, outcome, reports).label
    own = reports.get((shock, outcome, horizon))
    if first == NOT_IDENTIFIED:
        return NOT_IDENTIFIED
    if own is None:
        return ASSOCIATION
    return ASSOCIATION if own.label == CAUSAL and first != CAUSAL else own.label


def _reason(shock: str, outcome: str, horizon: int, reports: Reports) -> str:
    own, first = reports.get((shock, outcome, horizon)), _month_of_shock(shock, outcome, reports)
    if own is None or (first.label == NOT_IDENTIFIED and own is not first):
        return f"From the month of the shock: {first.reason()}"
    return own.reason()
