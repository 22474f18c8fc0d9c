"""Pictures of predictive spreads: ranks in history, scores of a network beside its rival's.

Belongs here: drawing of arrays. Does not belong here: computing them (uncertainty/).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from macro_assets.pictures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]

__all__ = ["ranks", "score_ratios"]


def ranks(names: Sequence[str], shares: Array, *, finding: str, method: str, ax: Axes | None = None) -> Axes:
    """Rank of today's spread of each outcome in its own history, over shaded thirds.

    Parameters
    ----------
    names, shares : (k,), first on top; shares from 0 to 1. finding, method : title and subtitle. ax : drawn on it.
    """
    axes, places = style.new_axes(ax, 6.5, 0.3 * len(names) + 1.6), np.arange(len(names))[::-1]
    axes.axvspan(1.0 / 3.0, 2.0 / 3.0, color=style.LIGHT.outer_band, lw=0)
    axes.plot(shares, places, "o", ms=5, color=style.LIGHT.estimate, zorder=3)
    axes.set_yticks(places, names)
    axes.set(xlim=(-0.02, 1.02), xlabel="share of earlier months with a narrower interval")
    style.title(axes, finding, method)
    return axes


def score_ratios(names: Sequence[str], ratios: Array, *, finding: str, method: str, ax: Axes | None = None) -> Axes:
    """Interval score of a model over its rival's, by outcome; left of one the model is better.

    Parameters
    ----------
    names, ratios : (k,), first on top. finding, method : title and subtitle. ax : drawn on it.
    """
    axes, places = style.new_axes(ax, 6.5, 0.3 * len(names) + 1.6), np.arange(len(names))[::-1]
    axes.axvline(1.0, color=style.LIGHT.quiet, lw=0.8)
    axes.plot(ratios, places, "o", ms=5, color=style.LIGHT.estimate, zorder=3)
    axes.set_yticks(places, names)
    axes.set(xlabel="interval score, network over rival (less than 1: the network is better)")
    style.title(axes, finding, method)
    return axes
