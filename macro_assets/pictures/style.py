"""One palette and one style for every picture of the package.

Belongs here: colours, a new figure, headlines, labels at the end of lines, shading of recessions, and the marks that mean
the same thing everywhere (estimate, interval, known truth). Does not belong here: a picture of something (effects.py,
facts.py, recession.py, regimes.py), numbers of any kind.

The title of a picture says what it shows ("A surprise rise lowers stocks"), its subtitle how that was found, its
footer the source and the as-of date. Units stand on the axes.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "DARK",
    "LIGHT",
    "Theme",
    "draw_band",
    "draw_intervals",
    "draw_truth",
    "draw_zero",
    "figure_of",
    "headline",
    "label_ends",
    "new_axes",
    "new_figure",
    "panel_title",
    "shade_recessions",
    "source_line",
    "title",
]


@dataclass(frozen=True)
class Theme:
    """Colours by meaning.

    Attributes
    ----------
    ink, paper, quiet : text and known truth; ground; axes, zero lines and comparisons.
    estimate : points and lines that were estimated.
    band, outer_band : the interval of an estimate, and a wider interval behind it.
    careful : what has to be read with care: an unreliable interval, an alarm.
    recession : the shade over NBER recessions, drawn over `paper`.
    categories : for names without order, safe for colour-blind readers; always in this order.
        Source: Okabe and Ito (2008), Color Universal Design.
    """

    ink: str
    paper: str
    quiet: str
    estimate: str
    band: str
    outer_band: str
    careful: str
    recession: str
    categories: tuple[str, ...]


LIGHT = Theme(
    ink="#1b1b1f",
    paper="#fbfaf7",
    quiet="#6f6c66",
    estimate="#0072b2",
    band="#c5bfb3",
    outer_band="#dfdbd1",
    careful="#b86e00",
    recession="#e9e8e5",
    categories=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1b1b1f"),
)
DARK = Theme(
    ink="#fbfaf7",
    paper="#1b1b1f",
    quiet="#a5a29b",
    estimate="#56b4e9",
    band="#55524c",
    outer_band="#38363a",
    careful="#e69f00",
    recession="#2d2d31",
    categories=("#56b4e9", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#0072b2", "#fbfaf7"),
)

TITLE_POINTS, TEXT_POINTS, SMALL_POINTS = 10.5, 8.5, 7.5
RC: Any = {
    "axes.edgecolor": LIGHT.quiet,
    "axes.facecolor": LIGHT.paper,
    "axes.labelcolor": LIGHT.ink,
    "axes.labelsize": TEXT_POINTS,
    "axes.linewidth": 0.6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": TEXT_POINTS,
    "font.size": TEXT_POINTS,
    "text.color": LIGHT.ink,
    "xtick.color": LIGHT.quiet,
    "xtick.labelcolor": LIGHT.ink,
    "xtick.labelsize": SMALL_POINTS,
    "ytick.color": LIGHT.quiet,
    "ytick.labelcolor": LIGHT.ink,
    "ytick.labelsize": SMALL_POINTS,
}


def new_figure(
    width: float = 7.0, height: float = 3.4, *, rows: int = 1, columns: int = 1, **subplots: Any
) -> tuple[Figure, NDArray[Any]]:
    """A figure of `width` x `height` inches in the house style, and its axes in an array (rows, columns).

    Parameters
    ----------
    subplots : passed to `Figure.subplots`: sharex, sharey, height_ratios, ...
    """
    import matplotlib as mpl

    # Outside the context: a notebook's back end sets `interactive` when its first figure is created, and it must stay set.
    figure = _canvas()(figsize=(width, height), layout="constrained", facecolor=LIGHT.paper)
    with mpl.rc_context(RC):
        axes = figure.subplots(rows, columns, squeeze=False, **subplots)
    return figure, axes


def _canvas() -> Callable[..., Figure]:
    """In a notebook pyplot's figures, which it shows by itself; elsewhere figures that nothing else keeps alive."""
    if _in_notebook():
        from matplotlib.pyplot import figure

        return figure
    from matplotlib.figure import Figure

    return Figure


def _in_notebook() -> bool:
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)() is not None


def new_axes(axes: Axes | None = None, width: float = 7.0, height: float = 3.4) -> Axes:
    """The axes that were passed, or those of a new figure."""
    return new_figure(width, height)[1][0, 0] if axes is None else axes


def figure_of(drawing: Axes | Figure) -> Figure:
    """The whole figure of some axes; a figure is its own."""
    figure = drawing.get_figure(root=True)
    if figure is None:
        raise ValueError("The axes belong to no figure.")
    return figure


def title(axes: Axes, finding: str, method: str = "") -> None:
    """Title of one panel: what it shows, in bold, and below it how that was found."""
    box = axes.get_window_extent()
    inches = float(box.width / axes.figure.dpi)
    below = _wrapped(method, inches, SMALL_POINTS)
    lines = below.count("\n") + 1 if below else 0
    axes.set_title(
        _wrapped(finding, inches, TITLE_POINTS), loc="left", fontsize=TITLE_POINTS, fontweight="bold",
        color=LIGHT.ink, pad=6.0 + 1.35 * SMALL_POINTS * lines,
    )  # fmt: skip
    axes.annotate(
        below, (0.0, 1.0), xycoords="axes fraction", xytext=(0.0, 5.0), textcoords="offset points",
        fontsize=SMALL_POINTS, color=LIGHT.quiet, va="bottom", ha="left", annotation_clip=False,
    )  # fmt: skip


def panel_title(axes: Axes, text: str) -> None:
    """Name of one of several panels under a headline."""
    axes.set_title(text, loc="left", fontsize=TEXT_POINTS, color=LIGHT.ink)


def headline(figure: Figure, finding: str, method: str = "") -> None:
    """Title of a figure of several panels: what it shows, in bold, and below it how that was found."""
    from matplotlib.transforms import ScaledTranslation

    inches = float(figure.get_figwidth())
    above, below = _wrapped(finding, inches, TITLE_POINTS), _wrapped(method, inches, SMALL_POINTS)
    room = (
        f"{above}\n" + "\n" * below.count("\n") if below else above
    )  # the layout leaves room for what the title fills
    figure.suptitle(
        room, x=0.01, ha="left", fontsize=TITLE_POINTS, fontweight="bold", color=LIGHT.ink, linespacing=1.25
    )
    down = 4.0 + 1.25 * TITLE_POINTS * (above.count("\n") + 1) + 1.0
    at = figure.transSubfigure + ScaledTranslation(0.0, -down / 72.0, figure.dpi_scale_trans)
    figure.text(0.01, 1.0, below, transform=at, fontsize=SMALL_POINTS, color=LIGHT.quiet, va="top", ha="left")


def source_line(figure: Figure, source: str, as_of: object = None) -> None:
    """Footer: where the numbers come from and the day as of which they were known."""
    text = f"Source: {source}" if as_of is None else f"Source: {source}. As of {as_of}."
    figure.supxlabel(text, x=0.01, ha="left", fontsize=SMALL_POINTS - 0.5, color=LIGHT.quiet)


def draw_zero(axes: Axes, value: float = 0.0, *, vertical: bool = False) -> None:
    """A quiet line at `value`."""
    (axes.axvline if vertical else axes.axhline)(value, color=LIGHT.quiet, lw=0.6, zorder=1)


def draw_band(axes: Axes, x: ArrayLike, low: ArrayLike, high: ArrayLike, *, outer: bool = False) -> None:
    """The interval of an estimate along x; `outer` for the wider of two."""
    color = LIGHT.outer_band if outer else LIGHT.band
    axes.fill_between(x, low, high, color=color, lw=0, zorder=1.2 if outer else 1.4)


def draw_intervals(
    axes: Axes, x: ArrayLike, point: ArrayLike, low: ArrayLike, high: ArrayLike, *, color: str = LIGHT.estimate
) -> None:
    """Estimates as points, each over its interval as a grey bar."""
    axes.vlines(x, low, high, color=LIGHT.band, lw=5.0, zorder=1.4)
    axes.plot(x, point, "o", ms=4.5, color=color, zorder=3)


def draw_truth(axes: Axes, x: ArrayLike, value: ArrayLike) -> None:
    """Known true values as black ticks."""
    axes.plot(x, value, "_", color=LIGHT.ink, ms=12, mew=1.6, zorder=4)


def shade_recessions(axes: Axes, spans: ArrayLike) -> None:
    """Shade recessions within the limits of a time axis.

    Parameters
    ----------
    spans : (k, 2) datetime64[D], first and last day of each recession; NaT as last day: it has not ended.
    """
    from matplotlib.dates import date2num

    days = np.asarray(spans, dtype="datetime64[D]").reshape(-1, 2)
    left, right = axes.get_xlim()
    ends: Any = date2num(days)  # type: ignore[no-untyped-call]
    for first, last in ends:
        begin, end = max(first, left), right if np.isnan(last) else min(last + 1.0, right)
        if begin < end:
            axes.axvspan(begin, end, color=LIGHT.recession, lw=0, zorder=0)
    axes.set_xlim(left, right)


def label_ends(axes: Axes, labels: Sequence[tuple[str, float, str]]) -> None:
    """Names at the right end of lines, moved apart where they would overlap.

    Parameters
    ----------
    labels : (text, height of the line's end in data units, colour) of each line.
    """
    ordered = sorted((label for label in labels if np.isfinite(label[1])), key=lambda label: label[1])
    to_pixels = axes.transData.transform
    box, left = axes.get_window_extent(), axes.get_xlim()[0]
    height = max(float(box.height), 1.0)
    line = 1.3 * SMALL_POINTS * axes.figure.dpi / 72.0 / height
    wanted = [(float(to_pixels((left, y))[1]) - box.y0) / height for _, y, _ in ordered]
    for (text, _, color), place in zip(ordered, _spread(wanted, line), strict=True):
        axes.annotate(
            text, (1.0, place), xycoords="axes fraction", xytext=(4.0, 0.0), textcoords="offset points",
            fontsize=SMALL_POINTS, color=color, va="center", ha="left", annotation_clip=False,
        )  # fmt: skip


def _spread(places: Sequence[float], distance: float) -> list[float]:
    """Ascending places, at least `distance` apart, moved as little as a group of neighbours allows."""
    groups: list[list[float]] = []
    for place in places:
        groups.append([place])
        while len(groups) > 1 and _start(groups[-1], distance) < _start(groups[-2], distance) + distance * len(
            groups[-2]
        ):
            last = groups.pop()
            groups[-1] += last
    return [_start(group, distance) + distance * k for group in groups for k in range(len(group))]


def _start(group: Sequence[float], distance: float) -> float:
    return float(np.mean(group)) - distance * (len(group) - 1) / 2.0


def _wrapped(text: str, inches: float, points: float) -> str:
    """Text in lines that fit; a character is a little over half as wide as it is high."""
    columns = max(24, int(inches * 72.0 / (0.56 * points)))
    return "\n".join(textwrap.wrap(text, columns))
