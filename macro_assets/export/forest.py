"""Causal forest to ONNX: the effect AND its standard error, without econml at the place of use.

Belongs here: the graph of one forest with one continuous treatment, for places that serve effects without econml. Does
not belong here: other models.

A forest keeps, per leaf, the sums of its moment equation: alpha (k) and the jacobian (k x k), k = 1, or 2 with an
intercept. One tree-ensemble node yields them for every tree; the rest is arithmetic in double precision: averages,
the solved effect, per-tree moments, and the variance of econml's bag of little bootstraps with its objective-Bayes
correction (Athey, Tibshirani and Wager 2019, Annals of Statistics 47; econml.grf).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from macro_assets.errors import RegistryError
from macro_assets.export.builder import GraphBuilder
from macro_assets.export.parity import Parity, compare, run_onnx

__all__ = ["forest_to_onnx"]

# Chebyshev fit of log(erfc(x)) + x^2 in t = 1 / (1 + x / 2), relative error below 1.2e-7 (Numerical Recipes, 6.2).
_ERFC = (
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
    0.17087277,
)  # fmt: skip


def forest_to_onnx(
    estimator: Any, x: np.ndarray, *, outcome: int = 0, name: str = "causal_forest"
) -> tuple[Any, Parity]:
    """A fitted `CausalForestDML` (or `econml.grf.CausalForest`) as an ONNX model with outputs `effect` and `stderr`.

    Parameters
    ----------
    estimator : fitted, one continuous treatment, inference on, no featurizer.
    x : (n, p) rows of effect modifiers for the parity check, taken as float32 by both sides.
    outcome : which outcome of a multi-outcome fit.

    Returns
    -------
    The model (input `X` float32 (n, p); outputs float32 (n,)) and the parity of effect and standard error.

    Raises
    ------
    RegistryError : more than one treatment, a featurizer, or no inference.
    """
    forest = _forest(estimator, outcome)
    exported = _graph(forest, name)
    rows = np.asarray(x, dtype=np.float32)
    point, variance = forest.predict_and_var(rows.astype(float))
    expected = np.column_stack([point[:, 0], np.sqrt(variance[:, 0, 0])])
    answers = run_onnx(exported, rows)
    return exported, compare(name, expected, np.column_stack([answers["effect"], answers["stderr"]]))


def _forest(estimator: Any, outcome: int) -> Any:
    if getattr(estimator, "original_featurizer", None) is not None:
        raise RegistryError(
            "A forest with a featurizer cannot be exported.", remedy="Fit it on the features themselves."
        )
    final = getattr(estimator, "model_final_", None)
    members = getattr(final, "estimators_", None)
    forest = members[outcome] if members is not None else estimator
    if not hasattr(forest, "slices_") and not hasattr(forest, "inference"):
        raise RegistryError(
            f"A {type(estimator).__name__} is not a causal forest.", remedy="Pass a fitted CausalForestDML."
        )
    if forest.n_relevant_outputs_ != 1 or forest.n_outputs_ > 2:
        raise RegistryError(
            f"The forest has {forest.n_relevant_outputs_} treatments; only one can be exported.",
            remedy="Fit one forest for each treatment.",
        )
    if not forest.inference:
        raise RegistryError("The forest has no standard error.", remedy="Fit it with inference=True.")
    return forest


def _graph(forest: Any, name: str) -> Any:
    """Assemble the model: leaf sums, effect, projected per-tree moments, variance."""
    build = GraphBuilder()
    bags = np.asarray([list(bag) for bag in forest.slices_], dtype=np.int64)
    size, trees = int(forest.n_outputs_), [forest.estimators_[index] for index in bags.reshape(-1)]
    leaf = build.op("TreeEnsembleRegressor", "X", domain="ai.onnx.ml", **_tree_attributes(trees, size))
    sums = build.op("Reshape", build.double(leaf), build.integers(0, len(trees), size + size * size))
    effect, moments = (_with_intercept if size == 2 else _without_intercept)(build, sums)
    build.output("effect", effect)
    build.output("stderr", build.op("Sqrt", _variance(build, moments, bags.shape)))
    return build.model(name, {"X": int(forest.n_features_)})


def _tree_attributes(trees: list[Any], size: int) -> dict[str, Any]:
    """All trees as one ensemble with `size + size^2` targets a tree, so that nothing is summed across trees."""
    fields: dict[str, list[Any]] = {key: [] for key in ("tree", "node", "feature", "value", "true", "false", "mode")}
    leaf_tree, leaf_node, leaf_target, leaf_weight = [], [], [], []
    per_tree = size + size * size
    for number, fitted in enumerate(trees):
        tree = fitted.tree_
        inner = tree.children_left >= 0
        nodes = np.arange(tree.node_count)
        fields["tree"].append(np.full(tree.node_count, number))
        fields["node"].append(nodes)
        fields["feature"].append(np.where(inner, tree.feature, 0))
        fields["value"].append(_floor_to_float32(np.where(inner, tree.threshold, 0.0)))
        fields["true"].append(np.where(inner, tree.children_left, 0))
        fields["false"].append(np.where(inner, tree.children_right, 0))
        fields["mode"] += ["BRANCH_LEQ" if one else "LEAF" for one in inner]
        leaves = nodes[~inner]
        weights = np.hstack([tree.precond.reshape(tree.node_count, -1), tree.jac.reshape(tree.node_count, -1)])[leaves]
        leaf_tree.append(np.full(weights.size, number))
        leaf_node.append(np.repeat(leaves, per_tree))
        leaf_target.append(np.tile(np.arange(per_tree) + number * per_tree, len(leaves)))
        leaf_weight.append(weights.reshape(-1))
    return {
        "n_targets": per_tree * len(trees),
        "aggregate_function": "SUM",
        "post_transform": "NONE",
        "nodes_treeids": np.concatenate(fields["tree"]).tolist(),
        "nodes_nodeids": np.concatenate(fields["node"]).tolist(),
        "nodes_featureids": np.concatenate(fields["feature"]).tolist(),
        "nodes_values": np.concatenate(fields["value"]).tolist(),
        "nodes_truenodeids": np.concatenate(fields["true"]).tolist(),
        "nodes_falsenodeids": np.concatenate(fields["false"]).tolist(),
        "nodes_modes": fields["mode"],
        "nodes_missing_value_tracks_true": np.zeros(len(fields["mode"]), dtype=int).tolist(),
        "nodes_hitrates": np.ones(len(fields["mode"])).tolist(),
        "target_treeids": np.concatenate(leaf_tree).tolist(),
        "target_nodeids": np.concatenate(leaf_node).tolist(),
        "target_ids": np.concatenate(leaf_target).tolist(),
        "target_weights": np.concatenate(leaf_weight).astype(np.float32).tolist(),
    }


def _floor_to_float32(threshold: np.ndarray) -> np.ndarray:
    """Largest float32 not above each threshold: for float32 inputs `x <= t` then decides as it does in double."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)


def _with_intercept(build: GraphBuilder, sums: str) -> tuple[str, str]:
    """Effect (n,) and per-tree moments projected on the effect (n, trees); parameters are effect and intercept."""
    mean = build.mean(sums, 1)
    a0, a1, j00, j01, j10, j11 = (build.take(mean, position) for position in range(6))
    determinant = build.op("Sub", build.op("Mul", j00, j11), build.op("Mul", j01, j10))

    def solved(first: str, second: str, third: str, fourth: str) -> str:
        top = build.op("Sub", build.op("Mul", first, second), build.op("Mul", third, fourth))
        return build.op("Div", top, determinant)

    effect, intercept = solved(j11, a0, j01, a1), solved(j00, a1, j10, a0)
    last = build.integers(-1)
    theta, constant, weight0, weight1 = (
        build.op("Unsqueeze", one, last)
        for one in (effect, intercept, build.op("Div", j11, determinant), build.op("Div", j01, determinant))
    )
    t0, t1, k00, k01, k10, k11 = (build.take(sums, position) for position in range(6))
    moment0 = build.op("Sub", t0, build.sum_of(build.op("Mul", k00, theta), build.op("Mul", k01, constant)))
    moment1 = build.op("Sub", t1, build.sum_of(build.op("Mul", k10, theta), build.op("Mul", k11, constant)))
    return effect, build.op("Sub", build.op("Mul", weight0, moment0), build.op("Mul", weight1, moment1))


def _without_intercept(build: GraphBuilder, sums: str) -> tuple[str, str]:
    """As `_with_intercept` for a forest whose only parameter is the effect."""
    mean = build.mean(sums, 1)
    alpha, jacobian = build.take(mean, 0), build.take(mean, 1)
    effect = build.op("Div", alpha, jacobian)
    last = build.integers(-1)
    theta, scale = build.op("Unsqueeze", effect, last), build.op("Unsqueeze", jacobian, last)
    moment = build.op("Sub", build.take(sums, 0), build.op("Mul", build.take(sums, 1), theta))
    return effect, build.op("Div", moment, scale)


def _variance(build: GraphBuilder, moments: str, bags: tuple[int, ...]) -> str:
    """Between-bag variance minus its within-bag part, pulled to the positive side as econml does."""
    number, size = bags
    grouped = build.op("Reshape", moments, build.integers(0, number, size))
    by_bag = build.mean(grouped, 2)
    between_square = build.mean(build.square(by_bag), 1)
    between = build.op("Sub", between_square, build.square(build.mean(by_bag, 1)))
    total = build.mean(build.mean(build.square(grouped), 2), 1)
    correction = build.op("Div", build.op("Sub", total, between_square), float(size - 1))
    naive = build.op("Sub", between, correction)
    spread = build.op("Mul", build.op("Max", between, correction), float(np.sqrt(2.0 / number)))
    z = build.op("Div", naive, build.op("Max", spread, 1e-10))
    density = build.op("Mul", build.op("Exp", build.op("Mul", build.square(z), -0.5)), float(1 / np.sqrt(2 * np.pi)))
    share = build.op("Mul", _erfc(build, build.op("Mul", z, float(-1 / np.sqrt(2.0)))), 0.5)
    return build.sum_of(naive, build.op("Mul", spread, build.op("Div", density, share)))


def _erfc(build: GraphBuilder, x: str) -> str:
    """Complementary error function in double (the operator `Erf` knows single precision only)."""
    absolute = build.op("Abs", x)
    t = build.op("Div", 1.0, build.sum_of(build.op("Mul", absolute, 0.5), 1.0))
    power = build.constant(_ERFC[-1])
    for coefficient in _ERFC[-2::-1]:
        power = build.op("Add", build.op("Mul", power, t), coefficient)
    tail = build.op("Mul", t, build.op("Exp", build.op("Sub", power, build.square(absolute))))
    # erfc(x) = tail for x >= 0 and 2 - tail below: 1 + sign (tail - 1), without a branch.
    sign = build.op("Sign", x)
    positive = build.op("Mul", build.op("Add", sign, 1.0), 0.5)
    negative = build.op("Sub", 1.0, positive)
    return build.sum_of(build.op("Mul", positive, tail), build.op("Mul", negative, build.op("Sub", 2.0, tail)))
