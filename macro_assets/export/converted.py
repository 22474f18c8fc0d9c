"""ONNX export of scikit-learn, XGBoost and PyTorch models, each with a parity check against the original.

Belongs here: conversions that a library does. Does not belong here: graphs built by hand (forest.py, recession.py),
serving. Used by export/recession.py, by notebooks, and by whoever exports the networks of the regimes.
"""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from macro_assets.errors import RegistryError
from macro_assets.export.builder import ML_OPSET, OPSET
from macro_assets.export.parity import Parity, compare, run_onnx

__all__ = ["classifier_to_onnx", "network_to_onnx", "regressor_to_onnx", "sklearn_graph"]


def classifier_to_onnx(model: Any, x: np.ndarray, *, name: str = "classifier") -> tuple[Any, Parity]:
    """A fitted classifier (pipeline, calibrated or not, scikit-learn or XGBoost) with outputs label, probabilities.

    Parameters
    ----------
    model : fitted on plain arrays; a booster fitted on a frame with column names cannot be converted.
    x : (n, p) rows for the parity check, the whole panel if possible; NaN allowed where the model allows it.

    Raises
    ------
    RegistryError : the model cannot be converted.
    """
    return _converted(model, x, name, classifier=True)


def regressor_to_onnx(model: Any, x: np.ndarray, *, name: str = "regressor") -> tuple[Any, Parity]:
    """A fitted regressor, one output `variable` of shape (n, 1) or (n, targets); see `classifier_to_onnx`."""
    return _converted(model, x, name, classifier=False)


def network_to_onnx(
    network: Any, x: np.ndarray, *, name: str = "network", output: str = "logits"
) -> tuple[Any, Parity]:
    """A PyTorch module with one input `x` and one output, any batch size.

    Parameters
    ----------
    network : module; exported in evaluation mode.
    x : (n, ...) float rows, n >= 2: a batch of one would make the batch size a constant of the graph.
    """
    import onnx
    import torch

    if len(x) < 2:
        raise RegistryError(
            f"Model {name!r}: the example has {len(x)} row(s).", remedy="Pass two rows or more, best the whole panel."
        )
    rows = torch.as_tensor(np.asarray(x, dtype=np.float32))
    network.eval()
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        path = Path(folder) / "network.onnx"
        torch.onnx.export(
            network, (rows[:2],), str(path), dynamo=True, dynamic_shapes=({0: "batch"},), input_names=["x"],
            output_names=[output], external_data=False, verbose=False,
        )  # fmt: skip
        exported = onnx.load(str(path))
        expected = network(rows).numpy()
    return exported, compare(name, expected, run_onnx(exported, rows.numpy())[output])


def sklearn_graph(model: Any, width: int, name: str, *, classifier: bool) -> Any:
    """ONNX model of a fitted scikit-learn or XGBoost model: input `X` (n, width) float32, outputs as skl2onnx names them.

    Raises
    ------
    RegistryError : the model cannot be converted.
    """
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    _register_xgboost()
    try:
        return convert_sklearn(
            model,
            initial_types=[("X", FloatTensorType([None, width]))],
            target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
            options={id(model): {"zipmap": False}} if classifier else None,
        )
    except (RuntimeError, ValueError, NotImplementedError, KeyError) as error:
        raise RegistryError(
            f"Model {name!r} ({type(model).__name__}) cannot be converted to ONNX: {error}.",
            remedy="Fit boosters on arrays, not on frames; isotonic calibration and multi-output trees do not convert.",
        ) from error


def _converted(model: Any, x: np.ndarray, name: str, *, classifier: bool) -> tuple[Any, Parity]:
    rows = np.asarray(x, dtype=np.float32)
    exported = sklearn_graph(model, rows.shape[1], name, classifier=classifier)
    outputs = run_onnx(exported, rows)
    if classifier:
        return exported, compare(name, model.predict_proba(rows), outputs["probabilities"])
    expected = np.asarray(model.predict(rows), dtype=float)
    return exported, compare(name, expected.reshape(len(rows), -1), outputs["variable"].reshape(len(rows), -1))


@lru_cache(maxsize=1)
def _register_xgboost() -> None:
    """Register the converters of boosters inside scikit-learn models with skl2onnx; once a process."""
    from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import (
        calculate_linear_classifier_output_shapes,
        calculate_linear_regressor_output_shapes,
    )
    from xgboost import XGBClassifier, XGBRegressor

    choices = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    update_registered_converter(
        XGBClassifier,
        "XGBoostXGBClassifier",
        calculate_linear_classifier_output_shapes,
        convert_xgboost,
        options=choices,
    )
    update_registered_converter(
        XGBRegressor, "XGBoostXGBRegressor", calculate_linear_regressor_output_shapes, convert_xgboost
    )
