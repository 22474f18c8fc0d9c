"""Nuisance learners by name: lasso, ridge, lightgbm and the seed's random forest of 100 trees.

Belongs here: their settings. Does not belong here: cross-fitting (cross_fitting.py).
"""

from typing import Any

from macro_assets.inference.choices import check_choice

__all__ = ["LEARNERS", "ML_LEARNERS", "make_learner"]

ML_LEARNERS = ("lasso", "ridge", "lightgbm", "rf100")
LEARNERS = ("linear", *ML_LEARNERS)


def make_learner(name: str, *, seed: int = 0) -> Any:
    """A fresh scikit-learn regressor; single-threaded and seeded.

    lasso : standardised, penalty by five-fold cross-validation. ridge : standardised, penalty by leave-one-out.
    lightgbm : 100 shallow trees. rf100 : RandomForestRegressor(100, random_state=42), as the seed configuration has it.
    """
    check_choice(name, ML_LEARNERS, "learner")
    if name == "rf100":
        from sklearn.ensemble import RandomForestRegressor

        return RandomForestRegressor(n_estimators=100, random_state=42, n_jobs=1)
    if name == "lightgbm":
        from lightgbm import LGBMRegressor

        return LGBMRegressor(
            n_estimators=100, learning_rate=0.05, num_leaves=8, min_child_samples=15, subsample=0.8, subsample_freq=1,
            colsample_bytree=0.8, reg_lambda=1.0, random_state=seed, n_jobs=1, verbose=-1, deterministic=True,
            force_row_wise=True,
        )  # fmt: skip
    return _standardised(name)


def _standardised(name: str) -> Any:
    import numpy as np
    from sklearn.linear_model import LassoCV, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if name == "ridge":
        return make_pipeline(StandardScaler(), RidgeCV(alphas=np.logspace(-2, 4, 25)))
    return make_pipeline(StandardScaler(), LassoCV(alphas=40, eps=1e-3, max_iter=5000, n_jobs=1))
