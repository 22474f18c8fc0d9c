"""The model registry: MLflow with provenance, aliases and typed failures; ONNX exports with parity.

Belongs here: keeping models. Does not belong here: training, deciding on promotion. Names are imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from macro_assets.registry.onnx_export import classifier_to_onnx, network_to_onnx, regressor_to_onnx
    from macro_assets.registry.onnx_forest import forest_to_onnx
    from macro_assets.registry.parity import Parity, compare, run_onnx
    from macro_assets.registry.provenance import Provenance, data_version, find_git_revision
    from macro_assets.registry.store import (
        CHALLENGER,
        CHAMPION,
        PREVIOUS_CHAMPION,
        LoadedModel,
        LoggedModel,
        Registry,
        Run,
    )

_HOMES = {
    "classifier_to_onnx": "onnx_export",
    "network_to_onnx": "onnx_export",
    "regressor_to_onnx": "onnx_export",
    "forest_to_onnx": "onnx_forest",
    "Parity": "parity",
    "compare": "parity",
    "run_onnx": "parity",
    "Provenance": "provenance",
    "data_version": "provenance",
    "find_git_revision": "provenance",
    "CHALLENGER": "runs",
    "CHAMPION": "store",
    "PREVIOUS_CHAMPION": "store",
    "LoadedModel": "store",
    "LoggedModel": "runs",
    "Registry": "store",
    "Run": "runs",
}

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "PREVIOUS_CHAMPION",
    "LoadedModel",
    "LoggedModel",
    "Parity",
    "Provenance",
    "Registry",
    "Run",
    "classifier_to_onnx",
    "compare",
    "data_version",
    "forest_to_onnx",
    "find_git_revision",
    "network_to_onnx",
    "regressor_to_onnx",
    "run_onnx",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
