"""Stage 1 as an ONNX graph: clip, fill, score, calibrate, in one call of a few microseconds.

Belongs here: graphs of the fitted classifiers and linear regressors, and which candidates have none and why. Does not
belong here: the graph of votes (votes.py), keeping or serving graphs.

Input `X` (n, p) float32 with NaN for missing indicators; outputs `probability` (n, 1) and, for linear models,
`contributions` (n, p) to the log-odds. Arithmetic is double inside; the input is rounded to float32. The registry keeps
the classifiers' graphs; those of stage-2 regressors are for whoever serves impacts without this package.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import RegistryError
from macro_assets.export.builder import IR_VERSION, GraphBuilder, opsets
from macro_assets.export.converted import sklearn_graph
from macro_assets.export.parity import Parity, compare, run_onnx
from macro_assets.export.votes import votes_graph
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.data import Frequency, RecessionData
from macro_assets.recession.estimators import LinearModel, TreeModel
from macro_assets.recession.odds import FittedOdds
from macro_assets.recession.regressors import LinearRegressor
from macro_assets.recession.scaler import Scaler
from macro_assets.recession.votes import VoteModel

__all__ = ["ExportedCandidate", "NotExported", "OddsExport", "classifier_graph", "export", "export_candidate",
           "regressor_graph"]  # fmt: skip


@dataclass(frozen=True)
class ExportedCandidate:
    """A fitted candidate as a graph.

    Attributes
    ----------
    graph : ONNX model. parity : with the original, over all as-of dates of its features.
    example, answer : the last two rows (2, p) float32 and the graph's `probability` (2, 1) for them.
    """

    name: str
    graph: Any
    parity: Parity
    example: NDArray[np.float32]
    answer: NDArray[np.float32]


@dataclass(frozen=True)
class NotExported:
    """A candidate that stays in the tables only, with the reason."""

    name: str
    reason: str


@dataclass(frozen=True)
class OddsExport:
    """Graphs of the trained candidates, and the candidates without one.

    Attributes
    ----------
    exported : by frequency, in the order of the candidates. not_exported : name to reason.
    """

    exported: Mapping[Frequency, tuple[ExportedCandidate, ...]]
    not_exported: Mapping[str, str]

    @property
    def parities(self) -> tuple[Parity, ...]:
        """Parity of every graph, the largest difference first."""
        found = [one.parity for part in self.exported.values() for one in part]
        return tuple(sorted(found, key=lambda parity: -parity.max_abs_difference))


def export(odds: FittedOdds) -> OddsExport:
    """Graphs of all candidates that have one; the others by name with the reason.

    Raises
    ------
    RegistryError : a candidate that the gate may promote has no graph.
    """
    results = {
        frequency: [export_candidate(fitted, odds.data[frequency]) for fitted in year.fitted.values()]
        for frequency, year in odds.years.items()
    }
    return OddsExport(
        {key: tuple(one for one in part if isinstance(one, ExportedCandidate)) for key, part in results.items()},
        {one.name: one.reason for part in results.values() for one in part if isinstance(one, NotExported)},
    )


def export_candidate(fitted: FittedCandidate, data: RecessionData) -> ExportedCandidate | NotExported:
    """The graph of a candidate with its parity, or why it has none.

    Parameters
    ----------
    data : the rows it was fitted on, and later ones; parity is measured on all of them.

    Raises
    ------
    RegistryError : a candidate that the gate may promote has no graph.
    """
    reason = why_not(fitted)
    if reason and fitted.candidate.eligible:
        raise RegistryError(
            f"Candidate {fitted.name!r} may become champion but cannot be exported: {reason}.",
            remedy="Add a graph to export/recession.py, or set eligible=False in recession/presets.py.",
        )
    if reason:
        return NotExported(fitted.name, reason)
    features = data.features(fitted.candidate.feature_set)
    graph, rows = classifier_graph(fitted), fitted.matrix(features).astype(np.float32)
    answer = run_onnx(graph, rows)["probability"]
    expected = fitted.predict_proba(features.astype("float32").astype("float64"))
    parity = compare(fitted.name, expected, answer[:, 0])
    return ExportedCandidate(fitted.name, graph, parity, rows[-2:], answer[-2:])


def why_not(fitted: FittedCandidate) -> str:
    """Why a candidate has no graph; empty when it has one."""
    if fitted.candidate.feature_set == "state":
        return "it reads the NBER state, which is not known on the day"
    if isinstance(fitted.model, LinearModel) and fitted.model.probit:
        return "a probit has no graph and serves as a baseline"
    if type(fitted.model) not in GRAPHS:
        return f"a {type(fitted.model).__name__} has no graph"
    return ""


def classifier_graph(fitted: FittedCandidate) -> Any:
    """ONNX model of a fitted candidate.

    Raises
    ------
    RegistryError : the model has no graph.
    """
    reason = why_not(fitted)
    if reason:
        raise RegistryError(
            f"Candidate {fitted.name!r} cannot be exported: {reason}.", remedy="Export a logit or a tree ensemble."
        )
    return GRAPHS[type(fitted.model)](fitted, fitted.model)


def regressor_graph(model: LinearRegressor) -> Any:
    """ONNX model of a linear stage-2 regressor: input `X`, output `variable` (n, 1)."""
    build = GraphBuilder()
    total = build.op("MatMul", _scaled(build, model.scaler), build.constant(model.weights[:, None]))
    total = build.op("Max", build.sum_of(total, model.intercept), model.low)
    build.output("variable", build.op("Min", total, model.high), 1)
    return build.model("impact_regressor", {"X": len(model.weights)})


def _linear_classifier(fitted: FittedCandidate, model: LinearModel) -> Any:
    build, slope, width = GraphBuilder(), fitted.sigmoid.slope, len(model.weights)
    parts = build.op("Mul", _scaled(build, model.scaler), build.constant(model.weights * slope))
    total = build.op("ReduceSum", parts, build.integers(1), keepdims=1)
    total = build.sum_of(total, fitted.sigmoid.intercept + slope * model.intercept)
    build.output("probability", build.op("Sigmoid", total), 1)
    build.output("contributions", parts, width)
    return build.model(fitted.name, {"X": width})


def _vote_classifier(fitted: FittedCandidate, model: VoteModel) -> Any:
    return votes_graph(fitted.name, model, fitted.sigmoid)


def _tree_classifier(fitted: FittedCandidate, model: TreeModel) -> Any:
    """Fill and clip, the converted ensemble, then calibration: three graphs merged into one."""
    from onnx import compose

    width = len(fitted.columns)
    before = GraphBuilder()
    before.output("filled", _filled(before, model.scaler), width)
    head = before.model("fill", {"X": width})
    body = compose.add_prefix(sklearn_graph(model.ensemble, width, fitted.name, classifier=True), "trees_")
    body.ir_version = IR_VERSION
    del body.opset_import[:]  # a converter may declare an older version of the tree operator, which version 3 extends
    body.opset_import.extend(opsets())
    merged = compose.merge_models(head, body, io_map=[("filled", "trees_X")], outputs=["trees_probabilities"])
    tail = compose.add_prefix(_calibration(fitted), "tail_", rename_outputs=False)
    return compose.merge_models(merged, tail, io_map=[("trees_probabilities", "tail_raw")])


def _calibration(fitted: FittedCandidate) -> Any:
    """From the raw probabilities (n, 2) of an ensemble to the calibrated probability (n, 1) of the event."""
    build = GraphBuilder()
    p = build.op("Gather", build.double("raw"), build.integers(1), axis=1)
    p = build.op("Min", build.op("Max", p, 1e-6), 1.0 - 1e-6)
    odds = build.op("Sub", build.op("Log", p), build.op("Log", build.op("Sub", 1.0, p)))
    total = build.sum_of(build.op("Mul", odds, fitted.sigmoid.slope), fitted.sigmoid.intercept)
    build.output("probability", build.op("Sigmoid", total), 1)
    return build.model(fitted.name, {"raw": 2})


def _filled(build: GraphBuilder, scaler: Scaler) -> str:
    """Clipped inputs with medians for missing cells, in double."""
    x = build.double("X")
    clipped = build.op("Max", x, build.constant(scaler.low))
    clipped = build.op("Min", clipped, build.constant(scaler.high))
    return build.op("Where", build.op("IsNaN", x), build.constant(scaler.median), clipped)


def _scaled(build: GraphBuilder, scaler: Scaler) -> str:
    centred = build.op("Sub", _filled(build, scaler), build.constant(scaler.mean))
    return build.op("Div", centred, build.constant(scaler.scale))


GRAPHS: Mapping[type, Callable[[FittedCandidate, Any], Any]] = {
    LinearModel: _linear_classifier,
    TreeModel: _tree_classifier,
    VoteModel: _vote_classifier,
}
