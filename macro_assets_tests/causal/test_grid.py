"""The grid gives the cells' own estimates, over different samples, with joint inference."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from macro_assets.causal import EffectPanel, estimate_effect, estimate_grid
from macro_assets.causal.engine.multiplicity import benjamini_hochberg, holm, joint_draws, romano_wolf
from macro_assets.errors import InvalidInputError
from macro_assets_tests.causal.panels import ASSET, SHOCK, cumulative, lagged_design, months, panel


@pytest.fixture(scope="module")
def frames() -> EffectPanel:
    y, t, x = panel("S2", n=240)
    rng = np.random.default_rng(5)
    outcomes = pd.DataFrame({"asset": y, "late": 0.5 * y + rng.standard_normal(240), "noise": rng.standard_normal(240)})
    outcomes.loc[outcomes.index[:60], "late"] = np.nan
    shocks = pd.DataFrame({"shock": t, "short": rng.standard_normal(240)}, index=months(240))
    shocks.loc[shocks.index[-24:], "short"] = np.nan
    return EffectPanel(outcomes, shocks, x, {"asset": ASSET}, {"shock": replace(SHOCK, tier="T1")})


def test_every_cell_equals_the_single_estimate_on_its_own_sample(frames) -> None:
    outcomes, shocks, x = frames.outcomes, frames.shocks, frames.controls
    grid = estimate_grid(frames, horizons=(-1, 0, 3, 12))
    assert len(grid) == 2 * 3 * 4
    for estimate in grid:
        y, t = outcomes[estimate.outcome.name], shocks[estimate.shock.name]
        index = y.dropna().index.intersection(t.dropna().index)
        alone = estimate_effect(y[index], t[index], x.loc[index], horizon=estimate.horizon)
        assert estimate.point == pytest.approx(alone.point, rel=1e-9)
        assert estimate.stderr == pytest.approx(alone.stderr, rel=1e-9)
        assert (estimate.n, estimate.sample_start) == (alone.n, alone.sample_start)


def test_units_signs_and_tiers_travel(frames) -> None:
    grid = estimate_grid(frames, horizons=(0,), joint=False)
    cell = grid.get("shock", "asset", 0)
    assert (cell.outcome.unit, cell.sign_convention, cell.tier) == ("decimal return", "positive = tighter", "T1")
    with pytest.raises(InvalidInputError, match="no cell"):
        grid.get("shock", "gold", 0)


@pytest.mark.parametrize("horizon", [0, 3])
def test_a_month_missing_inside_costs_the_rows_that_need_it_and_no_other(frames, horizon: int) -> None:
    """Least squares on exactly the rows whose outcome path, shock, controls and lags are known."""
    outcomes, controls = frames.outcomes.copy(), frames.controls.copy()
    outcomes.iloc[100, 0], controls.iloc[180, 1] = np.nan, np.nan
    cell = estimate_grid(replace(frames, outcomes=outcomes, controls=controls), horizons=(horizon,)).get(
        "shock", "asset", horizon
    )
    y, t = outcomes["asset"], frames.shocks["shock"]
    design = lagged_design(y, t, controls).assign(y=cumulative(y, horizon)).dropna()
    solution = np.linalg.lstsq(design.drop(columns="y").to_numpy(), design["y"].to_numpy(), rcond=None)[0]
    assert cell.n == len(design) == 240 - 2 - horizon - (horizon + 3) - 3
    assert cell.dates.equals(design.index)
    assert cell.point_uncorrected == pytest.approx(solution[0], rel=1e-9)


def test_an_infinite_value_and_an_empty_column_are_refused_by_name(frames) -> None:
    outcomes = frames.outcomes.copy()
    outcomes.iloc[100, 0] = np.inf
    with pytest.raises(InvalidInputError, match="'asset' has an infinite value"):
        estimate_grid(replace(frames, outcomes=outcomes))
    outcomes["asset"] = np.nan
    with pytest.raises(InvalidInputError, match="'asset' has no values"):
        estimate_grid(replace(frames, outcomes=outcomes))


def test_adjusted_p_values_and_bands_are_wider_than_single_ones(frames) -> None:
    frame = estimate_grid(frames).to_frame()
    assert (frame["p_bh"] >= frame["p_value"] - 1e-12).all()
    assert (frame["p_romano_wolf"] >= frame["p_value"] - 0.01).all()
    assert (frame["band_upper"] >= frame["upper"] - 1e-9).all()
    assert frame.loc[(frame.shock == "shock") & (frame.outcome == "asset"), "p_romano_wolf"].min() < 0.01


def test_romano_wolf_steps_down() -> None:
    draws = np.abs(np.random.default_rng(0).standard_normal((4000, 3)))
    p = romano_wolf(np.array([5.0, 2.3, 0.1]), draws)
    assert p[0] < 0.001
    # after the first rejection only two cells compete: 1 - P(|z| < 2.3)^2
    assert p[1] == pytest.approx(1 - 0.97855**2, abs=0.01)
    assert p[0] <= p[1] <= p[2]
    assert np.allclose(benjamini_hochberg(np.array([0.01, 0.02, 0.9])), [0.03, 0.03, 0.9])


def test_joint_draws_keep_the_dependence_between_cells(frames) -> None:
    grid = estimate_grid(frames, horizons=(0, 1), joint=False)
    path = grid.path("shock", "asset")
    drawn = joint_draws(path, frames.index)
    assert drawn.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.06)
    assert np.corrcoef(drawn.T)[0, 1] > 0.3


def test_pictures_show_cells_and_path(frames) -> None:
    grid = estimate_grid(frames, horizons=(0, 3, 12))
    assert [label.get_text() for label in grid.plot(horizon=3).get_xticklabels()] == ["asset", "late", "noise"]
    axes: Any = grid.plot_response("shock", "asset")
    assert list(axes.lines[0].get_xdata()) == [0, 3, 12]
    assert "18 effects" in grid.summary()


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=20))
def test_holm_is_that_of_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1].tolist())
    assert holm([]) == []
