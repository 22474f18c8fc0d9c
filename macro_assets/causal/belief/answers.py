"""The answers of the causal room: every cell of the grid with its words, and the shocks with their verdicts.

Belongs here: the table of answers, what a check says of many cells. Does not belong here: judging (judging.py), verdicts
(identification.py), words of a cell (finding.py, specification.py), checks (checks.py), estimation (engine/grid.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

import pandas as pd

from macro_assets.causal.belief.identification import DaysBefore, ShockIdentification
from macro_assets.causal.belief.judging import compare, judge
from macro_assets.causal.belief.protocol import Evidence
from macro_assets.causal.belief.report import BeliefReport, belief_table
from macro_assets.causal.belief.sentences import cell_sentence, sizes, typical_shock
from macro_assets.causal.engine.grid_results import EffectGrid
from macro_assets.causal.engine.headline import Headline, headline
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.results import FRAGILE, NOT_IDENTIFIED
from macro_assets.causal.engine.settings import DEFAULT, HORIZONS, EffectSettings
from macro_assets.inference.display import Displayed
from macro_assets.tables.registry import TABLES
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    import pyarrow as pa
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["TABLE", "CausalAnswers", "CheckSummary", "answer"]

TABLE = "models/causal_effects"
COMPARISON = "For comparison with the default engine, which carries the words."


@dataclass(frozen=True)
class CheckSummary:
    """One check over many cells. failed : one sentence a failing cell. by_chance : failures chance alone would give."""

    name: str
    cells: int
    failed: tuple[str, ...]
    by_chance: float
    what: str = "cell"

    @property
    def text(self) -> str:
        """How many fail, beside what chance would give where the check is a test of a level."""
        if not self.failed:
            return f"no {self.what} of {self.cells} fails"
        text = f"{len(self.failed)} of {self.cells} {self.what}s fail"
        if self.by_chance:
            text += f"; about {self.by_chance:.1f} would by chance, and cells of one shock fail together"
        return text


@dataclass(frozen=True)
class CausalAnswers(Displayed):
    """Grid, verdicts on the shocks and belief reports of one panel.

    grid : every cell with its words. identification : verdict by shock. reports : cells checked in full (the first horizon
    of T1 and T2 shocks). comparison : the month of the shock by double machine learning, None when left out.
    headline : the cell shown first.
    """

    html_columns: ClassVar[tuple[str, ...]] = (*EffectGrid.html_columns, "in_words")

    grid: EffectGrid
    identification: Mapping[str, ShockIdentification]
    reports: tuple[BeliefReport, ...]
    panel: EffectPanel
    headline: Headline
    comparison: EffectGrid | None = None

    @property
    def as_of(self) -> pd.Timestamp:
        """Last month of the panel."""
        return self.panel.index[-1]

    def to_frame(self) -> pd.DataFrame:
        """One row per cell, with words and sentence; the comparison after the default engine."""
        frame = self._rows(self.grid)
        if self.comparison is None:
            return frame
        other = self._rows(self.comparison).assign(in_words=COMPARISON)
        return pd.concat([frame, other], ignore_index=True)

    def _rows(self, grid: EffectGrid) -> pd.DataFrame:
        typical = {str(name): typical_shock(self.panel.shocks[name].to_numpy()) for name in self.panel.shocks}
        found = [sizes(estimate, typical[estimate.shock.name]) for estimate in grid]
        return grid.to_frame().assign(
            identification_reason=[self.identification[estimate.shock.name].reason for estimate in grid],
            minimum_detectable=[estimate.words.detectable for estimate in grid],
            specification=[estimate.words.specification or None for estimate in grid],
            in_words=[cell_sentence(one, size, self.as_of) for one, size in zip(grid, found, strict=True)],
            typical_shock=[size.typical_shock for size in found],
            typical_effect=[size.point for size in found],
            typical_lower=[size.lower for size in found],
            typical_upper=[size.upper for size in found],
            typical_unit=[size.unit for size in found],
            per_25bp=[size.per_25bp for size in found],
        )

    def to_table(self) -> pa.Table:
        """Rows of models/causal_effects."""
        names = TABLES[TABLE].schema.names
        rows = self.to_frame().assign(as_of=self.as_of, trained_through=self.as_of)
        return table_of(rows.reindex(columns=names), TABLE)

    def belief(self) -> pd.DataFrame:
        """One row per fully checked cell with the verdict of every check."""
        return belief_table(self.reports)

    def labels(self) -> dict[str, int]:
        """Number of cells of the default engine by what they may be called."""
        return {str(name): int(n) for name, n in self.grid.to_frame()["label"].value_counts().items()}

    def identified(self) -> CheckSummary:
        """Which surprises and published shocks are identified in this design."""
        strong = [one for name, one in self.identification.items() if self.panel.shock(name).may_be_causal]
        failed = tuple(one.reason for one in strong if one.verdict == NOT_IDENTIFIED)
        return CheckSummary("shocks_identified", len(strong), failed, 0.0, "shock")

    def stable(self) -> CheckSummary:
        """Which causal cells bear other specifications."""
        causal = [one for one in self.grid if one.causal]
        failed = tuple(
            f"{one.shock.name} on {one.outcome.name}, horizon {one.horizon}: {abs(one.words.worst_move):.1f} standard errors away"
            for one in causal
            if one.words.specification == FRAGILE
        )
        return CheckSummary("causal_cells_stable", len(causal), failed, 0.0)

    def check(self, name: str) -> CheckSummary:
        """One check over the cells of T1 and T2 shocks in the month of the shock."""
        results = [(r.estimate, r.result(name)) for r in self.reports]
        failed = [f"{e.shock.name} on {e.outcome.name}: {one.text}" for e, one in results if one.passed is False]
        levels = [one.threshold for _, one in results if one.unit.endswith("p-value") and one.passed is not None]
        return CheckSummary(name, len(results), tuple(failed), float(sum(levels)))

    def absences(self) -> dict[str, str]:
        """What the panel does not have, by name."""
        costs = "; ".join(f"{name}: {text}" for name, text in self.panel.costs.items())
        return {
            "headline_absent": "; ".join(self.headline.absent) or "none",
            "too_short_to_estimate": ", ".join(self.panel.too_short) or "none",
            "months_that_are_missing": costs or "none",
        }

    def verdicts(self) -> str:
        """Every shock with its verdict and the reason, a line each."""
        return "\n".join(f"{name}: {one.verdict}. {one.reason}" for name, one in self.identification.items())

    def summary(self) -> str:
        """The strongest cells, the verdict on every shock, what stands in for a headline the panel does not have."""
        return "\n".join([self.grid.summary(), self.verdicts(), *(f"  {text}" for text in self.headline.absent)])

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


def answer(
    panel: EffectPanel,
    *,
    horizons: Sequence[int] = HORIZONS,
    evidence: Evidence | None = None,
    days: Mapping[str, DaysBefore] | None = None,
    settings: EffectSettings = DEFAULT,
    comparison_learner: str = "",
) -> CausalAnswers:
    """Judge every shock, estimate the whole grid, say of every cell what it found.

    Parameters
    ----------
    panel, horizons, settings : as in `estimate_grid`.
    evidence : recessions and benchmark of the checks.
    days : verdicts of the days before a shock's events, by shock.
    comparison_learner : nuisance learner of a double-ML grid of the month of the shock; empty leaves it out.

    Returns
    -------
    Grid, verdicts and reports. Findings are adjusted over all cells of the grid.

    Raises
    ------
    InvalidInputError : the panel has no shock or no outcome.
    """
    first = headline(panel)
    judged = judge(panel, horizons=horizons, evidence=evidence or Evidence(), days=days or {}, settings=settings)
    comparison = None
    if comparison_learner:
        comparison = compare(panel, judged.verdicts, replace(settings, learner=comparison_learner))
    return CausalAnswers(judged.grid, judged.verdicts, judged.reports, panel, first, comparison)
