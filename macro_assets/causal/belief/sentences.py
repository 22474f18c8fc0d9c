"""A cell in words and in units people think in: a typical shock, 25 basis points, percent.

Belongs here: sizes and sentences made of an estimate and its words. Does not belong here: the words (identification.py,
finding.py, specification.py), estimation (engine/).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.causal.engine.results import FOUND, FRAGILE, IDENTIFIED, NOT_IDENTIFIED, EffectEstimate

__all__ = ["OVERDUE_MONTHS", "Sizes", "cell_sentence", "sizes", "typical_shock"]

OVERDUE_MONTHS = 6
"""A cell that ends earlier than this before the as-of date says so first."""

_QUARTER = 0.25
_WORDS = {"decimal": "percent"}


@dataclass(frozen=True)
class Sizes:
    """An effect in units people think in.

    Attributes
    ----------
    typical_shock : one standard deviation of the shocks that are not zero, in the shock's unit.
    point, lower, upper : effect of a typical shock, in `unit`; returns compounded, in percent.
    per_25bp : effect of 25 basis points, where the shock is in percentage points; NaN otherwise.
    detectable : smallest effect of a typical shock found with 80 % power, in `unit`.
    """

    typical_shock: float
    point: float
    lower: float
    upper: float
    per_25bp: float
    detectable: float
    unit: str


def typical_shock(values: np.ndarray) -> float:
    """One standard deviation of the shocks that are not zero; values (n,) with NaN where there is none."""
    moved = values[np.isfinite(values) & (values != 0.0)]
    return float(moved.std(ddof=1)) if len(moved) > 1 else float("nan")


def sizes(estimate: EffectEstimate, typical: float) -> Sizes:
    """An estimate per typical shock and per 25 basis points; typical as of `typical_shock`."""
    unit = estimate.outcome.unit

    def size(value: float, of: float) -> float:
        moved = value * of
        return float(100.0 * np.expm1(moved)) if unit == "decimal" else float(moved)

    low, high = estimate.confidence_interval
    in_points = estimate.shock.unit.startswith("percentage point")
    return Sizes(
        typical, size(estimate.point, typical), size(low, typical), size(high, typical),
        size(estimate.point, _QUARTER) if in_points else float("nan"), abs(size(estimate.words.detectable, typical)),
        _WORDS.get(unit, unit),
    )  # fmt: skip


def cell_sentence(estimate: EffectEstimate, size: Sizes, as_of: pd.Timestamp) -> str:
    """One cell in one or two sentences: how old, what, how much, what may be said of it."""
    shock, outcome = estimate.shock, estimate.outcome
    when = "in the month of the shock" if estimate.horizon <= 0 else f"over its month and the {estimate.horizon} after"
    amount = f"{_number(size.point, size.unit)} [{_number(size.lower, size.unit)}, {_number(size.upper, size.unit)}]"
    text = (
        f"{_age(estimate.sample_end, as_of)}A typical {shock.name} ({size.typical_shock:.3g} {shock.unit}; {shock.sign}) "
        f"{f'moves {outcome.name} by {amount}' if estimate.causal else f'goes with {amount} of {outcome.name}'} {when}: "
        f"{_verdict(estimate, size)}."
    )
    if estimate.words.specification == FRAGILE:
        text += f" Fragile: another specification moves it by {abs(estimate.words.worst_move):.1f} standard errors."
    if estimate.interval_unreliable:
        text += f" Such intervals cover about {estimate.words.expected_coverage:.0%}, not {1 - estimate.alpha:.0%}."
    return text


def _verdict(estimate: EffectEstimate, size: Sizes) -> str:
    if estimate.words.identification == NOT_IDENTIFIED:
        return "not identified, so it answers nothing"
    nothing = (
        f"nothing found; {_number(size.detectable, size.unit).lstrip('+')} or more would have been, with 80 % power"
    )
    if estimate.words.identification == IDENTIFIED:
        return "a causal effect" if estimate.words.finding == FOUND else nothing
    return "an association, not an effect" if estimate.words.finding == FOUND else nothing


def _age(end: pd.Timestamp, as_of: pd.Timestamp) -> str:
    months = 12 * (as_of.year - end.year) + as_of.month - end.month
    return f"Ends {end:%Y-%m}, {months} months before the as-of date. " if months > OVERDUE_MONTHS else ""


def _number(value: float, unit: str) -> str:
    if not np.isfinite(value):
        return "unbounded"
    if unit == "percent":
        return f"{value:+.1f} %"
    return f"{value:+.1f} bp" if unit == "basis points" else f"{value:+.2f} {unit}"
