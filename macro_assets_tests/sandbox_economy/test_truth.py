"""The truth is what a perfect estimator finds, and the naive one does not."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.sandbox.economy import MonthlyPanel, SimulatedEconomy, Truth, simulate_monthly, simulate_monthly_many
from macro_assets.sandbox.economy.parameters import OUTCOMES, REGIMES, SHOCKS

HISTORIES = 120


@pytest.fixture(scope="module")
def panels() -> list[MonthlyPanel]:
    return simulate_monthly_many(range(HISTORIES), 660)


def test_fed_effect_on_equity_by_regime(economy: SimulatedEconomy) -> None:
    effects = [economy.truth.effect("fed_surprise", "sp500", 0, regime) for regime in REGIMES]
    np.testing.assert_allclose(effects, [-0.045, -0.018, -0.025], atol=1e-12)
    average = economy.truth.effect("fed_surprise", "sp500")
    assert average == economy.truth.effect("fed_surprise_orthogonal", "sp500")
    row = (
        economy.truth.averages_frame().query("shock == 'fed_surprise' and outcome == 'sp500' and horizon == 0").iloc[0]
    )
    assert average == row["weighted_average"] < row["time_average"]  # louder surprises in recessions weigh more


def test_one_history_shows_the_average_but_not_the_regimes(economy: SimulatedEconomy) -> None:
    rows = pd.DataFrame(economy.truth.detectability).set_index(["shock", "outcome"])
    fed = rows.loc[("fed_surprise", "sp500")]
    assert fed["t"] < -3.0
    assert fed["minimum_detectable_difference"] > 1.5 * abs(fed["regime_difference"])


def test_placebo_outcome_reacts_to_nothing(economy: SimulatedEconomy) -> None:
    frame = economy.truth.effects_frame()
    assert (frame.loc[frame["outcome"] == economy.truth.placebo_outcome, "effect"] == 0.0).all()
    assert set(frame["outcome"]) == set(OUTCOMES)
    assert set(frame["shock"]) == set(SHOCKS)


def test_truth_survives_the_file(economy: SimulatedEconomy, tmp_path: Path) -> None:
    path = economy.truth.write(tmp_path / "truth.json")
    assert Truth.read(path) == economy.truth
    path.write_text("{}")
    with pytest.raises(InvalidInputError, match="contains no ground truth"):
        Truth.read(path)
    with pytest.raises(InvalidInputError, match="No true effect"):
        economy.truth.effect("weather", "sp500")


def test_the_panel_is_the_same_alone_and_in_company(panels: list[MonthlyPanel]) -> None:
    alone = simulate_monthly(3, 300)
    pd.testing.assert_frame_equal(alone.outcomes, panels[3].outcomes.iloc[:300])
    pd.testing.assert_frame_equal(alone.shocks, panels[3].shocks.iloc[:300])
    pd.testing.assert_frame_equal(alone.controls, panels[3].controls.iloc[:300])


def test_the_panel_shows_the_months_of_the_archive(economy: SimulatedEconomy) -> None:
    panel = simulate_monthly(7, 400)
    published = economy.archive.surprises["ff4_surprises"].set_index("date")["ff4"].resample("ME").sum()
    common = panel.shocks.index.intersection(published.index)
    np.testing.assert_allclose(panel.shocks.loc[common, "fed_surprise"], published[common], atol=0.02)


def _least_squares(outcome: np.ndarray, regressors: np.ndarray) -> tuple[float, float]:
    """Slope on the first regressor and its heteroskedasticity-robust standard error."""
    keep = np.isfinite(outcome) & np.isfinite(regressors).all(axis=1)
    y, x = outcome[keep], np.column_stack([regressors[keep], np.ones(keep.sum())])
    inverse = np.linalg.pinv(x)  # lags of an outcome may repeat a control
    error = y - x @ (inverse @ y)
    freedom = len(y) / (len(y) - x.shape[1])
    return float(inverse[0] @ y), float(np.sqrt(freedom * ((inverse[0] * error) ** 2).sum()))


def _estimates(panels: list[MonthlyPanel], shock: str, outcome: str, *, controlled: bool) -> pd.DataFrame:
    rows = []
    for panel in panels:
        news, result = panel.shocks[shock], panel.outcomes[outcome]
        lags = [series.shift(lag) for series in (news, result) for lag in (1, 2)]
        extra = [panel.controls, panel.controls.shift(1), *lags] if controlled else []
        regressors = np.column_stack([news, *extra])
        slope, stderr = _least_squares(result.to_numpy(), regressors)
        rows.append((slope - panel.truth.effect(shock, outcome), stderr))
    return pd.DataFrame(rows, columns=["error", "stderr"])


@pytest.mark.parametrize("shock", ["fed_surprise", "fed_surprise_orthogonal", "fed_rate_change"])
def test_lagged_controls_recover_the_fed_effect(panels: list[MonthlyPanel], shock: str) -> None:
    found = _estimates(panels, shock, "sp500", controlled=True)
    assert abs(found["error"].mean()) < 3.5 * found["error"].std() / np.sqrt(HISTORIES)
    coverage = (found["error"].abs() < 1.96 * found["stderr"]).mean()
    assert 0.88 < coverage <= 1.0


def test_the_naive_regression_is_clearly_biased(panels: list[MonthlyPanel]) -> None:
    found = _estimates(panels, "fed_rate_change", "sp500", controlled=False)
    assert found["error"].mean() > 2.0 * found["stderr"].mean()
    assert (found["error"].abs() < 1.96 * found["stderr"]).mean() < 0.5


@pytest.mark.parametrize(
    ("shock", "outcome"),
    [
        ("cpi_innovation", "us10y"),
        ("gdp_innovation", "sp500"),
        ("payrolls_innovation", "us10y"),
        ("oil_supply_news", "uso"),
        ("fed_surprise", "vix"),
        ("fed_surprise", "usdcny"),
    ],
)
def test_other_effects_are_recovered_too(panels: list[MonthlyPanel], shock: str, outcome: str) -> None:
    found = _estimates(panels[:60], shock, outcome, controlled=True)
    assert abs(found["error"].mean()) < 4.0 * found["error"].std() / np.sqrt(60)
    assert (found["error"].abs() < 1.96 * found["stderr"]).mean() > 0.85
