"""Degrees of freedom and standard errors of the default engine, re-derived by hand."""

import numpy as np
import pytest
from scipy import stats

from macro_assets.causal.engine.linear import MINIMUM_DEGREES, LinearCells, cosine_count, fit_cells, linear_stderr
from macro_assets.causal.engine.projection import Projection
from macro_assets.inference.longrun import cosine_basis


def fitted(loud: int, n: int = 300, size: float = 8.0) -> LinearCells:
    """A shock of unit size with `loud` months of `size`."""
    rng = np.random.default_rng(0)
    shock = rng.choice([-1.0, 1.0], n)
    shock[rng.choice(n, loud, replace=False)] *= size
    outcome = 0.5 * shock + rng.standard_normal(n)
    return fit_cells(outcome[:, None], shock, Projection.onto(np.ones((n, 1))))


@pytest.mark.parametrize("loud", [0, 2, 5, 10, 40])
def test_loud_months_cost_degrees_of_freedom_by_the_stated_rule(loud: int) -> None:
    """1 / (1/B + 1/effective n), times the square of effective n over its Gaussian value n/3, never below five."""
    cells, n = fitted(loud), 300
    cosines, effective = cosine_count(n, cells.parameters), float(cells.effective_n)
    gaussian = min(1.0, effective / (n / 3.0))
    expected = max(gaussian**2 / (1.0 / cosines + 1.0 / effective), MINIMUM_DEGREES)
    assert float(linear_stderr(cells, 0)[1]) == pytest.approx(expected, rel=1e-12)


def test_the_louder_few_months_are_the_wider_the_interval_beyond_its_standard_error() -> None:
    quantiles = [float(stats.t.ppf(0.975, linear_stderr(fitted(loud), 0)[1])) for loud in (0, 10, 4)]
    assert quantiles == sorted(quantiles)
    assert quantiles[-1] > 1.1 * quantiles[0]


def test_the_short_standard_error_is_that_of_jackknifed_influence_on_cosines() -> None:
    cells, n = fitted(3), 300
    basis = cosine_basis(n, cosine_count(n, cells.parameters))
    leverage = sum(np.sum(one**2, axis=-1) for one in cells.projection.bases)
    own = cells.residual_shock**2 / np.sum(cells.residual_shock**2)
    scores = cells.influence / (np.sqrt(1.0 - leverage) * (1.0 - own))
    expected = np.sqrt(np.mean([(scores @ cosine) ** 2 for cosine in basis.T]))
    assert float(linear_stderr(cells, 0)[0]) == pytest.approx(expected, rel=1e-12)
