"""Pictures of regimes: the ribbon of probabilities with labels and recessions, shares and scores of models.

Belongs here: matplotlib axes over arrays, dates and names. Does not belong here: filtering, labels and scores (regimes/).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from macro_assets.pictures import style
from macro_assets.pictures.style import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["accuracy_and_duration", "label_shares", "probability_ribbon", "score_bars", "state_means"]

# Stress, calm, in between: the order in which the regimes are named everywhere.
COLORS = (LIGHT.categories[1], LIGHT.categories[5], LIGHT.outer_band)
TEXT_COLORS = (LIGHT.categories[1], LIGHT.categories[0], LIGHT.quiet)
STACKED = (0, 2, 1)
CERTAIN = 0.99
MARK_HEIGHT, STRIP = 1.035, (-0.14, -0.04)


def probability_ribbon(
    dates: NDArray[np.datetime64],
    probabilities: NDArray[np.float64],
    names: Sequence[str],
    labels: Sequence[str] = (),
    recessions: ArrayLike = (),
    *,
    ax: Axes | None = None,
) -> Axes:
    """Stacked probabilities over time, the published label as a strip below, NBER recessions as bars above.

    Parameters
    ----------
    dates : (n,) as-of dates. probabilities : (n, 3). names : the regimes: stress, calm, in between.
    labels : (n,) label of each date, where labels are shown.
    recessions : (k, 2) first and last day; NaT as last day while one lasts.
    """
    axes = style.new_axes(ax, 9.0, 3.2)
    order = list(STACKED)
    axes.stackplot(dates, *probabilities[:, order].T, colors=[COLORS[k] for k in order], lw=0)
    heights = np.cumsum(probabilities[-1, order]) - probabilities[-1, order] / 2.0
    for k, name in enumerate(names):
        if len(labels):
            here = np.asarray(labels) == name
            axes.fill_between(dates, *STRIP, where=here, color=COLORS[k], step="post", lw=0)
    for first, last in np.asarray(recessions, dtype="datetime64[D]").reshape(-1, 2):
        end = dates[-1] if np.isnat(last) else min(last, dates[-1])
        if end > dates[0]:
            axes.plot([max(first, dates[0]), end], [MARK_HEIGHT] * 2, color=LIGHT.ink, lw=4, solid_capstyle="butt")
    axes.set_xlim(dates[0], dates[-1])
    axes.set_ylim(STRIP[0] if len(labels) else 0.0, MARK_HEIGHT + 0.03)
    axes.set_yticks([0.0, 0.5, 1.0], ["0", "0.5", "1"])
    axes.set_ylabel("probability")
    style.label_ends(
        axes, [(_words(names[k]), height, TEXT_COLORS[k]) for k, height in zip(order, heights, strict=True)]
    )
    newest = int(probabilities[-1].argmax())
    strip = "strip below: the label as first published; " if len(labels) else ""
    style.title(
        axes,
        f"{_words(names[newest]).capitalize()}: probability {_stated(probabilities[-1, newest])} on {_day(dates[-1])}",
        f"Probabilities as known at each date; {strip}bars above: NBER recessions",
    )
    return axes


def score_bars(
    models: Sequence[str], scores: Sequence[float], finding: str, method: str, *, ax: Axes | None = None
) -> Axes:
    """Mean log score of each model on a hold-out; closer to zero is better. The first model is the one in question.

    Parameters
    ----------
    models : names. scores : nats a month, zero or less. finding, method : the title.
    """
    axes = style.new_axes(ax, 6.4, 2.4)
    colors = [LIGHT.estimate] + [LIGHT.band] * (len(models) - 1)
    bars = axes.barh(list(models), list(scores), color=colors, height=0.62)
    axes.bar_label(bars, [f"{score:.3f}" for score in scores], padding=3, fontsize=style.SMALL_POINTS)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_xlabel("mean log score, nats a month (closer to zero is better)")
    style.title(axes, finding, method)
    return axes


def accuracy_and_duration(
    models: Sequence[str],
    accuracy: NDArray[np.float64],
    months: NDArray[np.float64],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Balanced accuracy of each model against the mean length of its regimes; the first model is the one in question.

    Parameters
    ----------
    models : names. accuracy : (k,) shares. months : (k,) mean durations.
    """
    axes = style.new_axes(ax, 6.4, 3.0)
    colors = [LIGHT.estimate] + [LIGHT.quiet] * (len(models) - 1)
    axes.scatter(months, accuracy, c=colors, s=36, zorder=3)
    for name, x, y, color in zip(models, months, accuracy, colors, strict=True):
        axes.annotate(
            _words(name), (x, y), xytext=(6, 3), textcoords="offset points", fontsize=style.SMALL_POINTS, color=color
        )
    axes.margins(x=0.25, y=0.15)
    axes.set_xlabel("mean length of a regime, months")
    axes.set_ylabel("balanced accuracy")
    best = models[int(np.argmax(accuracy))]
    style.title(
        axes,
        f"{_words(best).capitalize()} tell recessions best: balanced accuracy {accuracy.max():.2f}",
        "Labels as published, against NBER recessions, on the same months",
    )
    return axes


def label_shares(names: Sequence[str], shares: Sequence[float], finding: str, *, ax: Axes | None = None) -> Axes:
    """Share of the months that carry each label."""
    axes = style.new_axes(ax, 6.4, 2.0)
    bars = axes.barh([_words(name) for name in names], list(shares), color=COLORS[: len(names)], height=0.62)
    axes.bar_label(bars, [f"{share:.0%}" for share in shares], padding=3, fontsize=style.SMALL_POINTS)
    axes.invert_yaxis()
    axes.set_xlim(0.0, 1.0)
    axes.set_xlabel("share of the months")
    style.title(axes, finding, "Labels as first published")
    return axes


def state_means(
    names: Sequence[str], features: Sequence[str], means: NDArray[np.float64], *, ax: Axes | None = None
) -> Axes:
    """Means of the features in each regime.

    Parameters
    ----------
    names : (3,) regimes. features : (k,). means : (3, k) in training standard deviations.
    """
    axes = style.new_axes(ax, 6.4, 0.5 * len(features) + 1.4)
    place = np.arange(len(features))
    style.draw_zero(axes, vertical=True)
    for name, color, row in zip(names, (*TEXT_COLORS[:2], LIGHT.quiet), means, strict=True):
        axes.plot(row, place, "o", ms=6, color=color)
        axes.annotate(
            _words(name), (row[0], 0), xytext=(0, 7), textcoords="offset points", fontsize=style.SMALL_POINTS,
            color=color, ha="center",
        )  # fmt: skip
    axes.set_yticks(place, [_words(name) for name in features])
    axes.set_ylim(len(features) - 0.5, -0.7)
    axes.set_xlabel("training standard deviations from the training mean")
    style.title(axes, f"The regimes differ most in {_words(features[int(np.ptp(means, axis=0).argmax())])}",
                "Means of the features in each regime of a Gaussian hidden Markov model")  # fmt: skip
    return axes


def _words(name: str) -> str:
    return name.replace("_", " ")


def _stated(probability: float) -> str:
    """Two decimals, and never a certainty that no filter has."""
    return "above 0.99" if probability > CERTAIN else f"{probability:.2f}"


def _day(date: np.datetime64) -> str:
    return str(date.astype("datetime64[D]"))
