"""What the network learns: the regime that a quarter later turned out to be, known with delay.

Belongs here: the outcome of each month and the day it became known. Does not belong here: published labels (history.py), the
network (attention.py, training.py).

The teacher of a label cannot be beaten at its own label. Here the truth is the NBER's state three months ahead, which nobody
knows at the time, and the volatility factor of that month.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from macro_assets.regimes.history import RegimeHistory
from macro_assets.regimes.names import REGIMES

__all__ = ["AHEAD_MONTHS", "quarter_outcomes"]

AHEAD_MONTHS = 3


def quarter_outcomes(history: RegimeHistory) -> pd.DataFrame:
    """The regime of the third month after each one.

    Returns
    -------
    Frame by month: `label`, recession or high stress where the NBER dates that month in a recession, else calm or normal by the
    volatility factor; missing while the state is unknown. `known_at`, the day on which the state was known, not before the
    month is over.
    """
    ahead = pd.DatetimeIndex(history.labels.index) + pd.offsets.MonthEnd(AHEAD_MONTHS)
    state, calm = history.state.reindex(ahead).to_numpy(dtype=float), history.labels["calm"].reindex(ahead)
    there = np.isfinite(state) & calm.notna().to_numpy()
    quiet = calm.fillna(value=False).to_numpy(dtype=bool)
    named = np.array(REGIMES, dtype=object)[np.where(state > 0.5, 0, np.where(quiet, 1, 2))]
    published = pd.DatetimeIndex(pd.to_datetime(history.state_known_at.reindex(ahead)))
    days = pd.Series(np.maximum(published.to_numpy(), ahead.to_numpy()))
    label = pd.Series(named, dtype=object)
    frame = pd.DataFrame({"label": label.where(there), "known_at": days.where(there)})
    return frame.set_axis(history.labels.index)
