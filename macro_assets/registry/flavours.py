"""How each kind of model is written to and read from MLflow.

Belongs here: one function per flavour, with the settings that the installed MLflow needs. Does not belong here: runs,
aliases (store.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from macro_assets.errors import RegistryError

__all__ = ["FLAVOURS", "Flavour", "load_model", "write_model"]

Flavour = Literal["sklearn", "xgboost", "pytorch", "onnx", "pyfunc"]


def _sklearn(model: Any, options: dict[str, Any]) -> Any:
    import mlflow.sklearn

    # The default format (skops) refuses forests and calibrated classifiers of scikit-learn 1.9, and hangs on econml.
    return mlflow.sklearn.log_model(model, serialization_format="cloudpickle", **options)


def _xgboost(model: Any, options: dict[str, Any]) -> Any:
    import mlflow.xgboost

    return mlflow.xgboost.log_model(model, **options)


def _pytorch(model: Any, options: dict[str, Any]) -> Any:
    import mlflow.pytorch
    import torch

    example = options.get("input_example")
    if example is None or len(example) < 2:
        # pt2 traces the network; with a batch of one the batch dimension would silently become a constant.
        raise RegistryError(
            f"PyTorch model {options.get('name')!r} has an input example of fewer than two rows.",
            remedy="Pass two windows.",
        )
    model.eval()
    with torch.no_grad():
        return mlflow.pytorch.log_model(model, serialization_format="pt2", **options)


def _onnx(model: Any, options: dict[str, Any]) -> Any:
    import mlflow.onnx

    return mlflow.onnx.log_model(model, save_as_external_data=False, **options)


def _pyfunc(model: Any, options: dict[str, Any]) -> Any:
    import mlflow.pyfunc

    return mlflow.pyfunc.log_model(python_model=model, **options)


FLAVOURS: Mapping[str, Callable[[Any, dict[str, Any]], Any]] = {
    "sklearn": _sklearn,
    "xgboost": _xgboost,
    "pytorch": _pytorch,
    "onnx": _onnx,
    "pyfunc": _pyfunc,
}


def write_model(flavour: str, model: Any, options: dict[str, Any]) -> Any:
    """Log a model in the current run; `options` are those all flavours share."""
    if flavour not in FLAVOURS:
        raise RegistryError(f"Unknown flavour {flavour!r}.", remedy=f"Available: {', '.join(sorted(FLAVOURS))}.")
    return FLAVOURS[flavour](model, options)


def load_model(flavour: str, uri: str) -> Any:
    """The native model behind a URI; a PyTorch program comes back as a callable module."""
    from importlib import import_module

    if flavour not in FLAVOURS:
        raise RegistryError(
            f"Model {uri} has the unknown flavour {flavour!r}.", remedy=f"Available: {', '.join(sorted(FLAVOURS))}."
        )
    return import_module(f"mlflow.{flavour}").load_model(uri)
