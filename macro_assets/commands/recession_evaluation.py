"""`macro-assets evaluate recession`: the walk-forward of every recession model on a home's own tables.

Belongs here: reading the tables a mode and a frequency need. Does not belong here: what is measured
(macro_assets/recession).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.recession.data import Frequency, Mode
    from macro_assets.recession.evaluation.table import EvaluationTable

SUFFIX: Mapping[Mode, str] = {"revised": "_revised", "vintage": ""}
FREQUENCIES: tuple[Frequency, ...] = ("M", "Q")
ALL = "all"
NARROW: Mapping[str, str] = {
    "candidate": "candidate", "brier": "Brier", "onset_auc": "onset", "ece": "ECE", "slope": "slope",
    "stress_worst": "stress", "caught": "caught", "false_episodes": "false",
}  # fmt: skip


def run(mode: str, frequency: str, first_origin: date | None, jobs: int, keep: Path | None = None) -> EvaluationTable:
    """Walk forward and score.

    Parameters
    ----------
    mode : "vintage" (each row as known on its day), "revised" (newest values with publication lags), or "all": one
        panel each, never mixed in one number.
    frequency : "M", "Q" or "all".
    first_origin : default where the mode's data allow it (START of recession/evaluation/table.py).
    jobs : processes; the result does not depend on it.
    keep : folder of finished years; a stopped evaluation goes on from it.

    Raises
    ------
    InvalidInputError : another mode or frequency. TableNotFoundError : the features were never built.
    """
    modes = tuple(one for one in SUFFIX if mode in (ALL, one))
    frequencies = tuple(one for one in FREQUENCIES if frequency in (ALL, one))
    if not modes or not frequencies:
        raise InvalidInputError(
            f"Unknown mode {mode!r} or frequency {frequency!r}.",
            remedy="Available: modes vintage, revised, all; frequencies M, Q, all.",
        )
    from macro_assets.commands.output import progress
    from macro_assets.recession.data import FeatureTables
    from macro_assets.recession.evaluation.table import START, evaluate
    from macro_assets.registry import Registry, recession_champion

    settings = get_settings()
    lake, champion = Lake.from_settings(settings), recession_champion(Registry.from_settings(settings))
    tables = {
        name: FeatureTables(
            lake.read(f"features/recession_features_monthly{SUFFIX[name]}"),
            lake.read(f"features/recession_features{SUFFIX[name]}") if "Q" in frequencies else None,
        )
        for name in modes
    }
    with progress(quiet=False) as bar:
        task = bar.add_task("Walking forward", total=len(modes) * (len(frequencies) + ("Q" in frequencies)))
        return evaluate(
            tables,
            lake.read("targets/recession_targets"),
            frequencies=frequencies,
            start=START if first_origin is None else dict.fromkeys(modes, first_origin),
            with_impacts="Q" in frequencies,
            stage1=champion.candidate,
            n_jobs=jobs,
            keep=keep,
            progress=lambda now: bar.update(task, advance=1, description=f"Walked forward: {now}"),
        )


def narrow(table: EvaluationTable) -> list[tuple[str, list[dict[str, Any]]]]:
    """A title and rows for each panel, in 80 columns; `EvaluationTable.to_frame` holds all figures."""
    frame, panels = table.to_frame(), []
    for panel in table.panels:
        rows = frame[(frame["frequency"] == panel.frequency) & (frame["mode"] == panel.mode)]
        shown = rows[list(NARROW)].rename(columns=NARROW).round(3).astype(object)
        title = (
            f"{panel.frequency}, {panel.mode}: {panel.origins} origins from {panel.first} to {panel.last}, "
            f"{panel.recessions} recessions"
        )
        panels.append((title, [dict(row) for row in shown.to_dict("records")]))
    return panels
