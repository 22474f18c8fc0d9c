"""Technical indicators of an equity index at quarterly frequency, each a function of one fixed-length slice.

Belongs here: RSI, MACD, Bollinger bands, rate of change, moving averages. Averages that classically run on forever
(exponential ones) stop after 26 quarters with weights scaled to one, so that a value never depends on how much history
there is. Does not belong here: other columns.
"""

from __future__ import annotations

import numpy as np

from macro_assets.signals.recession.windows import (
    Array,
    add,
    average,
    exponential_average,
    percent_change,
    spread,
)

RSI_WINDOW, BAND_WINDOW, BAND_WIDTH = 14, 20, 2.0
FAST, SLOW, SIGNAL = 12, 26, 9

__all__ = ["technicals"]


def technicals(price: Array) -> list[Array]:
    """Columns (n,) in the order of `spec.TECHNICALS`.

    Parameters
    ----------
    price : (n, lags) index levels, newest first; at least 35 lags.

    Source: Wilder (1978) for RSI, here with simple averages; Appel (2005) for MACD; Bollinger (2001).
    """
    macd = exponential_average(price, FAST, SLOW, SIGNAL) - exponential_average(price, SLOW, SLOW, SIGNAL)
    weights = (1.0 - 2.0 / (SIGNAL + 1)) ** np.arange(SIGNAL)
    signal = add([weight / weights.sum() * macd[:, k] for k, weight in enumerate(weights)])
    window = [price[:, k] for k in range(BAND_WINDOW)]
    middle, band = average(window), BAND_WIDTH * spread(window)
    short, long = average([price[:, k] for k in range(4)]), average([price[:, k] for k in range(8)])
    latest = price[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        position = (latest - (middle - band)) / (2.0 * band)
        width = 2.0 * band / middle
    return [
        _relative_strength(price),
        macd[:, 0],
        signal,
        macd[:, 0] - signal,
        middle + band,
        middle,
        middle - band,
        position,
        width,
        percent_change(latest, price[:, 1]),
        percent_change(latest, price[:, 4]),
        short,
        long,
        latest / short,
        latest / long,
    ]


def _relative_strength(price: Array) -> Array:
    changes = [price[:, k] - price[:, k + 1] for k in range(RSI_WINDOW)]
    gain = average([np.maximum(change, 0.0) for change in changes])
    loss = average([np.maximum(-change, 0.0) for change in changes])
    with np.errstate(divide="ignore", invalid="ignore"):
        return 100.0 * gain / (gain + loss)
