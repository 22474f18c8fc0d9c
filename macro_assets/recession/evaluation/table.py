"""The evaluation table: every candidate, baseline and interval, in every frequency and data mode.

Belongs here: running all panels and giving them as one typed table with its JSON form. Does not belong here: reading
the lake or writing files (the command line and the assets do).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.inference.stationary import REPLICATIONS
from macro_assets.recession import presets
from macro_assets.recession.data import FIRST_ROW, FeatureTables, Frequency, Mode, RecessionData
from macro_assets.recession.evaluation.impact_evaluation import START as IMPACTS_START
from macro_assets.recession.evaluation.impact_evaluation import impact_walk_forward
from macro_assets.recession.evaluation.impact_scores import ImpactScore, describe, score_impacts
from macro_assets.recession.evaluation.scoring import Panel, score_panel
from macro_assets.recession.evaluation.seed_split import SeedSplit, seed_split
from macro_assets.recession.evaluation.walk_forward import walk_forward
from macro_assets.recession.selection import stability_of_refits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

START: Mapping[Mode, date] = {"revised": date(1980, 1, 31), "vintage": date(1980, 1, 31)}
SHOWN_INTERVALS = ("brier", "roc_auc", "ece", "calibration_slope")

__all__ = ["START", "EvaluationTable", "evaluate", "evaluate_panel", "plain"]


@dataclass(frozen=True)
class EvaluationTable(Displayed):
    """All panels, the source document's split, and the walk-forward rows they were scored on."""

    panels: tuple[Panel, ...]
    split: SeedSplit | None
    forecasts: pd.DataFrame
    impacts: tuple[ImpactScore, ...] = ()

    def panel(self, frequency: str, mode: str) -> Panel:
        """One panel.

        Raises
        ------
        InvalidInputError : the table has no such panel.
        """
        for panel in self.panels:
            if (panel.frequency, panel.mode) == (frequency, mode):
                return panel
        present = ", ".join(f"{panel.frequency}/{panel.mode}" for panel in self.panels)
        raise InvalidInputError(f"Unknown panel {frequency}/{mode}.", remedy=f"Available: {present}.")

    def summary(self) -> str:
        """The candidate with the smallest Brier score of each panel, and what stands against it."""
        return "\n".join(_best(panel) for panel in self.panels)

    def plot(self, ax: Axes | None = None, *, frequency: str | None = None, mode: str | None = None) -> Axes:
        """Brier scores of one panel (by default the first) with their intervals, best on top."""
        from macro_assets.pictures import recession as pictures

        panel = self.panels[0] if frequency is None or mode is None else self.panel(frequency, mode)
        scores = sorted(panel.scores, key=lambda score: score.brier)
        return pictures.score_intervals(
            [score.name for score in scores],
            np.array([score.brier for score in scores]),
            np.array([score.intervals["brier"].low for score in scores]),
            np.array([score.intervals["brier"].high for score in scores]),
            label="Brier score (less is better)",
            finding=f"{scores[0].name} has the smallest Brier score, {scores[0].brier:.3f}",
            method=f"{panel.frequency}, {panel.mode}: {panel.origins} origins, {panel.recessions} recessions; bars: 95% "
            "block bootstrap",
            ax=ax,
        )

    def impact_frame(self) -> pd.DataFrame:
        """One row per target of stage 2: skill, errors and coverage."""
        return describe(self.impacts)

    def to_frame(self) -> pd.DataFrame:
        """One row per panel and candidate: the figures a person compares."""
        return pd.DataFrame([_row(panel, i) for panel in self.panels for i in range(len(panel.scores))])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; forecasts are left out."""
        panels = [plain(asdict(panel)) for panel in self.panels]
        impacts = [plain(asdict(score)) for score in self.impacts]
        split = plain(asdict(self.split)) if self.split else None
        stable = plain(stability_of_refits(self.forecasts).to_dict("records"))
        return {"panels": panels, "seed_split": split, "impacts": impacts, "selection_stability": stable}

    def to_json(self) -> str:
        """JSON text; what could not be computed is null."""
        return json.dumps(self.to_dict(), indent=2, allow_nan=False)


def evaluate_panel(
    data: RecessionData,
    *,
    start: date | None = None,
    first: pd.Timestamp = FIRST_ROW,
    n_jobs: int = 1,
    replications: int = REPLICATIONS,
    seed: int = 0,
    keep: Path | None = None,
) -> tuple[Panel, pd.DataFrame]:
    """Walk forward and score one panel with all candidates that its data allow."""
    chosen = presets.candidates(wide=data.wide is not None)
    rows = walk_forward(data, chosen, start=start or START[data.mode], first=first, n_jobs=n_jobs, keep=keep)
    order = [candidate.name for candidate in chosen]
    return score_panel(data, rows, order=order, replications=replications, seed=seed, n_jobs=n_jobs), rows


def evaluate(
    features_by_mode: Mapping[Mode, FeatureTables],
    recession_targets: pa.Table,
    *,
    frequencies: Sequence[Frequency] = ("M", "Q"),
    start: Mapping[Mode, date] = START,
    first: pd.Timestamp = FIRST_ROW,
    with_impacts: bool = False,
    stage1: str = presets.DEFAULT,
    n_jobs: int = 1,
    replications: int = REPLICATIONS,
    seed: int = 0,
    progress: Callable[[str], Any] = lambda part: None,
    keep: Path | None = None,
) -> EvaluationTable:
    """Everything `macro-assets evaluate recession` prints.

    Parameters
    ----------
    features_by_mode : "vintage" and/or "revised" to feature tables; the modes are never mixed in one number.
    recession_targets : targets/recession_targets.
    frequencies : M, Q or both.
    start : first origin by mode.
    first : first training row.
    with_impacts : also walk stage 2 forward. stage1 : the candidate that feeds it, best the champion of the registry.
    n_jobs : processes over calendar years; the result does not depend on it.
    keep : folder of finished years of the walk-forward, read and added to.
    progress : called with the name of each part that is done: the panels, and stage 2 of each mode.
    """
    panels, forecasts, split, impacts = [], [], None, list[ImpactScore]()
    for mode, tables in features_by_mode.items():
        for frequency in frequencies:
            data = RecessionData.from_tables(frequency, mode, tables.monthly, recession_targets, tables.quarterly)
            panel, rows = evaluate_panel(
                data, start=start[mode], first=first, n_jobs=n_jobs, replications=replications, seed=seed, keep=keep
            )
            panels.append(panel)
            forecasts.append(rows)
            if frequency == "Q" and split is None:
                split = seed_split(data, presets.candidates(wide=data.wide is not None))
            progress(f"{mode} {frequency}")
        if with_impacts:
            monthly = RecessionData.from_tables("M", mode, tables.monthly, recession_targets)
            since = max(start[mode], IMPACTS_START)
            stages = impact_walk_forward(
                monthly, presets.candidate(stage1), recession_targets, start=since, n_jobs=n_jobs
            )
            impacts += score_impacts(stages, monthly.state)
            progress(f"{mode} stage 2")
    return EvaluationTable(tuple(panels), split, pd.concat(forecasts, ignore_index=True), tuple(impacts))


def _best(panel: Panel) -> str:
    best = min(panel.scores, key=lambda score: score.brier)
    interval = best.intervals["brier"]
    return (
        f"{panel.frequency}, {panel.mode}: {best.name} has the smallest Brier score, {best.brier:.3f} "
        f"[{interval.low:.3f}, {interval.high:.3f}], on {panel.origins} origins with {panel.recessions} recessions."
    )


def _row(panel: Panel, i: int) -> dict[str, Any]:
    score = panel.scores[i]
    low_high = {f"{key}_interval": (v.low, v.high) for key, v in score.intervals.items() if key in SHOWN_INTERVALS}
    return {
        "frequency": panel.frequency, "mode": panel.mode, "candidate": score.name, "brier": score.brier,
        "skill": score.skill, "log_score": score.log_score, "roc_auc": score.roc_auc, "pr_auc": score.pr_auc,
        "onset_auc": score.onset_auc, "ece": score.ece, "f1": score.confusion.f1, "recall": score.confusion.recall,
        "specificity": score.confusion.specificity, "precision": score.confusion.precision,
        "caught": score.alarms.caught, "recessions": panel.recessions,
        "leads": tuple(lead.lead_months for lead in score.alarms.leads),
        "false_episodes": len(score.alarms.false_episodes), "slope": score.calibration_slope,
        "stress_worst": score.stress.worst if score.stress else None,
        "stress_percentile_99": score.stress.percentile_99 if score.stress else None,
        "labour_missing": score.stress.labour_missing if score.stress else None, **low_high,
    }  # fmt: skip


def plain(value: Any) -> Any:
    """Values as JSON takes them; what is not finite is None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value
