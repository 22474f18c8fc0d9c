"""What a cell found: an effect, or nothing, and then the smallest effect that it would have found.

Belongs here: the second word of an answer, from an adjusted p-value. Does not belong here: whether the shock is identified
(identification.py), joint inference (engine/multiplicity.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from macro_assets.causal.engine.results import FOUND, NOTHING, EffectEstimate

__all__ = ["LEVEL", "POWER", "Finding", "finding"]

LEVEL = 0.05
POWER = 0.80


@dataclass(frozen=True)
class Finding:
    """word : effect found or nothing found. detectable : smallest effect found with 80 % power, in the unit of the effect."""

    word: str
    p_adjusted: float
    detectable: float


def finding(estimate: EffectEstimate, p_adjusted: float, critical: float) -> Finding:
    """The finding of one cell.

    Parameters
    ----------
    p_adjusted : family-wise adjusted over all cells that are asked together.
    critical : normal quantile that one |t| must pass among them; carried to the cell's Student distribution.
    """
    degrees = estimate.degrees_of_freedom
    needed = float(stats.t.isf(stats.norm.sf(critical), degrees)) + float(stats.t.ppf(POWER, degrees))
    return Finding(FOUND if p_adjusted < LEVEL else NOTHING, p_adjusted, needed * estimate.stderr)
