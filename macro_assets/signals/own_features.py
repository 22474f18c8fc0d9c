"""Features of a user's own files: the newest known value of a series at each month end, in the form its file states.

Belongs here: from the declarations of the catalogue to features. Does not belong here: the package's own features
(causal_features.py), which file is a feature (catalog/own.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from macro_assets.signals.features import Feature, Slices, Values
from macro_assets.vintage import transforms
from macro_assets.vintage.latest import latest_known, span

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.catalog.own import OwnFile

__all__ = ["own_features"]

MONTHS = {"D": 1, "W": 1, "M": 1, "Q": 3, "A": 12}
MOST_AGE = {"D": 1, "W": 1, "M": 4, "Q": 7, "A": 18}
"""By frequency: months from a period to the one before, and the age in months beyond which a value is not known."""


def own_features(catalog: Catalog) -> tuple[Feature, ...]:
    """A feature for each own file that asks to be one, named by its id in small letters."""
    return tuple(_feature(one) for one in catalog.own.values() if one.feature)


def _feature(own: OwnFile) -> Feature:
    unit = {"level": own.unit, "diff": f"change in {own.unit}", "log_diff": "percent"}[own.transform]
    words = {"level": "newest known value", "diff": "change from the period before", "log_diff": "log growth"}
    text = f"{own.title}, of your own file: {words[own.transform]}."
    return Feature(own.id.lower(), unit, text, (own.id,), lambda slices: _values(slices, own))


def _values(slices: Slices, own: OwnFile) -> Values:
    age = MOST_AGE[own.frequency]
    if own.transform == "level":
        newest = latest_known(slices.cube, own.id, age)
        return Values(newest.value, newest.known_at)
    new, old = span(slices.cube, own.id, MONTHS[own.frequency], age)
    known_at = np.maximum(new.known_at, old.known_at)
    if own.transform == "diff":
        return Values(transforms.change(new.value, old.value), known_at)
    return Values(100.0 * transforms.log_growth(new.value, old.value), known_at)
