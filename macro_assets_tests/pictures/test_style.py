"""The house style: legible colours, labels that do not overlap, shading within the axis."""

from collections.abc import Callable

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from macro_assets.pictures import style
from macro_assets.pictures.style import DARK, LIGHT, Theme


def luminance(color: str) -> float:
    parts = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255.0
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours. Source: WCAG 2.2, definition of contrast ratio."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("role", ["ink", "quiet", "estimate"])
def test_text_and_estimates_are_legible_on_paper(theme: Theme, role: str) -> None:
    assert contrast(getattr(theme, role), theme.paper) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_warnings_and_bands_are_visible(theme: Theme) -> None:
    assert contrast(theme.careful, theme.paper) >= 3.0
    assert contrast(theme.band, theme.paper) > contrast(theme.outer_band, theme.paper) > 1.2
    assert len(set(theme.categories)) == len(theme.categories)


def test_recessions_are_shaded_within_the_axis_and_do_not_widen_it() -> None:
    axes = style.new_axes()
    months = np.arange("1990-01", "2010-01", dtype="datetime64[M]").astype("datetime64[D]")
    axes.plot(months, np.zeros(len(months)))
    axes.set_xlim(months[0], months[-1])
    limits = axes.get_xlim()
    style.shade_recessions(axes, [("1981-08-01", "1982-11-30"), ("2001-04-01", "2001-11-30"), ("2008-01-01", "NaT")])
    assert axes.get_xlim() == limits
    rectangles = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    shades = [(patch.get_x(), patch.get_x() + patch.get_width()) for patch in rectangles]
    days = np.array(["2001-04-01", "2001-12-01", "2008-01-01"], dtype="datetime64[D]").astype(float)
    assert shades == [(days[0], days[1]), (days[2], limits[1])]


def test_labels_of_lines_that_end_together_are_moved_apart_in_their_order() -> None:
    axes = style.new_axes()
    axes.set_ylim(0.0, 1.0)
    names = {"a": 0.50, "b": 0.501, "c": 0.502, "far": 0.95}
    style.label_ends(axes, [(name, height, LIGHT.ink) for name, height in names.items()])
    heights = {text.get_text(): text.xy[1] for text in axes.texts if isinstance(text, Annotation)}
    assert heights["a"] < heights["b"] < heights["c"] < heights["far"] == pytest.approx(0.95)
    assert heights["b"] - heights["a"] == pytest.approx(heights["c"] - heights["b"])
    line = 1.3 * style.SMALL_POINTS * axes.figure.dpi / 72.0 / axes.get_window_extent().height
    assert heights["b"] - heights["a"] >= line - 1e-9


def test_lines_without_an_end_get_no_label() -> None:
    axes = style.new_axes()
    style.label_ends(axes, [("gone", float("nan"), LIGHT.ink)])
    assert not axes.texts


def test_headline_subtitle_and_footer_do_not_cover_the_panels() -> None:
    figure, axes = style.new_figure(8.0, 3.0, columns=2)
    style.headline(figure, "A finding that is long enough to need a second line " * 2, "the method " * 20)
    style.source_line(figure, "simulated economy", "2020-01-31")
    figure.draw_without_rendering()
    tops = [ax.get_tightbbox().y1 for ax in axes.ravel()]
    bottoms = [ax.get_tightbbox().y0 for ax in axes.ravel()]
    method = next(text for text in figure.texts if text.get_text().startswith("the method"))
    headline = next(text for text in figure.texts if text.get_text().startswith("A finding"))
    footer = next(text for text in figure.texts if text.get_text().startswith("Source:"))
    above = headline.get_window_extent()
    assert method.get_window_extent().y0 >= max(tops)
    assert above.y1 <= figure.bbox.height
    assert footer.get_window_extent().y1 <= min(bottoms)
    assert footer.get_text() == "Source: simulated economy. As of 2020-01-31."


def test_axes_that_are_passed_are_used() -> None:
    axes = style.new_axes()
    assert style.new_axes(axes) is axes


def test_a_notebook_shows_a_picture_by_itself_and_elsewhere_nothing_keeps_it_alive(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    style.new_figure()
    assert plt.get_fignums() == before
    monkeypatch.setattr(style, "_in_notebook", lambda: True)
    figure, _ = style.new_figure()
    try:
        assert figure is plt.figure(plt.get_fignums()[-1])
        assert len(plt.get_fignums()) == len(before) + 1
    finally:
        plt.close(figure)


def test_what_a_notebook_sets_with_its_first_figure_stays_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """The inline back end turns `interactive` on when it is imported, and shows no later figure once it is off again."""
    before = matplotlib.is_interactive()

    def canvas() -> Callable[..., Figure]:
        matplotlib.interactive(b=True)
        return Figure

    monkeypatch.setattr(style, "_canvas", canvas)
    matplotlib.interactive(b=False)
    try:
        figure, _ = style.new_figure()
        assert matplotlib.is_interactive()
        assert matplotlib.colors.to_hex(figure.get_facecolor()) == LIGHT.paper
    finally:
        matplotlib.interactive(before)
