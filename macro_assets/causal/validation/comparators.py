"""Other people's estimators on the same simulated panels: econml, the seed's configuration, DoubleML, dowhy.

Belongs here: their calls at their defaults, as (point, lower, upper). Does not belong here: the default engine
(coverage.py). They get what a user would give them: the outcome over the horizon, the shock and the controls of
the same row, without lags.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from macro_assets.causal.engine.design import outcome_paths, usable_rows
from macro_assets.causal.validation.coverage import MASTER_SEED, CellScore
from macro_assets.causal.validation.simulation import PROCESSES, simulate

__all__ = ["COMPARATORS", "comparator_cell"]

Interval = tuple[float, float, float]


def _econml_linear(y: np.ndarray, t: np.ndarray, x: np.ndarray, seed: int) -> Interval:
    from econml.dml import LinearDML

    model = LinearDML(random_state=seed).fit(y, t, X=None, W=x)
    low, high = model.intercept__interval(alpha=0.05)
    return float(np.squeeze(model.intercept_)), float(np.squeeze(low)), float(np.squeeze(high))


def _econml_forest(y: np.ndarray, t: np.ndarray, x: np.ndarray, seed: int) -> Interval:
    from econml.dml import CausalForestDML

    model = CausalForestDML(random_state=seed, n_jobs=1).fit(y, t, X=x)
    return _average(model, x)


def _seed_forest(y: np.ndarray, t: np.ndarray, x: np.ndarray, seed: int) -> Interval:
    from macro_assets.causal.variation.forest_models import fit_forest

    return _average(fit_forest(y, t, x, None, preset="seed", seed=seed, folds=2), x)


def _average(model: object, x: np.ndarray) -> Interval:
    inference = model.const_marginal_effect_inference(x).population_summary(alpha=0.05)  # type: ignore[attr-defined]
    low, high = inference.conf_int_mean(alpha=0.05)
    return float(np.squeeze(inference.mean_point)), float(np.squeeze(low)), float(np.squeeze(high))


def _doubleml(y: np.ndarray, t: np.ndarray, x: np.ndarray, seed: int) -> Interval:
    import doubleml
    from sklearn.linear_model import LassoCV

    np.random.seed(seed)  # DoubleML draws its folds from numpy's global generator
    data = doubleml.DoubleMLData.from_arrays(x, y, t)
    model = doubleml.DoubleMLPLR(data, LassoCV(n_jobs=1), LassoCV(n_jobs=1)).fit()
    bounds = model.confint(level=0.95).to_numpy()[0]
    return float(model.coef[0]), float(bounds[0]), float(bounds[1])


def _dowhy(y: np.ndarray, t: np.ndarray, x: np.ndarray, seed: int) -> Interval:
    from dowhy import CausalModel

    names = [f"x{column}" for column in range(x.shape[1])]
    frame = pd.DataFrame(x, columns=names).assign(y=y, t=t)
    model = CausalModel(frame, treatment="t", outcome="y", common_causes=names)
    found = model.estimate_effect(
        model.identify_effect(proceed_when_unidentifiable=True), method_name="backdoor.linear_regression"
    )
    bounds = np.ravel(found.get_confidence_intervals(confidence_level=0.95))
    return float(found.value), float(bounds[0]), float(bounds[1])


COMPARATORS: dict[str, Callable[[np.ndarray, np.ndarray, np.ndarray, int], Interval]] = {
    "econml LinearDML default": _econml_linear,
    "econml CausalForestDML default": _econml_forest,
    "seed forest": _seed_forest,
    "DoubleML PLR lasso": _doubleml,
    "dowhy linear regression": _dowhy,
}


def comparator_cell(
    estimator: str, name: str, n: int, horizon: int, *, replications: int, theta: float = 0.5
) -> CellScore:
    """Score of one comparator in one cell; the panels are the first of the default engine's own cell."""
    key = [MASTER_SEED, sorted(PROCESSES).index(name), n, horizon, round(1000 * theta)]
    panel = simulate(PROCESSES[name], replications=replications, n=n, theta=theta, rng=np.random.default_rng(key))
    rows = usable_rows(0, n - 1, horizon, 0)
    total = outcome_paths(panel.outcome, rows).sum(axis=-1)
    draws = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number in range(replications):
            shock, controls = panel.shock[number, rows.at(0)], panel.controls[number, rows.at(0)]
            draws.append(COMPARATORS[estimator](total[number], shock, controls, number))
    return CellScore.of(estimator, (name, n, horizon), panel.response(horizon), theta, np.asarray(draws))
