"""Judging a panel: shocks first, then every cell with its words, then the reports of those checked in full.

Belongs here: the order of the work, what cells share. Does not belong here: the rules of each word (identification.py,
finding.py, specification.py), the table of answers (answers.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from macro_assets.causal.belief.finding import finding
from macro_assets.causal.belief.identification import (
    DaysBefore,
    ShockIdentification,
    controls_with,
    identify_shocks,
)
from macro_assets.causal.belief.protocol import Evidence
from macro_assets.causal.belief.report import BeliefReport, examine, judged_report
from macro_assets.causal.engine.grid import estimate_grid, with_joint_inference
from macro_assets.causal.engine.grid_results import EffectGrid
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.reliability import simulated_coverage
from macro_assets.causal.engine.results import ASSOCIATION, NOT_IDENTIFIED, EffectEstimate
from macro_assets.causal.engine.settings import EffectSettings
from macro_assets.causal.engine.windows import Cell, GridSamples

__all__ = ["Judged", "compare", "judge"]

Verdicts = Mapping[str, ShockIdentification]


@dataclass(frozen=True)
class Judged:
    """Cells with their words, verdicts by shock, reports of the cells checked in full."""

    grid: EffectGrid
    verdicts: Verdicts
    reports: tuple[BeliefReport, ...]


def judge(
    panel: EffectPanel, *, horizons: Sequence[int], evidence: Evidence, days: Mapping[str, DaysBefore],
    settings: EffectSettings,
) -> Judged:  # fmt: skip
    """Every shock, then every cell; findings are adjusted over all cells. Parameters as in `answers.answer`."""
    verdicts = identify_shocks(panel, days=days, settings=settings)
    panels = {name: _own_panel(panel, verdicts[name]) for name in verdicts}
    estimates: dict[str, tuple[EffectEstimate, ...]] = {}
    for names in _groups(panels, verdicts):
        some = panels[names[0]].only(shocks=names)
        for estimate in estimate_grid(some, horizons=horizons, settings=settings, joint=False):
            estimates[estimate.shock.name] = (*estimates.get(estimate.shock.name, ()), estimate)
    verdicts = {name: _with_moves(panel, one, estimates[name], settings) for name, one in verdicts.items()}
    ordered = [estimate for name in verdicts for estimate in estimates[name]]
    grid = with_joint_inference(ordered, panel.index, settings)
    words, reports = _words(panels, grid, verdicts, evidence, settings)
    judged = grid.judged(words)
    full = tuple(replace(one, estimate=judged.get(*one.estimate.cell)) for one in reports)
    return Judged(judged, verdicts, full)


def compare(panel: EffectPanel, verdicts: Verdicts, settings: EffectSettings) -> EffectGrid:
    """The month of the shock by another learner, an association at best."""
    grid = estimate_grid(panel, horizons=(0,), settings=settings)
    return grid.judged({
        one.cell: _compared(one, p_adjusted, grid.critical, verdicts)
        for one, p_adjusted in zip(grid, _adjusted(grid), strict=True)
    })  # fmt: skip


def _own_panel(panel: EffectPanel, found: ShockIdentification) -> EffectPanel:
    """The panel of one shock, with what the past added to its controls."""
    return replace(panel, controls=controls_with(panel, found.added)) if found.added else panel


def _with_moves(
    panel: EffectPanel, found: ShockIdentification, estimates: Sequence[EffectEstimate], settings: EffectSettings
) -> ShockIdentification:
    """What the added controls did to the estimates of the shock's own month."""
    if not found.added:
        return found
    first = min(one.horizon for one in estimates)
    before = estimate_grid(panel.only(shocks=[found.shock]), horizons=(first,), settings=settings, joint=False)
    reference = {one.outcome.name: one for one in before}
    return found.moved({
        one.outcome.name: (one.point - reference[one.outcome.name].point) / reference[one.outcome.name].stderr
        for one in estimates if one.horizon == first and one.outcome.name in reference
    })  # fmt: skip


def _words(
    panels: Mapping[str, EffectPanel], grid: EffectGrid, verdicts: Verdicts, evidence: Evidence,
    settings: EffectSettings,
) -> tuple[dict[Cell, dict[str, Any]], list[BeliefReport]]:  # fmt: skip
    """Identification, finding, specification and reliability of every cell, and the reports of those checked in full."""
    cells = {estimate.cell: estimate for estimate in grid}
    adjusted = dict(zip(cells, _adjusted(grid), strict=True))
    horizons = sorted({h for _, _, h in cells})
    words: dict[Cell, dict[str, Any]] = {}
    reports: list[BeliefReport] = []
    for names in _groups(panels, verdicts):
        own = panels[names[0]].only(shocks=names)
        samples = GridSamples(own)
        for window, pairs in samples.windows().items():
            inside = [samples.sample(window, pair) for pair in pairs]
            covers = simulated_coverage(inside, horizons, lags=settings.lags, alpha=settings.alpha, seed=settings.seed)
            shared: dict[Any, Any] = {}
            for pair, sample in zip(pairs, inside, strict=True):
                verdict = verdicts[pair[0]]
                for horizon in horizons:
                    key = (*pair, horizon)
                    cell, examined = examine(sample, window.rows(horizon, settings.lags), settings, evidence, shared)
                    found = finding(cells[key], adjusted[key], grid.critical)
                    words[key] = {
                        "identification": verdict.verdict, "finding": found.word, "detectable": found.detectable,
                        "specification": examined.words.specification, "worst_move": examined.words.worst_move,
                        "expected_coverage": covers[key],
                    }  # fmt: skip
                    if horizon == horizons[0] and sample.measured_shock.may_be_causal:
                        estimate = examined.judged(**words[key])
                        reports.append(judged_report(cell, estimate, verdict, own.index[-1]))
    return words, reports


def _groups(panels: Mapping[str, EffectPanel], verdicts: Verdicts) -> list[list[str]]:
    """Shocks that share their controls."""
    plain = [name for name in panels if not verdicts[name].added]
    return [names for names in (plain, *([name] for name in panels if verdicts[name].added)) if names]


def _adjusted(grid: EffectGrid) -> list[float]:
    if grid.adjusted is None:
        return [estimate.p_value for estimate in grid]
    return [float(p) for p in grid.adjusted["p_romano_wolf"]]


def _compared(estimate: EffectEstimate, p_adjusted: float, critical: float, verdicts: Verdicts) -> dict[str, Any]:
    """Words of a cell of another learner."""
    own = finding(estimate, p_adjusted, critical)
    verdict = verdicts[estimate.shock.name].verdict
    word = verdict if verdict == NOT_IDENTIFIED else ASSOCIATION
    return {"identification": word, "finding": own.word, "detectable": own.detectable}
