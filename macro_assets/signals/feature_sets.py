"""The list of all sets of features.

Belongs here: the list, over which the tests run. Does not belong here: any feature. To add a feature, add an entry to
the set of its room; to add a set, list it here.
"""

from __future__ import annotations

from macro_assets.signals import causal_features, regime_features
from macro_assets.signals.recession import monthly, quarterly

__all__ = ["FEATURE_SETS"]

FEATURE_SETS = (
    causal_features.FEATURE_SET,
    regime_features.FEATURE_SET,
    monthly.FEATURE_SET,
    quarterly.FEATURE_SET,
)
