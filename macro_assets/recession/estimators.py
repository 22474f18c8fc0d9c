"""Estimators behind one interface: `fit(x, y)` gives a model, `model.log_odds(x)` gives its forecast.

Belongs here: logit along a path of penalties, L1 logit, probit, random forest, gradient boosting, climatology. Does not
belong here: clipping and scaling of inputs (scaler.py), calibration, selection, which candidates exist.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from macro_assets.inference.logistic import expit, log_odds, newton
from macro_assets.recession.scaler import Scaler

Array = NDArray[np.float64]

__all__ = ["IMPORTANCE_LABELS", "Boosting", "Climatology", "ConstantModel", "DocumentBoosting", "Estimator", "Forest",
           "LinearModel", "LogitL1", "LogitPath", "Model", "PipelineModel", "Probit", "TreeModel", "importance"]  # fmt: skip


class Model(Protocol):
    """A fitted estimator."""

    def log_odds(self, x: Array) -> Array:
        """(n,) log-odds of rows (n, p); missing cells allowed."""
        ...


class Estimator(Protocol):
    """What can be fitted to rows (n, p) with missing cells and outcomes (n,) of 0 and 1."""

    def fit(self, x: Array, y: Array) -> Model:
        """Fit on training rows only."""
        ...


@dataclass(frozen=True)
class LinearModel:
    """Log-odds linear in scaled inputs. Summed input by input, so a row's forecast does not depend on its batch."""

    scaler: Scaler
    weights: Array
    intercept: float
    probit: bool = False

    def log_odds(self, x: Array) -> Array:
        """(n,) log-odds of rows (n, p)."""
        z = self.contributions(x).cumsum(axis=1)[:, -1] + self.intercept if x.shape[1] else np.zeros(len(x))
        return log_odds(_normal(z)) if self.probit else z

    def contributions(self, x: Array) -> Array:
        """(n, p) contribution of each input; its SHAP value against the training mean."""
        return self.scaler.apply(x) * self.weights


@dataclass(frozen=True)
class TreeModel:
    """Log-odds of a tree ensemble on clipped inputs."""

    scaler: Scaler
    ensemble: Any

    def log_odds(self, x: Array) -> Array:
        """(n,) log-odds of rows (n, p)."""
        return log_odds(self.ensemble.predict_proba(self.clipped(x))[:, 1])

    def clipped(self, x: Array) -> Array:
        """Inputs as the trees see them: clipped, missing cells filled with training medians."""
        return self.scaler.fill(x)


@dataclass(frozen=True)
class PipelineModel:
    """Log-odds of a fitted scikit-learn classifier that fills and calibrates by itself."""

    classifier: Any

    def log_odds(self, x: Array) -> Array:
        """(n,) log-odds of rows (n, p)."""
        return log_odds(self.classifier.predict_proba(x)[:, 1])


@dataclass(frozen=True)
class ConstantModel:
    """The same log-odds for every row."""

    value: float

    def log_odds(self, x: Array) -> Array:
        """(n,) the constant."""
        return np.full(len(x), self.value)


@dataclass(frozen=True)
class Climatology:
    """Frequency of the event in training."""

    def fit(self, x: Array, y: Array) -> ConstantModel:
        """Fit on training rows (n, p) and outcomes (n,)."""
        return ConstantModel(float(log_odds(np.array([y.mean()]))[0]))


@dataclass(frozen=True)
class LogitPath:
    """L2 logit averaged in log-odds over a path of penalties: no penalty has to be picked on a few recessions.

    Attributes
    ----------
    inverse_penalties : values of C on standardised inputs; one value is an ordinary L2 logit.
    """

    inverse_penalties: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1, 0.3)

    def fit(self, x: Array, y: Array) -> LinearModel:
        """Fit on training rows (n, p) and outcomes (n,)."""
        scaler = Scaler.learn(x)
        design = np.column_stack([np.ones(len(x)), scaler.apply(x)])
        beta, path = np.zeros(design.shape[1]), []
        for c in sorted(self.inverse_penalties):
            beta = _ridge_logit(design, y, c, beta)
            path.append(beta)
        mean = np.mean(path, axis=0)
        return LinearModel(scaler, mean[1:], float(mean[0]))


@dataclass(frozen=True)
class LogitL1:
    """L1 logit on standardised inputs."""

    inverse_penalty: float = 0.1

    def fit(self, x: Array, y: Array) -> LinearModel:
        """Fit on training rows (n, p) and outcomes (n,)."""
        from sklearn.linear_model import LogisticRegression

        scaler = Scaler.learn(x)
        model = LogisticRegression(C=self.inverse_penalty, l1_ratio=1.0, solver="liblinear", random_state=0, tol=1e-6)
        model.fit(scaler.apply(x), y)
        return LinearModel(scaler, model.coef_[0], float(model.intercept_[0]))


@dataclass(frozen=True)
class Probit:
    """Probit by Fisher scoring with a ridge of 1e-3 that matters only under separation.

    Source: Estrella and Mishkin (1998); with the lagged spread Estrella and Hardouvelis (1991).
    """

    ridge: float = 1e-3

    def fit(self, x: Array, y: Array) -> LinearModel:
        """Fit on training rows (n, p) and outcomes (n,)."""
        from scipy.stats import norm

        scaler = Scaler.learn(x)
        design = np.column_stack([np.ones(len(x)), scaler.apply(x)])

        def derivatives(beta: Array) -> tuple[Array, Array]:
            z = np.clip(design @ beta, -6.0, 6.0)
            p, density = np.clip(norm.cdf(z), 1e-9, 1 - 1e-9), norm.pdf(z)
            weight = density**2 / (p * (1 - p))
            gradient = design.T @ (density * (y - p) / (p * (1 - p))) - self.ridge * beta
            return gradient, (design * weight[:, None]).T @ design + self.ridge * np.eye(len(beta))

        beta = newton(derivatives, np.zeros(design.shape[1]), longest_step=2.0)
        return LinearModel(scaler, beta[1:], float(beta[0]), probit=True)


@dataclass(frozen=True)
class Forest:
    """Random forest."""

    trees: int = 100
    min_leaf: int = 5
    seed: int = 42

    def fit(self, x: Array, y: Array) -> TreeModel:
        """Fit on training rows (n, p) and outcomes (n,)."""
        from sklearn.ensemble import RandomForestClassifier

        model = TreeModel(Scaler.learn(x), RandomForestClassifier(
            n_estimators=self.trees, min_samples_leaf=self.min_leaf, random_state=self.seed, n_jobs=1
        ))  # fmt: skip
        model.ensemble.fit(model.clipped(x), y)
        return model


@dataclass(frozen=True)
class Boosting:
    """Gradient boosted trees; `parameters` are those of xgboost.XGBClassifier."""

    parameters: dict[str, Any] = field(default_factory=dict)

    def fit(self, x: Array, y: Array) -> TreeModel:
        """Fit on training rows (n, p) and outcomes (n,)."""
        from xgboost import XGBClassifier

        model = TreeModel(Scaler.learn(x), XGBClassifier(n_jobs=1, tree_method="hist", **self.parameters))
        model.ensemble.fit(model.clipped(x), y)
        return model


@dataclass(frozen=True)
class DocumentBoosting:
    """The source document's own recipe: medians, weighted boosting, sigmoid calibration on three stratified folds.

    Class weights inside and calibration outside; the folds ignore time. Kept as it is written there, to be scored.
    """

    parameters: dict[str, Any] = field(default_factory=dict)
    scale_pos_weight: float = 1.86
    folds: int = 3

    def fit(self, x: Array, y: Array) -> PipelineModel:
        """Fit on training rows (n, p) and outcomes (n,)."""
        from sklearn.calibration import CalibratedClassifierCV
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline
        from xgboost import XGBClassifier

        boosting = XGBClassifier(
            n_jobs=1, tree_method="hist", scale_pos_weight=self.scale_pos_weight, **self.parameters
        )
        calibrated = CalibratedClassifierCV(boosting, cv=self.folds, method="sigmoid")
        return PipelineModel(
            make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), calibrated).fit(x, y)
        )


def _ridge_logit(design: Array, y: Array, inverse_penalty: float, start: Array) -> Array:
    """Minimise inverse_penalty x log loss + half the squared weights by Newton's method; column 0 is not penalised."""
    penalty = np.full(design.shape[1], 1.0 / inverse_penalty)
    penalty[0] = 1e-10

    def derivatives(beta: Array) -> tuple[Array, Array]:
        p = expit(np.clip(design @ beta, -30.0, 30.0))
        gradient = design.T @ (y - p) - penalty * beta
        return gradient, (design * (p * (1.0 - p))[:, None]).T @ design + np.diag(penalty)

    return newton(derivatives, start, longest_step=2.0)


def importance(model: Model, inputs: int) -> Array:
    """(inputs,) size of each input: standardised weights of linear models, impurity importance of trees, else zero."""
    if isinstance(model, LinearModel):
        return np.abs(model.weights)
    if isinstance(model, TreeModel):
        return np.asarray(model.ensemble.feature_importances_, dtype=float)
    return np.zeros(inputs)


IMPORTANCE_LABELS: dict[type, str] = {
    LinearModel: "size of the standardised weight",
    TreeModel: "impurity importance",
}


def _normal(z: Array) -> Array:
    from scipy.special import ndtr

    return np.asarray(ndtr(z), dtype=float)
