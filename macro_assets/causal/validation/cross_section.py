"""Published cross-section benchmarks with known or experimental answers: PLR, IRM, IHDP surface B, LaLonde.

Belongs here: the data sets and the score of our estimators and theirs on each, in the same run.
Does not belong here: time-series processes (coverage.py).

Data come with the packages doubleml, econml and causaldata. Our entries: `estimate_effect` without lags, and the doubly
robust and X-learner estimators of causal/validation/binary.py.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from macro_assets.causal.engine.effects import estimate_effect
from macro_assets.causal.engine.settings import EffectSettings
from macro_assets.causal.validation.binary import doubly_robust_effect, x_learner_effects
from macro_assets.causal.validation.coverage import CellScore

__all__ = ["IHDP_ESTIMATORS", "LALONDE_EXPERIMENT_USD", "ihdp_scores", "irm_scores", "lalonde_scores", "plr_scores"]

LALONDE_EXPERIMENT_USD = 1794.0
PLR_SIZE, PLR_THETA = 500, 0.5


def _index(n: int) -> pd.DatetimeIndex:
    return pd.date_range("1900-01-01", periods=n, freq="D")


def _generated(maker: Any, seed: int, **settings: Any) -> pd.DataFrame:
    """A DoubleML data set; its generators draw from numpy's global state."""
    np.random.seed(seed)
    return maker(return_type="DataFrame", **settings)


def plr_scores(replications: int, *, learners: tuple[str, ...] = ("linear", "lasso")) -> list[CellScore]:
    """Partially linear regression of Chernozhukov et al. (2018), n = 500: ours beside DoubleML with LassoCV."""
    import doubleml
    from doubleml.plm.datasets import make_plr_CCDDHNR2018
    from sklearn.linear_model import LassoCV

    draws: dict[str, list[tuple[float, float, float]]] = {}
    for seed in range(replications):
        frame = _generated(make_plr_CCDDHNR2018, seed, alpha=PLR_THETA, n_obs=PLR_SIZE, dim_x=20)
        frame.index = _index(len(frame))
        x = frame.drop(columns=["y", "d"])
        for learner in learners:
            settings = EffectSettings(lags=0, learner=learner, inference="hc", seed=seed)
            found = estimate_effect(frame["y"], frame["d"], x, settings=settings)
            draws.setdefault(f"ours, {learner}", []).append((found.point, *found.confidence_interval))
        np.random.seed(seed)
        model = doubleml.DoubleMLPLR(
            doubleml.DoubleMLData(frame.reset_index(drop=True), "y", "d"), LassoCV(), LassoCV()
        )
        bounds = model.fit().confint().to_numpy()[0]
        draws.setdefault("DoubleML, lasso", []).append((float(model.coef[0]), float(bounds[0]), float(bounds[1])))
    cell = ("PLR CCDDHNR2018", PLR_SIZE, 0)
    return [CellScore.of(name, cell, PLR_THETA, PLR_THETA, np.asarray(found)) for name, found in draws.items()]


def irm_scores(replications: int) -> list[CellScore]:
    """Interactive regression of DoubleML, n = 500: doubly robust average effect, ours beside theirs."""
    import doubleml
    from doubleml.irm.datasets import make_irm_data
    from sklearn.linear_model import LassoCV, LogisticRegression

    def logistic() -> Any:
        return LogisticRegression(C=1.0, max_iter=2000)

    draws: dict[str, list[tuple[float, float, float]]] = {"ours, doubly robust": [], "DoubleML, IRM": []}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(replications):
            frame = _generated(make_irm_data, seed, theta=0.5, n_obs=500, dim_x=20)
            x = frame.drop(columns=["y", "d"]).to_numpy()
            ours = doubly_robust_effect(
                frame["y"].to_numpy(),
                frame["d"].to_numpy(),
                x,
                outcome_model=LassoCV,
                propensity_model=logistic,
                seed=seed,
            )
            draws["ours, doubly robust"].append((ours.point, *ours.confidence_interval))
            np.random.seed(seed)
            model = doubleml.DoubleMLIRM(doubleml.DoubleMLData(frame, "y", "d"), LassoCV(), logistic()).fit()
            bounds = model.confint().to_numpy()[0]
            draws["DoubleML, IRM"].append((float(model.coef[0]), float(bounds[0]), float(bounds[1])))
    return [CellScore.of(name, ("IRM", 500, 0), 0.5, 0.5, np.asarray(found)) for name, found in draws.items()]


def _smooth_model() -> Any:
    """Kernel regression on standardised covariates, penalty and width by cross-validation."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVR

    model = make_pipeline(StandardScaler(), TransformedTargetRegressor(SVR(), transformer=StandardScaler()))
    prefix = "transformedtargetregressor__regressor__"
    grid = {f"{prefix}C": [3.0, 30.0, 100.0], f"{prefix}gamma": [0.003, 0.01, 0.03]}
    return GridSearchCV(model, grid, cv=5, scoring="neg_mean_squared_error")


def _propensity() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=0.3, max_iter=2000)


IHDP_ESTIMATORS = ("ours, X-learner (kernel)", "seed forest", "best constant effect", "zero effect")


def ihdp_scores(replications: int) -> pd.DataFrame:
    """Root PEHE on IHDP surface B by estimator: mean and standard error over replications, outcome units."""
    from econml.data.dgps import ihdp_surface_B

    from macro_assets.causal.variation.forest_models import fit_forest

    rows = []
    for seed in range(replications):
        y, t, x, truth = (np.asarray(part) for part in ihdp_surface_B(random_state=seed)[:4])
        y, t, truth = np.ravel(y), np.ravel(t).astype(int), np.ravel(truth)
        ours = x_learner_effects(
            y, t, x, outcome_model=_smooth_model, effect_model=_smooth_model, propensity_model=_propensity
        )
        seeds = np.ravel(fit_forest(y, t, x, None, preset="seed", seed=seed, discrete=True, folds=2).effect(x))
        effects = (ours, seeds, np.full(len(truth), truth.mean()), np.zeros(len(truth)))
        rows.append([float(np.sqrt(np.mean((effect - truth) ** 2))) for effect in effects])
    table = pd.DataFrame(rows, columns=list(IHDP_ESTIMATORS))
    return pd.DataFrame(
        {"root_pehe": table.mean(), "mc_error": table.std(ddof=1) / np.sqrt(len(table)), "replications": len(table)}
    ).rename_axis("estimator")


def lalonde_scores() -> pd.DataFrame:
    """Effect of training on earnings of 1978, US dollars: the experiment, the naive comparison, and ours.

    The treated of the experiment against survey controls (CPS), the doubly robust effect on the treated with least
    squares for earnings and a logistic propensity in the covariates of Dehejia and Wahba (2002).
    """
    from causaldata import cps_mixtape, nsw_mixtape
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    experiment, survey = nsw_mixtape.load_pandas().data, cps_mixtape.load_pandas().data
    treated, control = (experiment.loc[experiment["treat"] == arm, "re78"] for arm in (1, 0))
    both = pd.concat([experiment[experiment["treat"] == 1], survey], ignore_index=True)
    covariates = _dehejia_wahba(both)
    found = doubly_robust_effect(
        both["re78"].to_numpy(float),
        both["treat"].to_numpy(int),
        covariates,
        target="att",
        outcome_model=LinearRegression,
        propensity_model=lambda: make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=5000)),
        folds=10,
    )
    error = float(np.sqrt(treated.var() / len(treated) + control.var() / len(control)))
    rows = {
        "experiment": (float(treated.mean() - control.mean()), error, float("nan")),
        "naive, CPS": (float(treated.mean() - survey["re78"].mean()), float("nan"), float("nan")),
        "ours, doubly robust, CPS": (found.point, found.stderr, found.overlap),
    }
    return pd.DataFrame(rows, index=["effect_usd", "stderr_usd", "overlap"]).T.rename_axis("estimator")


def _dehejia_wahba(frame: pd.DataFrame) -> np.ndarray:
    """Their propensity specification: powers of age and schooling, earnings and zero-earnings marks, one product."""
    age, educ, re74, re75 = (frame[name].to_numpy(float) for name in ("age", "educ", "re74", "re75"))
    zero74, zero75 = (re74 == 0).astype(float), (re75 == 0).astype(float)
    marks = [frame[name].to_numpy(float) for name in ("black", "hisp", "marr", "nodegree")]
    return np.column_stack([age, age**2, age**3, educ, educ**2, *marks, re74, re75, zero74, zero75, educ * re74])
