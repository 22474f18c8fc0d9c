"""What the network would have said then: yearly fits on the labels of their day, carried forward with frozen weights.

Belongs here: origins and the months each fit speaks for. Does not belong here: training (training.py), the labels
(history.py), today's network (answers.py).
"""

from __future__ import annotations

import pandas as pd

from macro_assets.regimes.attention import LOOKBACK_MONTHS
from macro_assets.regimes.history import RegimeHistory
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.training import MINIMUM_WINDOWS, train

__all__ = ["network_history"]


def network_history(
    inputs: pd.DataFrame, history: RegimeHistory, *, years: int, seed: int = 0, epochs: int = 300
) -> pd.DataFrame:
    """Probabilities of months after each yearly fit, by the network as trained at that fit.

    Parameters
    ----------
    inputs : of the network (`classifier_inputs`), one row per month; row t is known at the end of month t.
    history : published labels; the refits of its nowcast are the origins.
    years : newest refits, at most, that are origins (one on the newest month has no month after it, and 60 windows must
        precede it); 0 = none.
    seed, epochs : of the network.

    Returns
    -------
    Frame by month: a column per regime, and `trained_through`, the origin. Month t between two origins is the answer of
    the network fitted at the earlier one, on rows and labels up to it, so no row depends on a later month.
    """
    earliest = inputs.index[: MINIMUM_WINDOWS + LOOKBACK_MONTHS - 1][-1]
    refits = [day for day in history.refits if earliest <= day < inputs.index[-1]]
    origins = refits[-years:] if years else []
    ends = [*origins[1:], inputs.index[-1]]
    parts = []
    for origin, end in zip(origins, ends, strict=True):
        network = train(inputs.loc[:origin], history.labels.loc[:origin], seed=seed, epochs=epochs)
        stated = network.predict(inputs.loc[:end])
        parts.append(stated[stated.index > origin].assign(trained_through=origin))
    return pd.concat(parts) if parts else pd.DataFrame(columns=[*REGIMES, "trained_through"])
