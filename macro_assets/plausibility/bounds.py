"""Plausible bounds of a series that no one has bounded: from the magnitude of its own history.

Belongs here: the rule for series added by a user and for files of one's own. Does not belong here: the bounds of the
embedded catalogue (series.yaml), which people chose.
"""

from __future__ import annotations

from collections.abc import Sequence

from macro_assets.errors import InvalidInputError
from macro_assets.plausibility.limits import kind_of

__all__ = ["bounds_of_history"]

LEVEL_FACTOR = 100.0  # bank reserves grew by 66 between 2006 and 2014 (TOTRESNS)
RATE_RANGES = 3.0
RATE_MARGIN = 5.0
LEAST = 12


def bounds_of_history(values: Sequence[float], unit: str, frequency: str) -> tuple[float, float]:
    """Lower and upper bound of a series, wide enough for decades to come and narrower than a factor of a thousand.

    Parameters
    ----------
    values : its history, in `unit`, finite.
    unit, frequency : as in the catalogue; a rate gets three times its range on either side (at least five points), a positive
        level a factor of a hundred, a level that was zero or negative a hundred times its largest size.

    Raises
    ------
    InvalidInputError : fewer than twelve values, which tell no magnitude.
    """
    if len(values) < LEAST:
        raise InvalidInputError(
            f"A history of {len(values)} values gives no bounds.", remedy="State lower and upper in series.yaml."
        )
    low, high = min(values), max(values)
    if kind_of(unit, frequency) in ("rate", "indicator"):
        margin = max(RATE_RANGES * (high - low), RATE_MARGIN)
        return low - margin, high + margin
    if low > 0:
        return low / LEVEL_FACTOR, high * LEVEL_FACTOR
    size = max(abs(low), abs(high), 1e-12) * LEVEL_FACTOR
    return -size, size
