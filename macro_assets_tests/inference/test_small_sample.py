"""Slopes with few observations: against statsmodels, against eigenvalues, and on data whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.small_sample import effective_number, fit_slopes


def test_slopes_and_errors_are_those_of_statsmodels_hc2() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    x = rng.standard_t(3, size=60)
    y = np.column_stack([0.4 * x + rng.normal(size=60) * (1 + x**2), rng.normal(size=60)])
    fit = fit_slopes(x, y)
    for column in (0, 1):
        reference = sm.OLS(y[:, column], sm.add_constant(x)).fit(cov_type="HC2")
        assert fit.point[column] == pytest.approx(reference.params[1], rel=1e-10)
        assert fit.stderr[column] == pytest.approx(reference.bse[1], rel=1e-10)
        assert fit.residuals[:, column] == pytest.approx(reference.resid, abs=1e-10)
        assert fit.weights @ y[:, column] == pytest.approx(fit.point[column])


def test_degrees_of_freedom_are_those_of_the_eigenvalues() -> None:
    x = np.concatenate([np.zeros(30), [1.0, -1.0, 4.0]])
    design = np.column_stack([np.ones_like(x), x])
    hat = design @ np.linalg.solve(design.T @ design, design.T)
    weights = np.linalg.solve(design.T @ design, design.T)[1]
    columns = (np.eye(len(x)) - hat) * (weights / np.sqrt(1.0 - np.diag(hat)))
    roots = np.linalg.eigvalsh(columns.T @ columns)
    assert fit_slopes(x, x + 1.0).degrees == pytest.approx(roots.sum() ** 2 / (roots**2).sum(), rel=1e-9)
    assert fit_slopes(x, x + 1.0).degrees < 3.0 < fit_slopes(np.linspace(-1, 1, 33), x).degrees


def test_the_interval_covers_where_a_normal_one_does_not() -> None:
    """Twenty events of which two carry nearly everything, errors loud where surprises are."""
    from scipy import stats

    rng = np.random.default_rng(11)
    x = np.concatenate([rng.normal(size=18) * 0.2, [2.0, -2.5]])
    draws = rng.normal(size=(20, 4000)) * (0.5 + np.abs(x))[:, None]
    fit = fit_slopes(x, draws)
    t = np.abs(fit.point / fit.stderr)
    assert (t < stats.t.ppf(0.975, fit.degrees)).mean() > 0.90
    assert (t < 1.96).mean() < 0.80


def test_the_effective_number_counts_equal_deviations() -> None:
    assert effective_number(np.array([1.0, -1.0, 1.0, -1.0])) == pytest.approx(4.0)
    assert effective_number(np.array([0.01] * 50 + [10.0])) == pytest.approx(1.0, abs=0.01)
    assert effective_number(np.zeros(3)) == 0.0


def test_bad_input_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="at least 5 rows"):
        fit_slopes(np.arange(4.0), np.arange(4.0))
    with pytest.raises(InvalidInputError, match="constant"):
        fit_slopes(np.ones(9), np.arange(9.0))
    with pytest.raises(InvalidInputError, match="not finite"):
        fit_slopes(np.arange(9.0), np.append(np.arange(8.0), np.nan))
