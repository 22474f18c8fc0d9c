"""Market regimes: filtered probabilities, labels frozen as first published, and a network that learns to say them.

Belongs here: pure functions over frames and typed results. Does not belong here: Dagster, lake, MLflow. Names are
imported on first use, so that the room costs nothing until a model is needed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from macro_assets.regimes.attention import (
        AttentionRegimeClassifier,
        TrainedClassifier,
        classifier_inputs,
        train,
        windows,
    )
    from macro_assets.regimes.hmm import RegimeFit, fit_hmm
    from macro_assets.regimes.labels import LabelHistory, frozen_labels, label_history
    from macro_assets.regimes.names import REGIMES, name_states
    from macro_assets.regimes.quality import RegimeQuality, label_quality
    from macro_assets.regimes.report import ModelScore, RegimeReport, evaluate_classifier

_HOMES = {
    "AttentionRegimeClassifier": "attention",
    "TrainedClassifier": "attention",
    "classifier_inputs": "attention",
    "train": "attention",
    "windows": "attention",
    "RegimeFit": "hmm",
    "fit_hmm": "hmm",
    "LabelHistory": "labels",
    "frozen_labels": "labels",
    "label_history": "labels",
    "REGIMES": "names",
    "name_states": "names",
    "RegimeQuality": "quality",
    "label_quality": "quality",
    "ModelScore": "report",
    "RegimeReport": "report",
    "evaluate_classifier": "report",
}

__all__ = [
    "REGIMES",
    "AttentionRegimeClassifier",
    "LabelHistory",
    "ModelScore",
    "RegimeFit",
    "RegimeQuality",
    "RegimeReport",
    "TrainedClassifier",
    "classifier_inputs",
    "evaluate_classifier",
    "fit_hmm",
    "frozen_labels",
    "label_history",
    "label_quality",
    "name_states",
    "train",
    "windows",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
