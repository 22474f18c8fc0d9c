"""All rivals of the two factors, by name.

Belongs here: the list. Does not belong here: a rival's own rules (modules of this package), scores (../validation.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from macro_assets.regimes.rivals.activity import markov_labels, sahm_labels
from macro_assets.regimes.rivals.hmm_labels import hmm_published
from macro_assets.regimes.rivals.jump import jump_labels
from macro_assets.regimes.rivals.published import Published

__all__ = ["RIVALS", "Rival"]


@dataclass(frozen=True)
class Rival:
    """Another way to find regimes.

    Attributes
    ----------
    description : in a few words. publish : its labels from features (signals/regime_features.py), months before the first
        fit, and the calendar month of refits.
    """

    description: str
    publish: Callable[[pd.DataFrame, int, int], Published]


RIVALS: Mapping[str, Rival] = {
    "hmm": Rival(
        "Gaussian hidden Markov model, three states of four features, filtered (hmmlearn)",
        lambda features, minimum, month: hmm_published(features, refit_month=month, minimum_months=minimum),
    ),
    "jump_model": Rival(
        "Statistical jump model, three states of four features, decoded online (jumpmodels)",
        lambda features, minimum, month: jump_labels(features, refit_month=month, minimum_months=minimum),
    ),
    "markov_switching": Rival(
        "Two-state Markov switching mean of the activity index, filtered (statsmodels), and the volatility factor",
        lambda features, minimum, month: markov_labels(features, refit_month=month, minimum_months=minimum),
    ),
    "unemployment_rule": Rival(
        "Unemployment half a point above its low of the year before, and the volatility factor",
        lambda features, minimum, month: sahm_labels(features),
    ),
}
