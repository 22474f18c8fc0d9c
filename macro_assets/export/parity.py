"""Whether an exported model agrees with the original.

Belongs here: running an exported model and measuring the largest difference. Does not belong here: exporting.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from macro_assets.errors import InvalidInputError

__all__ = ["TOLERANCE", "Parity", "compare", "run_onnx"]

TOLERANCE = 1e-5


@dataclass(frozen=True)
class Parity:
    """Largest absolute difference between an original and its export over some rows."""

    name: str
    max_abs_difference: float
    n_rows: int
    tolerance: float = TOLERANCE

    @property
    def passed(self) -> bool:
        """Whether the export may stand for the original."""
        return bool(self.max_abs_difference <= self.tolerance)

    def summary(self) -> str:
        """The finding in words."""
        verdict = "equals" if self.passed else "DIFFERS FROM"
        return (
            f"{self.name}: the export {verdict} the original, largest difference {self.max_abs_difference:.1e} "
            f"over {self.n_rows} rows (tolerance {self.tolerance:.0e})."
        )


def run_onnx(model: Any, x: np.ndarray) -> dict[str, np.ndarray]:
    """Outputs by name of an ONNX model (object, bytes or path) for float32 rows, on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    source = model.SerializeToString() if hasattr(model, "SerializeToString") else model
    session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    values = session.run(names, {session.get_inputs()[0].name: np.asarray(x, dtype=np.float32)})
    return dict(zip(names, values, strict=True))


def compare(name: str, expected: np.ndarray, exported: np.ndarray, *, tolerance: float = TOLERANCE) -> Parity:
    """Compare the predictions of two models for the same rows; NaN must meet NaN.

    Raises
    ------
    InvalidInputError : the shapes differ, or there is no row.
    """
    one, two = np.asarray(expected, dtype=float), np.asarray(exported, dtype=float)
    if one.shape != two.shape or not one.size:
        raise InvalidInputError(
            f"Model {name!r}: predictions of shape {one.shape} and {two.shape} cannot be compared.",
            remedy="Pass predictions of both models for the same rows.",
        )
    gap = np.abs(one - two)
    gap[np.isnan(one) & np.isnan(two)] = 0.0
    largest = float("inf") if np.isnan(gap).any() else float(gap.max())
    return Parity(name, largest, len(one), tolerance)
