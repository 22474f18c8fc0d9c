"""Models as ONNX graphs that run without the library that trained them, each with its parity.

Belongs here: converters and the comparison of a graph with its model. Does not belong here: keeping models (registry/).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from macro_assets.export.converted import classifier_to_onnx, network_to_onnx, regressor_to_onnx
    from macro_assets.export.forest import forest_to_onnx
    from macro_assets.export.parity import Parity, compare, run_onnx

_HOMES = {
    "Parity": "parity",
    "classifier_to_onnx": "converted",
    "compare": "parity",
    "forest_to_onnx": "forest",
    "network_to_onnx": "converted",
    "regressor_to_onnx": "converted",
    "run_onnx": "parity",
}

__all__ = [
    "Parity",
    "classifier_to_onnx",
    "compare",
    "forest_to_onnx",
    "network_to_onnx",
    "regressor_to_onnx",
    "run_onnx",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
