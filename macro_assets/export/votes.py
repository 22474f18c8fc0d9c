"""Bounded votes as an ONNX graph: robust scores, conditional means for missing cells, clipped votes, their mean.

Belongs here: the graph of a `VoteModel`. Does not belong here: other classifiers and their registration (recession.py).

The conditional mean of missing cells m given the others is the solution of P_mm d = -P_mp c, with P the inverse of the
covariance and c the centred scores. ONNX has no solver: conjugate gradients preconditioned by the diagonal of P, twice as
many steps as there can be missing cells (rounding costs steps where columns are nearly the same), run on all rows at
once; rows without a missing cell stay as they are.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from macro_assets.export.builder import GraphBuilder
from macro_assets.inference.logistic import Sigmoid
from macro_assets.recession.inputs import BOUND, BoundedInputs
from macro_assets.recession.scaler import Scaler
from macro_assets.recession.votes import Member, VoteModel, Voter

STEPS_A_CELL = 2
_TINY = 1e-300

__all__ = ["votes_graph"]


def votes_graph(name: str, model: VoteModel, sigmoid: Sigmoid) -> Any:
    """ONNX model: input `X` (n, p); outputs `probability` (n, 1), `votes` (n, J) and `leverage` (n, 1)."""
    build, width = GraphBuilder(), len(model.inputs.median)
    scores = _filled_scores(build, model.inputs)
    leverage = _leverage(build, model.inputs, scores)
    votes = build.op("Concat", *(_vote(build, model, voter, scores) for voter in model.voters), axis=1)
    mean = build.op("ReduceMean", votes, build.integers(1), keepdims=1)
    if model.steps_back:
        ratio = build.op("Div", build.constant(model.inputs.reach), build.op("Max", leverage, 1e-12))
        mean = build.op("Mul", mean, build.op("Sqrt", build.op("Min", ratio, 1.0)))
    total = build.sum_of(build.op("Mul", mean, sigmoid.slope), sigmoid.intercept + sigmoid.slope * model.base)
    build.output("probability", build.op("Sigmoid", total), 1)
    build.output("votes", votes, len(model.voters))
    build.output("leverage", leverage, 1)
    return build.model(name, {"X": width})


def _filled_scores(build: GraphBuilder, inputs: BoundedInputs) -> str:
    x = build.double("X")
    scores = build.op("Div", build.op("Sub", x, build.constant(inputs.median)), build.constant(inputs.spread))
    scores = _clip(build, scores, BOUND)
    missing = build.double(build.op("IsNaN", x))
    mean = build.constant(inputs.mean)
    centred = build.op("Where", build.op("IsNaN", x), build.constant(0.0), build.op("Sub", scores, mean))
    filled = build.op("Add", build.op("Add", centred, _conditional(build, inputs, centred, missing)), mean)
    return _clip(build, filled, BOUND)


def _conditional(build: GraphBuilder, inputs: BoundedInputs, centred: str, missing: str) -> str:
    """Distances of missing cells from the mean, given the centred cells that are present; zero elsewhere."""
    precision = build.constant(np.linalg.inv(inputs.covariance))

    def dot(a: str, b: str) -> str:
        return build.op("ReduceSum", build.op("Mul", a, b), build.integers(1), keepdims=1)

    def ratio(a: str, b: str) -> str:
        return build.op("Div", a, build.op("Max", b, _TINY))

    preconditioner = build.constant(1.0 / np.diag(np.linalg.inv(inputs.covariance)))
    residual = build.op("Neg", build.op("Mul", build.op("MatMul", centred, precision), missing))
    direction = build.op("Mul", residual, preconditioner)
    product = dot(residual, direction)
    solution = build.op("Mul", residual, 0.0)
    for _ in range(STEPS_A_CELL * len(inputs.median)):
        image = build.op("Mul", build.op("MatMul", direction, precision), missing)
        step = ratio(product, dot(direction, image))
        solution = build.op("Add", solution, build.op("Mul", step, direction))
        residual = build.op("Sub", residual, build.op("Mul", step, image))
        scaled = build.op("Mul", residual, preconditioner)
        before, product = product, dot(residual, scaled)
        direction = build.op("Add", scaled, build.op("Mul", ratio(product, before), direction))
    return solution


def _leverage(build: GraphBuilder, inputs: BoundedInputs, scores: str) -> str:
    centred = build.op("Sub", scores, build.constant(inputs.mean))
    weighted = build.op("MatMul", centred, build.constant(np.linalg.inv(inputs.covariance) / inputs.mean_leverage))
    return build.op("ReduceSum", build.op("Mul", centred, weighted), build.integers(1), keepdims=1)


def _vote(build: GraphBuilder, model: VoteModel, voter: Voter, scores: str) -> str:
    distances = [
        _clip(build, build.op("Sub", _log_odds(build, one, scores), model.base), model.clip) for one in voter.members
    ]
    return build.op("Max", build.op("Div", build.sum_of(*distances), float(len(distances))), voter.floor)


def _log_odds(build: GraphBuilder, member: Member, scores: str) -> str:
    columns = build.op("Gather", scores, build.integers(*member.positions), axis=1)
    total = build.op("MatMul", _standardised(build, member.model.scaler, columns), _column(build, member))
    total = build.sum_of(total, member.model.intercept)
    return _normal_log_odds(build, total) if member.model.probit else total


def _column(build: GraphBuilder, member: Member) -> str:
    return build.constant(member.model.weights[:, None])


def _standardised(build: GraphBuilder, scaler: Scaler, columns: str) -> str:
    clipped = build.op("Min", build.op("Max", columns, build.constant(scaler.low)), build.constant(scaler.high))
    return build.op("Div", build.op("Sub", clipped, build.constant(scaler.mean)), build.constant(scaler.scale))


def _normal_log_odds(build: GraphBuilder, index: str) -> str:
    """Log-odds of the normal distribution function; the runtime's `Erf` is single precision, enough within the clip."""
    from onnx import TensorProto

    single = build.op("Cast", build.op("Mul", index, math.sqrt(0.5)), to=TensorProto.FLOAT)
    p = build.op("Mul", build.op("Add", build.double(build.op("Erf", single)), 1.0), 0.5)
    p = build.op("Min", build.op("Max", p, 1e-6), 1.0 - 1e-6)
    return build.op("Sub", build.op("Log", p), build.op("Log", build.op("Sub", 1.0, p)))


def _clip(build: GraphBuilder, value: str, bound: float) -> str:
    return build.op("Min", build.op("Max", value, -bound), bound)
