"""Recession odds and what follows, judged as a referee would.

Belongs here: classifiers, regressors, their selection, calibration, walk-forward evaluation and typed results. Pure:
frames and Arrow tables in, results out. Does not belong here: features and targets (signals/), storage, MLflow, Dagster.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from macro_assets.recession.candidates import Candidate, FittedCandidate
    from macro_assets.recession.data import RecessionData
    from macro_assets.recession.evaluation.gate import GateDecision, decide
    from macro_assets.recession.evaluation.table import EvaluationTable, evaluate
    from macro_assets.recession.evaluation.walk_forward import walk_forward
    from macro_assets.recession.hybrid import HybridRecessionModel, RecessionForecast
    from macro_assets.recession.presets import CHAMPIONS, candidates

_HOME = {
    "CHAMPIONS": "presets",
    "Candidate": "candidates",
    "EvaluationTable": "evaluation.table",
    "FittedCandidate": "candidates",
    "GateDecision": "evaluation.gate",
    "HybridRecessionModel": "hybrid",
    "RecessionData": "data",
    "RecessionForecast": "hybrid",
    "candidates": "presets",
    "decide": "evaluation.gate",
    "evaluate": "evaluation.table",
    "walk_forward": "evaluation.walk_forward",
}

__all__ = ["CHAMPIONS", "Candidate", "EvaluationTable", "FittedCandidate", "GateDecision", "HybridRecessionModel",
           "RecessionData", "RecessionForecast", "candidates", "decide", "evaluate", "walk_forward"]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
