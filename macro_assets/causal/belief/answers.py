"""The answers of the causal room: every cell of the grid with the label it earned and the reason, in words.

Belongs here: which cells are checked in full, how labels spread over horizons, the table of answers, what a check says
of many cells. Does not belong here: checks (checks.py), the label of one cell (report.py), estimation (engine/grid.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from macro_assets.causal.belief.protocol import Evidence
from macro_assets.causal.belief.report import BeliefReport, belief_grid, belief_table
from macro_assets.causal.engine.grid import estimate_grid
from macro_assets.causal.engine.grid_results import EffectGrid
from macro_assets.causal.engine.headline import Headline, headline
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.results import ASSOCIATION, CAUSAL, NOT_IDENTIFIED
from macro_assets.causal.engine.settings import DEFAULT, HORIZONS, EffectSettings
from macro_assets.causal.engine.windows import Cell
from macro_assets.inference.display import Displayed
from macro_assets.tables.registry import TABLES
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["TABLE", "CausalAnswers", "CheckSummary", "answer", "placebo_series"]

TABLE = "models/causal_effects"
COMPARISON = "For comparison with the default engine, which carries the label."
Reports = Mapping[Cell, BeliefReport]


@dataclass(frozen=True)
class CheckSummary:
    """One check over many cells. failed : one sentence a failing cell. by_chance : failures chance alone would give."""

    name: str
    cells: int
    failed: tuple[str, ...]
    by_chance: float

    @property
    def text(self) -> str:
        """How many fail, beside what chance would give where the check is a test of a level."""
        if not self.failed:
            return f"no cell of {self.cells} fails"
        text = f"{len(self.failed)} of {self.cells} cells fail"
        if self.by_chance:
            text += f"; about {self.by_chance:.1f} would by chance, and cells of one shock fail together"
        return text


@dataclass(frozen=True)
class CausalAnswers(Displayed):
    """Grid and belief reports of one panel.

    grid : every cell, labelled. reports : cells checked in full (every horizon of T1 and T2 shocks, the first horizon
    of all others). comparison : the month of the shock by double machine learning, None when left out.
    headline : the cell shown first.
    """

    html_columns: ClassVar[tuple[str, ...]] = (*EffectGrid.html_columns, "reason")

    grid: EffectGrid
    reports: tuple[BeliefReport, ...]
    panel: EffectPanel
    headline: Headline
    comparison: EffectGrid | None = None

    @property
    def as_of(self) -> pd.Timestamp:
        """Last month of the panel."""
        return self.panel.index[-1]

    def to_frame(self) -> pd.DataFrame:
        """One row per cell, with label and reason; the comparison after the default engine."""
        reports = _by_cell(self.reports)
        frame = self.grid.to_frame().assign(reason=[_reason(estimate.cell, reports) for estimate in self.grid])
        if self.comparison is None:
            return frame
        return pd.concat([frame, self.comparison.to_frame().assign(reason=COMPARISON)], ignore_index=True)

    def to_table(self) -> pa.Table:
        """Rows of models/causal_effects."""
        names = TABLES[TABLE].schema.names
        rows = self.to_frame().assign(as_of=self.as_of, trained_through=self.as_of)
        return table_of(rows.reindex(columns=names), TABLE)

    def belief(self) -> pd.DataFrame:
        """One row per fully checked cell with the verdict of every check."""
        return belief_table(self.reports)

    def labels(self) -> dict[str, int]:
        """Number of cells of the default engine by label."""
        return {str(name): int(n) for name, n in self.grid.to_frame()["label"].value_counts().items()}

    def check(self, name: str) -> CheckSummary:
        """One check over the cells of T1 and T2 shocks in the month of the shock."""
        shown = [r for r in self.reports if r.estimate.shock.may_be_causal and r.estimate.horizon == 0]
        results = [(r.estimate, r.result(name)) for r in shown]
        failed = [f"{e.shock.name} on {e.outcome.name}: {one.text}" for e, one in results if one.passed is False]
        levels = [one.threshold for _, one in results if one.unit.endswith("p-value") and one.passed is not None]
        return CheckSummary(name, len(results), tuple(failed), float(sum(levels)))

    def absences(self) -> dict[str, str]:
        """What the panel does not have, by name."""
        cut = "; ".join(f"{name}: {text}" for name, text in self.panel.cut.items())
        return {
            "headline_absent": "; ".join(self.headline.absent) or "none",
            "too_short_to_estimate": ", ".join(self.panel.too_short) or "none",
            "months_missing_inside": cut or "none",
        }

    def summary(self) -> str:
        """The strongest cells, and what stands in for a headline the panel does not have."""
        return "\n".join([self.grid.summary(), *(f"  {text}" for text in self.headline.absent)])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Heat map of t-statistics in the month of the shock."""
        return self.grid.plot(ax)

    def plot_responses(self) -> Figure:
        """Responses of the headline outcome to the shocks that may be causal, each with its simultaneous band."""
        from macro_assets.pictures import style

        outcome = self.headline.outcome
        shocks = [e.shock.name for e in self.grid if e.shock.may_be_causal] or [self.headline.shock]
        names = list(dict.fromkeys(shocks))
        figure, axes = style.new_figure(max(4.0, 3.2 * len(names)), 3.4, columns=len(names))
        for shock, ax in zip(names, axes[0], strict=True):
            self.grid.draw_response(shock, outcome, ax)
            first = self.grid.path(shock, outcome)[0]
            style.panel_title(ax, f"{shock}\n{first.label}, n = {first.n}")
        style.headline(
            figure, f"Response of {outcome} to shocks that may be causal",
            "dark: interval of each horizon; light: band that covers the whole path",
        )  # fmt: skip
        return figure


def placebo_series(panel: EffectPanel, name: str) -> pd.Series:
    """An outcome that cannot react: the distribution and the memory of a real one, its order of time reversed."""
    values = panel.outcomes[name].dropna()
    return pd.Series(values.to_numpy()[::-1], index=values.index, name=f"{name} in reversed time")


def answer(
    panel: EffectPanel,
    *,
    horizons: Sequence[int] = HORIZONS,
    evidence: Evidence | None = None,
    settings: EffectSettings = DEFAULT,
    comparison_learner: str = "",
) -> CausalAnswers:
    """Estimate the whole grid, check it, label it.

    Parameters
    ----------
    panel, horizons, settings : as in `estimate_grid`.
    evidence : recessions and benchmark of the checks; without a placebo the headline outcome in reversed time is one.
    comparison_learner : nuisance learner of a double-ML grid of the month of the shock; empty leaves it out.

    Returns
    -------
    Grid and reports. A cell that was not checked in full takes its word from the first horizon of the same shock and
    outcome: never better than `association`, and `not identified` where that one is.

    Raises
    ------
    InvalidInputError : the panel has no shock or no outcome.
    """
    first = headline(panel)
    evidence = evidence or Evidence()
    if evidence.placebo is None:
        evidence = replace(evidence, placebo=placebo_series(panel, first.outcome))
    grid = estimate_grid(panel, horizons=horizons, settings=settings)
    strong = [str(name) for name in panel.shocks if panel.shock(str(name)).may_be_causal]
    weak = [str(name) for name in panel.shocks if str(name) not in strong]
    reports: list[BeliefReport] = []
    for names, checked in ((strong, tuple(horizons)), (weak, (min(horizons),))):
        some = panel.only(shocks=names)
        reports += belief_grid(some, horizons=checked, evidence=evidence, settings=settings)
    by_cell = _by_cell(reports)
    comparison = None
    if comparison_learner:
        learned = replace(settings, learner=comparison_learner)
        comparison = estimate_grid(panel, horizons=(0,), settings=learned, joint=False)
    labelled = grid.labelled({estimate.cell: _label(estimate.cell, by_cell) for estimate in grid})
    return CausalAnswers(labelled, tuple(reports), panel, first, comparison)


def _by_cell(reports: Sequence[BeliefReport]) -> dict[Cell, BeliefReport]:
    return {report.estimate.cell: report for report in reports}


def _first(cell: Cell, reports: Reports) -> BeliefReport:
    """The report of the earliest horizon of the same shock and outcome."""
    shock, outcome, _ = cell
    return reports[(shock, outcome, min(h for s, o, h in reports if (s, o) == (shock, outcome)))]


def _label(cell: Cell, reports: Reports) -> str:
    """The cell's own word; a later horizon is never better identified than the first one."""
    first, own = _first(cell, reports).label, reports.get(cell)
    if first == NOT_IDENTIFIED:
        return NOT_IDENTIFIED
    if own is None:
        return ASSOCIATION
    return ASSOCIATION if own.label == CAUSAL and first != CAUSAL else own.label


def _reason(cell: Cell, reports: Reports) -> str:
    own, first = reports.get(cell), _first(cell, reports)
    if own is None or (first.label == NOT_IDENTIFIED and own is not first):
        return f"From the month of the shock: {first.reason()}"
    return own.reason()
