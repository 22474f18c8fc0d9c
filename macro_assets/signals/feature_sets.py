"""The list of all sets of features.

Belongs here: the list, over which the tests run. Does not belong here: any feature. To add a feature, add an entry to
the set of its room; to add a set, list it here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from macro_assets.signals import causal_features, regime_features
from macro_assets.signals.recession import monthly, quarterly

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.signals.features import FeatureSet

__all__ = ["FEATURE_SETS", "with_own"]

FEATURE_SETS = (
    causal_features.FEATURE_SET,
    regime_features.FEATURE_SET,
    monthly.FEATURE_SET,
    quarterly.FEATURE_SET,
)


def with_own(features: FeatureSet, catalog: Catalog) -> FeatureSet:
    """A set as the catalogue in use has it: the causal one may hold features of a user's own files."""
    return causal_features.with_own(catalog) if features is causal_features.FEATURE_SET else features
