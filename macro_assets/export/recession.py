"""Stage 1 as an ONNX graph: clip, fill, score, calibrate, in one call of a few microseconds.

Belongs here: graphs of the fitted classifiers and linear regressors. Does not belong here: keeping or serving them.

Input `X` (n, p) float32 with NaN for missing indicators; outputs `probability` (n, 1) and, for linear models,
`contributions` (n, p) to the log-odds. Arithmetic is double inside; the input is rounded to float32.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.estimators import LinearModel, Scaler, TreeModel
from macro_assets.recession.regressors import LinearRegressor

OPSET, ML_OPSET, IR_VERSION = 18, 3, 9

__all__ = ["classifier_graph", "regressor_graph"]


def classifier_graph(fitted: FittedCandidate) -> Any:
    """ONNX model of a fitted candidate.

    Raises
    ------
    InvalidInputError : the model has no graph (probit and climatology are baselines, not champions).
    """
    model = fitted.model
    if isinstance(model, LinearModel) and not model.probit:
        return _linear_classifier(fitted, model)
    if isinstance(model, TreeModel):
        return _tree_classifier(fitted, model)
    raise InvalidInputError(f"{fitted.name} has no ONNX graph.", remedy="Promote a logit or a tree ensemble.")


def regressor_graph(model: LinearRegressor) -> Any:
    """ONNX model of a linear stage-2 regressor: input `X`, output `variable` (n, 1)."""
    build = _Builder()
    scaled = build.scaled(model.scaler)
    total = build.node("MatMul", scaled, build.constant("weights", model.weights[:, None]))
    total = build.node("Add", total, build.constant("intercept", np.array([model.intercept])))
    total = build.node("Max", total, build.constant("low", np.array([model.low])))
    total = build.node("Min", total, build.constant("high", np.array([model.high])))
    build.output("variable", total, 1)
    return build.model(len(model.weights), "impact_regressor")


class _Builder:
    """Collects nodes and constants of a graph."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.outputs: list[Any] = []

    def constant(self, name: str, values: NDArray[np.float64]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=np.float64), name))
        return name

    def node(self, kind: str, *inputs: str, name: str | None = None, **attributes: Any) -> str:
        from onnx import helper

        out = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [out], **attributes))
        return out

    def filled(self, scaler: Scaler) -> str:
        """Clipped inputs with medians for missing cells, in double."""
        from onnx import TensorProto

        x = self.node("Cast", "X", to=TensorProto.DOUBLE)
        clipped = self.node("Max", x, self.constant("clip_low", scaler.low))
        clipped = self.node("Min", clipped, self.constant("clip_high", scaler.high))
        missing = self.node("IsNaN", x)
        return self.node("Where", missing, self.constant("median", scaler.median), clipped)

    def scaled(self, scaler: Scaler) -> str:
        centred = self.node("Sub", self.filled(scaler), self.constant("mean", scaler.mean))
        return self.node("Div", centred, self.constant("scale", scaler.scale))

    def output(self, name: str, source: str, width: int) -> None:
        from onnx import TensorProto, helper

        self.node("Cast", source, name=name, to=TensorProto.FLOAT)
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, width]))

    def model(self, width: int, name: str) -> Any:
        from onnx import TensorProto, checker, helper

        x = helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, width])
        graph = helper.make_graph(self.nodes, name, [x], self.outputs, self.constants)
        model = helper.make_model(graph, opset_imports=_opsets(), ir_version=IR_VERSION)
        checker.check_model(model)
        return model


def _linear_classifier(fitted: FittedCandidate, model: LinearModel) -> Any:
    build, slope = _Builder(), fitted.sigmoid.slope
    parts = build.node("Mul", build.scaled(model.scaler), build.constant("weights", model.weights * slope))
    axis = _integers(build, "axis", [1])
    total = build.node("ReduceSum", parts, axis, keepdims=1)
    intercept = fitted.sigmoid.intercept + slope * model.intercept
    total = build.node("Add", total, build.constant("intercept", np.array([intercept])))
    build.output("probability", build.node("Sigmoid", total), 1)
    build.output("contributions", parts, len(model.weights))
    return build.model(len(model.weights), fitted.name)


def _tree_classifier(fitted: FittedCandidate, model: TreeModel) -> Any:
    """Fill and clip, the converted ensemble, then calibration: three graphs merged into one."""
    from onnx import compose

    width = len(fitted.columns)
    before = _Builder()
    before.output("filled", before.filled(model.scaler), width)
    head = before.model(width, "fill")
    body = compose.add_prefix(_converted(model.ensemble, width), "trees_")
    body.ir_version = IR_VERSION
    del body.opset_import[:]  # a converter may declare an older version of the tree operator, which version 3 extends
    body.opset_import.extend(_opsets())
    merged = compose.merge_models(head, body, io_map=[("filled", "trees_X")], outputs=["trees_probabilities"])
    tail = compose.add_prefix(_calibration(fitted), "tail_", rename_outputs=False)
    return compose.merge_models(merged, tail, io_map=[("trees_probabilities", "tail_raw")])


def _converted(ensemble: Any, width: int) -> Any:
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType

    _register_boosting()
    return convert_sklearn(
        ensemble,
        initial_types=[("X", FloatTensorType([None, width]))],
        target_opset={"": OPSET, "ai.onnx.ml": ML_OPSET},
        options={id(ensemble): {"zipmap": False}},
    )


def _register_boosting() -> None:
    from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
    from skl2onnx import update_registered_converter
    from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
    from xgboost import XGBClassifier

    options = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    update_registered_converter(
        XGBClassifier,
        "XGBoostXGBClassifier",
        calculate_linear_classifier_output_shapes,
        convert_xgboost,
        options=options,
    )


def _calibration(fitted: FittedCandidate) -> Any:
    from onnx import TensorProto, helper

    build = _Builder()
    both = build.node("Cast", "raw", to=TensorProto.DOUBLE)
    p = build.node("Gather", both, _integers(build, "event", [1]), axis=1)
    p = build.node("Max", p, build.constant("floor", np.array([1e-6])))
    p = build.node("Min", p, build.constant("ceiling", np.array([1.0 - 1e-6])))
    other = build.node("Sub", build.constant("one", np.array([1.0])), p)
    odds = build.node("Sub", build.node("Log", p), build.node("Log", other))
    total = build.node("Mul", odds, build.constant("slope", np.array([fitted.sigmoid.slope])))
    total = build.node("Add", total, build.constant("intercept", np.array([fitted.sigmoid.intercept])))
    build.output("probability", build.node("Sigmoid", total), 1)
    raw = helper.make_tensor_value_info("raw", TensorProto.FLOAT, [None, 2])
    graph = helper.make_graph(build.nodes, fitted.name, [raw], build.outputs, build.constants)
    return helper.make_model(graph, opset_imports=_opsets(), ir_version=IR_VERSION)


def _integers(build: _Builder, name: str, values: list[int]) -> str:
    from onnx import numpy_helper

    build.constants.append(numpy_helper.from_array(np.array(values, dtype=np.int64), name))
    return name


def _opsets() -> list[Any]:
    from onnx import helper

    return [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
