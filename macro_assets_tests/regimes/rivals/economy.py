"""A small economy with three persistent states, known to the test."""

import numpy as np
import pandas as pd

from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.rivals.state_names import ORIENTATION

CENTERS = np.array([[-2.0, 1.8, 1.6, 1.5], [1.2, -1.0, -1.0, -1.4], [0.2, 0.0, 0.2, 0.4]])
STAY = 0.95


def simulate(months: int = 420, seed: int = 3) -> tuple[pd.DataFrame, pd.Series]:
    """Features with the room's own names and the true regime of each month."""
    rng = np.random.default_rng(seed)
    state, states = 1, []
    for draw in rng.random(months):
        state = state if draw < STAY else (state + 1 + int(draw * 1e6) % 2) % 3
        states.append(state)
    values = CENTERS[states] + 0.6 * rng.standard_normal((months, len(ORIENTATION)))
    index = pd.date_range("1970-01-31", periods=months, freq="ME", name="as_of")
    truth = pd.Series([REGIMES[one] for one in states], index=index)
    return pd.DataFrame(values, index=index, columns=list(ORIENTATION)), truth
