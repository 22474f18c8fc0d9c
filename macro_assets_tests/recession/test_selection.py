"""Selection is fast, and keeps the same columns as the textbook loop."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.recession import selection
from macro_assets_tests.recession.naive_selection import statsmodels_loop


def correlated(n: int = 160, p: int = 20, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    factors = rng.normal(size=(n, 4))
    return factors @ rng.normal(size=(4, p)) + 0.3 * rng.normal(size=(n, p))


@pytest.mark.parametrize("seed", range(4))
def test_down_dating_keeps_what_the_statsmodels_loop_keeps(seed: int) -> None:
    x = correlated(seed=seed)
    assert selection.drop_collinear(x, 10.0).tolist() == statsmodels_loop(x, 10.0)


def test_inflation_factors_agree_with_statsmodels() -> None:
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    x = correlated(p=6)
    design = np.column_stack([np.ones(len(x)), x])
    expected = [variance_inflation_factor(design, j + 1) for j in range(6)]
    assert selection.variance_inflation(x) == pytest.approx(expected)


def test_singular_input_is_survived() -> None:
    x = correlated(p=8)
    repeated = np.column_stack([x, x[:, 0], x[:, 1] + x[:, 2], np.ones(len(x))])
    kept = selection.drop_collinear(repeated, 10.0)
    assert 10 not in kept  # the constant
    assert selection.variance_inflation(repeated[:, kept]).max() <= 10.0
    few_rows = correlated(n=12, p=30)
    assert 1 <= len(selection.drop_collinear(few_rows, 10.0)) < 12


def test_selection_finds_the_column_that_matters_and_reports_stability() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(150, 80))
    y = (x[:, 17] + 0.3 * rng.normal(size=150) > 0.8).astype(float)
    x[rng.random(x.shape) < 0.02] = np.nan
    names = [f"c{j}" for j in range(80)]
    chosen = [selection.Selector(keep=10).select(x[: 110 + 20 * k], y[: 110 + 20 * k], names) for k in range(3)]
    table = selection.stability(chosen)
    assert table.index[0] == "c17"
    assert table.loc["c17", "share"] == 1.0
    assert isinstance(table, pd.DataFrame)
    rows = pd.DataFrame({"frequency": "Q", "mode": "vintage", "refit": [1, 2, 2], "selected": ["a|b", "b|c", "b|c"]})
    shares = selection.stability_of_refits(rows).set_index("feature")["share"]
    assert shares.to_dict() == {"b": 1.0, "a": 0.5, "c": 0.5}
    again = selection.Selector(keep=10).select(x[:110], y[:110], names)
    assert again.names == chosen[0].names
