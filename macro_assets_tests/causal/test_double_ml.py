"""Double machine learning: equal to econml with the same folds, fitted once per series."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.causal import EffectPanel, EffectSettings, estimate_effect, estimate_grid
from macro_assets.causal.engine.cross_fitting import ResidualCache, cross_fit
from macro_assets.causal.engine.learners import make_learner
from macro_assets.errors import InvalidInputError
from macro_assets.inference.folds import FOLD_KINDS, make_folds
from macro_assets_tests.causal.panels import cumulative, lagged_design, panel


@given(n=st.integers(60, 300), count=st.integers(2, 12), kind=st.sampled_from(FOLD_KINDS), seed=st.integers(0, 9))
def test_test_rows_partition_the_sample_and_never_train(n: int, count: int, kind: str, seed: int) -> None:
    folds = make_folds(n, kind=kind, count=count, gap=3, seed=seed)
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(n))
    assert all(not set(train) & set(test) for train, test in folds)
    if kind == "neighbours_left_out":
        assert all(np.abs(train[:, None] - test).min() > 3 for train, test in folds)


@pytest.mark.parametrize("horizon", [0, 3])
def test_point_equals_econml_linear_dml(horizon: int) -> None:
    from econml.dml import LinearDML

    y, t, x = panel("S1", n=160)
    design = lagged_design(y, t, x).assign(outcome=cumulative(y, horizon)).dropna()
    w = design.drop(columns=["outcome", "shock", "constant"]).to_numpy()
    folds = make_folds(len(design), count=5, seed=0)
    model = LinearDML(model_y=make_learner("lightgbm"), model_t=make_learner("lightgbm"), cv=folds, random_state=0)
    model.fit(design["outcome"].to_numpy(), design["shock"].to_numpy(), X=None, W=w)
    settings = EffectSettings(learner="lightgbm", fold_count=5)
    found = estimate_effect(y, t, x, horizon=horizon, settings=settings)
    assert found.point == pytest.approx(float(np.squeeze(model.intercept_)), rel=1e-6)


def test_a_grid_fits_each_series_once() -> None:
    y, t, x = panel("S1", n=150)
    cache = ResidualCache("ridge")
    folds = make_folds(150, count=3)
    first = cache.residual(("shock", "shock"), t.to_numpy(), x.to_numpy(), folds)
    again = cache.residual(("shock", "shock"), t.to_numpy(), x.to_numpy(), folds)
    assert cache.fitted == 1
    assert first is again
    assert np.allclose(first, cross_fit(t.to_numpy(), x.to_numpy(), folds, learner="ridge"))
    shocks = pd.DataFrame({"shock": t, "other": t.to_numpy()[::-1]})
    settings = EffectSettings(learner="ridge")
    grid = estimate_grid(EffectPanel(y.to_frame(), shocks, x), horizons=(0, 1), settings=settings, joint=False)
    assert {(e.shock.name, e.horizon) for e in grid} == {("shock", 0), ("shock", 1), ("other", 0), ("other", 1)}
    assert grid.get("shock", "asset", 0).point == pytest.approx(0.5, abs=0.3)


def test_impossible_folds_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="folds do not fit"):
        make_folds(20, count=15)
    with pytest.raises(InvalidInputError, match="smaller gap"):
        make_folds(40, kind="neighbours_left_out", count=2, gap=30)
