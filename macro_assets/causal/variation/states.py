"""The state of the market as known before a shock.

Belongs here: moving regime probabilities to the months of the shocks they precede. Does not belong here: regime models
(regimes/), effects by regime (by_regime.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.compute as pc

from macro_assets.tables.regimes import TWO_FACTORS
from macro_assets.vintage.frames import wide

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["known_before"]


def known_before(probabilities: pa.Table, *, model: str = TWO_FACTORS) -> pd.DataFrame:
    """Regime probabilities by the month of the shock: those known at the end of the month before.

    Parameters
    ----------
    probabilities : rows of models/regime_probabilities, dated by the month end they were known at.
    model : whose probabilities; they must not look ahead.

    Returns
    -------
    (months, regimes); row t holds what was known at the end of month t-1. Months without all regimes are left out.
    """
    rows = probabilities.filter(pc.equal(probabilities["model"], model))
    frame = wide(rows, values="probability", columns="regime").dropna()
    return frame.set_axis(frame.index + pd.offsets.MonthEnd(1))
