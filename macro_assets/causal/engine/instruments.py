"""Effects of a rate that moved, instrumented by surprises: unit-effect normalisation, and sets that hold when weak.

Belongs here: one endogenous variable with one instrument, over horizons or event days. Does not belong here: which
surprise is the instrument (signals/), the reduced form on the surprise itself (projection.py, events/).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from macro_assets.errors import InvalidInputError
from macro_assets.inference.choices import check_choice
from macro_assets.inference.longrun import cosine_basis, ewc_degrees

Array = NDArray[np.float64]

__all__ = ["WEAK", "InstrumentedEffect", "instrumented_effect"]

WEAK = 23.1
"""Effective F below which the usual interval may mislead by more than a tenth: one instrument, Montiel Olea and Pflueger
(2013), Journal of Business & Economic Statistics 31(3), 5 percent test."""
MINIMUM_FREEDOM = 20


@dataclass(frozen=True)
class InstrumentedEffect:
    """Effect of one unit of the endogenous variable.

    Attributes
    ----------
    point, stderr, degrees : two-stage least squares, unit of the outcome per unit of the endogenous variable.
    lower, upper : the interval that stands: the usual one with a strong instrument, else the Anderson-Rubin set.
    anderson_rubin : pairs (low, high) of the set that holds whatever the strength; unbounded ends are infinite, and two
        pairs mean the complement of an interval.
    first_stage, first_stage_f : endogenous per unit of the instrument, and its robust F statistic.
    weak : whether that F is below `WEAK`.
    n : rows. support : largest move of the endogenous variable that the instrument explains in the sample.
    """

    point: float
    stderr: float
    degrees: float
    lower: float
    upper: float
    anderson_rubin: tuple[tuple[float, float], ...]
    first_stage: float
    first_stage_f: float
    weak: bool
    n: int
    support: float

    def supported(self, size: float) -> bool:
        """Whether a move of `size` is within what the instrument ever explained."""
        return abs(size) <= self.support


def instrumented_effect(
    outcome: Array,
    endogenous: Array,
    instrument: Array,
    controls: Array | None = None,
    *,
    inference: str = "ewc",
    alpha: float = 0.05,
) -> InstrumentedEffect:
    """Two-stage least squares with one instrument, its first stage, and the Anderson-Rubin set.

    Parameters
    ----------
    outcome, endogenous, instrument : (n,) rows in time order; the outcome may be accumulated over a horizon.
    controls : (n, p) known before the instrument; a constant is always added.
    inference : ewc (serially correlated scores: horizons above zero) or hc (event days).
    alpha : one minus the level.

    Raises
    ------
    InvalidInputError : different lengths, values that are not finite, an instrument without variation, or too few rows.

    Source: Stock and Watson (2018), Economic Journal 128 (LP-IV); Anderson and Rubin (1949); Andrews, Stock and Sun
    (2019), Annual Review of Economics 11.
    """
    check_choice(inference, ("ewc", "hc"), "inference")
    y, x, z = _residuals(outcome, endogenous, instrument, controls)
    parameters = 1 + (0 if controls is None else np.asarray(controls).reshape(len(y), -1).shape[1])
    variances, degrees = _variances(np.stack([z * y, z * x]), inference, len(y) - parameters - 1)
    reduced, first = float(z @ y), float(z @ x)
    critical = float(stats.t.ppf(1.0 - alpha / 2.0, degrees))
    point = reduced / first if first != 0.0 else float("nan")
    spread = _score_variance(variances, point)
    stderr = float(np.sqrt(spread)) / abs(first) if first != 0.0 else float("inf")
    first_stage_f = first**2 / float(variances[1, 1])
    sets = _anderson_rubin(reduced, first, variances, critical)
    weak = first_stage_f < WEAK
    lower, upper = (sets[0][0], sets[-1][1]) if weak else (point - critical * stderr, point + critical * stderr)
    slope = first / float(z @ z)
    return InstrumentedEffect(
        point, stderr, degrees, lower, upper, sets, slope, first_stage_f, weak, len(y), float(np.abs(slope * z).max())
    )


def _residuals(
    outcome: Array, endogenous: Array, instrument: Array, controls: Array | None
) -> tuple[Array, Array, Array]:
    columns = [np.asarray(values, dtype=float) for values in (outcome, endogenous, instrument)]
    n = len(columns[0])
    others = np.empty((n, 0)) if controls is None else np.asarray(controls, dtype=float).reshape(n, -1)
    if any(column.shape != (n,) for column in columns):
        raise InvalidInputError(
            f"Outcome, endogenous variable and instrument have shapes {[c.shape for c in columns]}.",
            remedy="Pass three series of one length.",
        )
    if n < others.shape[1] + MINIMUM_FREEDOM:
        raise InvalidInputError(
            f"Sample too short: {n} rows for {others.shape[1]} controls; {others.shape[1] + MINIMUM_FREEDOM} are needed.",
            remedy="Use a longer sample or fewer controls.",
        )
    if not all(np.isfinite(values).all() for values in (*columns, others)):
        raise InvalidInputError("A series or control is not finite.", remedy="Remove missing rows first.")
    basis = np.linalg.qr(np.column_stack([np.ones(n), others]))[0]
    y, x, z = (column - basis @ (basis.T @ column) for column in columns)
    if float(z @ z) <= 1e-12 * max(float(columns[2] @ columns[2]), 1e-300):
        raise InvalidInputError(
            "The instrument does not vary beyond the controls.", remedy="Use a sample with events, or fewer controls."
        )
    return y, x, z


def _variances(scores: Array, inference: str, freedom: int) -> tuple[Array, float]:
    """(2, 2) variance of the sums of two score series, and the degrees of freedom of its Student t reference."""
    n = scores.shape[1]
    correction = n / max(freedom, 1)
    centred = scores - scores.mean(axis=1, keepdims=True)
    if inference == "hc":
        return correction * centred @ centred.T, float(freedom)
    count = ewc_degrees(n)
    projected = centred @ cosine_basis(n, count)
    return correction * projected @ projected.T / count, float(count)


def _score_variance(variances: Array, effect: float) -> float:
    return float(variances[0, 0] - 2.0 * effect * variances[0, 1] + effect**2 * variances[1, 1])


def _anderson_rubin(reduced: float, first: float, variances: Array, critical: float) -> tuple[tuple[float, float], ...]:
    """Effects b with |reduced - b first| <= critical x its standard error: an interval, its complement, or everything."""
    square = first**2 - critical**2 * float(variances[1, 1])
    linear = -2.0 * (reduced * first - critical**2 * float(variances[0, 1]))
    constant = reduced**2 - critical**2 * float(variances[0, 0])
    inside = linear**2 - 4.0 * square * constant
    infinite = float("inf")
    if square > 0.0:
        half = float(np.sqrt(max(inside, 0.0)))
        return (((-linear - half) / (2.0 * square), (-linear + half) / (2.0 * square)),)
    if inside <= 0.0 or square == 0.0:
        return ((-infinite, infinite),)
    half = float(np.sqrt(inside))
    low, high = sorted([(-linear - half) / (2.0 * square), (-linear + half) / (2.0 * square)])
    return ((-infinite, low), (high, infinite))
