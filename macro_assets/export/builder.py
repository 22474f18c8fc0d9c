"""One ONNX graph under construction: nodes, constants, outputs.

Belongs here: collecting a graph and checking it, the opsets that all exports share. Does not belong here: what a graph
computes (forest.py, recession.py), conversion of scikit-learn models (converted.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

__all__ = ["IR_VERSION", "ML_OPSET", "OPSET", "GraphBuilder", "opsets"]

OPSET, ML_OPSET, IR_VERSION = 18, 3, 9


def opsets() -> list[Any]:
    """Versions of the operators that every export declares."""
    from onnx import helper

    return [helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]


class GraphBuilder:
    """Collects nodes and constants; every method that adds one returns the name of its result.

    Arithmetic is in double precision; inputs and outputs are float32.
    """

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._outputs: list[Any] = []

    def constant(self, value: ArrayLike, dtype: DTypeLike = np.float64) -> str:
        """A constant tensor."""
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, dtype=dtype), name))
        return name

    def integers(self, *values: int) -> str:
        """A constant tensor of int64, for axes and shapes."""
        return self.constant(values, np.int64)

    def op(self, kind: str, *inputs: str | float, output: str | None = None, **attributes: Any) -> str:
        """A node; numbers among its inputs become constants."""
        from onnx import helper

        names = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        result = output or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, names, [result], **attributes))
        return result

    def double(self, value: str) -> str:
        """The value in double precision."""
        from onnx import TensorProto

        return self.op("Cast", value, to=TensorProto.DOUBLE)

    def sum_of(self, first: str, *others: str | float) -> str:
        """Sum of several values, from left to right."""
        for other in others:
            first = self.op("Add", first, other)
        return first

    def mean(self, value: str, axis: int) -> str:
        """Mean over an axis, which goes."""
        return self.op("ReduceMean", value, self.integers(axis), keepdims=0)

    def take(self, value: str, position: int) -> str:
        """Slice `[..., position]`."""
        return self.op("Gather", value, self.constant(position, np.int64), axis=-1)

    def square(self, value: str) -> str:
        """The value times itself."""
        return self.op("Mul", value, value)

    def output(self, name: str, source: str, *shape: int) -> None:
        """An output of the graph, float32 of shape (n, *shape)."""
        from onnx import TensorProto, helper

        self.op("Cast", source, output=name, to=TensorProto.FLOAT)
        self._outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None, *shape]))

    def model(self, name: str, inputs: Mapping[str, int]) -> Any:
        """The checked ONNX model.

        Parameters
        ----------
        name : of the graph. inputs : name to number of columns, each float32 (n, columns).
        """
        from onnx import TensorProto, checker, helper

        values = [helper.make_tensor_value_info(key, TensorProto.FLOAT, [None, width]) for key, width in inputs.items()]
        graph = helper.make_graph(self._nodes, name, values, self._outputs, self._constants)
        model = helper.make_model(graph, opset_imports=opsets(), ir_version=IR_VERSION)
        checker.check_model(model)
        return model
