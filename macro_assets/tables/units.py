"""Closed lists of the units that a `unit` column may hold, where code and not the catalogue decides on them.

Belongs here: the words, each list once. Does not belong here: units of single columns (they stand in the declarations),
units of series, shocks and published files (the catalogue's and the providers').
"""

from __future__ import annotations

from typing import get_args

from macro_assets.catalog.models import OutcomeUnit

__all__ = ["OUTCOME_UNITS", "TARGET_UNITS"]

OUTCOME_UNITS: tuple[str, ...] = get_args(OutcomeUnit)
"""Of monthly outcomes: decimal returns, changes of a level in points, changes of a yield."""

TARGET_UNITS = ("0 or 1", "percent", "percentage points")
"""Of recession targets: labels, and changes over two quarters."""
