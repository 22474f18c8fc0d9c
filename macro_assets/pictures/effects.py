"""Pictures of typed results: response paths, grid heat maps, regimes, forests, contrasts, rolling effects.

Belongs here: matplotlib axes from results. Does not belong here: numbers of any kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from macro_assets.causal.belief.report import BeliefReport
    from macro_assets.causal.engine.results import EffectEstimate, EffectGrid
    from macro_assets.causal.variation.by_regime import RegimeEffects
    from macro_assets.causal.variation.contrast import ContrastEffects
    from macro_assets.causal.variation.forest import ForestEffects

__all__ = [
    "plot_contrast",
    "plot_estimates",
    "plot_forest",
    "plot_heatmap",
    "plot_regimes",
    "plot_response",
    "plot_rolling",
]

INK, SHADE, QUIET = "#1f4e79", "#9dbbd8", "#888888"


def _axes(ax: Axes | None, size: tuple[float, float] = (6.0, 3.4)) -> Axes:
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained").subplots()


def plot_estimates(estimates: Sequence[EffectEstimate], ax: Axes | None = None) -> Axes:
    """Points with intervals, one per estimate."""
    axes = _axes(ax)
    place = np.arange(len(estimates))
    points = np.array([estimate.point for estimate in estimates])
    bounds = np.array([estimate.confidence_interval for estimate in estimates])
    axes.errorbar(place, points, yerr=np.abs(bounds.T - points), fmt="o", color=INK, capsize=3)
    axes.axhline(0.0, color=QUIET, lw=0.6)
    axes.set_xticks(place, [f"{e.treatment}\n{e.outcome}, h={e.horizon}\n{e.label}" for e in estimates], fontsize=7)
    axes.set_ylabel(estimates[0].unit, fontsize=8)
    return axes


def plot_response(grid: EffectGrid, treatment: str, outcome: str, ax: Axes | None = None) -> Axes:
    """Cumulative response over horizons: pointwise interval (dark) and simultaneous band (light) where computed."""
    axes = _axes(ax)
    path = grid.path(treatment, outcome)
    horizons = [estimate.horizon for estimate in path]
    points = np.array([estimate.point for estimate in path])
    bounds = np.array([estimate.confidence_interval for estimate in path])
    critical = grid.bands.get((treatment, outcome))
    if critical:
        spread = critical * np.array([estimate.stderr for estimate in path])
        axes.fill_between(horizons, points - spread, points + spread, color=SHADE, alpha=0.4, lw=0, label="whole path")
    axes.fill_between(horizons, bounds[:, 0], bounds[:, 1], color=SHADE, lw=0, label="pointwise")
    axes.plot(horizons, points, marker="o", ms=3, color=INK)
    for estimate in path:
        if estimate.interval_unreliable:
            axes.annotate("unreliable", (estimate.horizon, estimate.point), fontsize=6, color="firebrick")
    axes.axhline(0.0, color=QUIET, lw=0.6)
    first = path[0]
    axes.set_title(f"{treatment} on {outcome} ({first.label}), n = {first.n}", fontsize=9)
    axes.set_xlabel("months after the shock's month", fontsize=8)
    axes.set_ylabel(first.unit, fontsize=8)
    axes.legend(fontsize=7, frameon=False)
    return axes


def plot_heatmap(grid: EffectGrid, *, horizon: int = 0, ax: Axes | None = None) -> Axes:
    """t-statistics by treatment and outcome; cells that are not identified are crossed out."""
    cells = [estimate for estimate in grid if estimate.horizon == horizon]
    rows = list(dict.fromkeys(estimate.treatment for estimate in cells))
    columns = list(dict.fromkeys(estimate.outcome for estimate in cells))
    axes = _axes(ax, (1.6 + 0.75 * len(columns), 1.2 + 0.36 * len(rows)))
    values = np.full((len(rows), len(columns)), np.nan)
    largest = max((abs(e.t_statistic) for e in cells if np.isfinite(e.t_statistic)), default=0.0)
    limit = min(max(largest, 3.0), 10.0)  # beyond ten all colours are one: the text says the rest
    for estimate in cells:
        at = rows.index(estimate.treatment), columns.index(estimate.outcome)
        values[at] = estimate.t_statistic
        mark = {"not identified": "x", "causal": "\u25cf"}.get(estimate.label, "")
        text = f"{estimate.t_statistic:.1f}{mark}{'?' if estimate.interval_unreliable else ''}"
        ink = "white" if abs(estimate.t_statistic) > 0.65 * limit else "black"
        axes.text(at[1], at[0], text, ha="center", va="center", fontsize=7, color=ink)
    axes.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto")
    axes.set_xticks(range(len(columns)), columns, fontsize=8)
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set_title(
        f"t-statistics, horizon {horizon} (\u25cf causal, x not identified, ? interval unreliable)", fontsize=8
    )
    return axes


def plot_regimes(effects: RegimeEffects, ax: Axes | None = None) -> Axes:
    """Shrunk effects by regime with intervals; dashed: the average; grey: unshrunk."""
    axes = _axes(ax)
    frame = effects.frame
    place = np.arange(len(frame))
    middle = frame["shrunk"].to_numpy()
    spread = np.abs(np.stack([frame["shrunk_lower"], frame["shrunk_upper"]]) - middle)
    axes.errorbar(place, middle, yerr=spread, fmt="o", color=INK, capsize=3)
    axes.plot(place + 0.12, frame["effect"], "x", color=QUIET)
    axes.axhline(effects.average, color=INK, ls="--", lw=0.8)
    axes.axhline(0.0, color=QUIET, lw=0.6)
    axes.set_xticks(place, [str(name) for name in frame["regime"]], fontsize=7)
    axes.set_ylabel(effects.unit, fontsize=8)
    axes.set_title(
        f"{effects.treatment} on {effects.outcome}: detectable difference {effects.minimum_detectable_difference:.3g}",
        fontsize=8,
    )
    return axes


def plot_forest(effects: ForestEffects, ax: Axes | None = None) -> Axes:
    """Effects over time with pointwise intervals; dashed: the constant effect."""
    axes = _axes(ax, (7.0, 3.0))
    frame = effects.effects
    axes.fill_between(frame.index, frame["lower"], frame["upper"], color=SHADE, lw=0)
    axes.plot(frame.index, frame["effect"], color=INK, lw=0.8)
    axes.axhline(effects.constant, color=INK, ls="--", lw=0.8)
    axes.set_ylabel(effects.unit, fontsize=8)
    axes.set_title(
        f"{effects.treatment} on {effects.outcome}: heterogeneity p = {effects.heterogeneity_p_value:.2f}", fontsize=8
    )
    return axes


def plot_contrast(effects: ContrastEffects, ax: Axes | None = None) -> Axes:
    """The contrast with its interval beside the unadjusted, the constant and the zero effect."""
    axes = _axes(ax)
    if not effects.identified:
        axes.text(0.5, 0.5, f"not identified: {effects.treated} treated months", ha="center", transform=axes.transAxes)
        return axes
    values = [effects.average, effects.difference_in_means, effects.constant_effect, 0.0]
    low, high = effects.interval
    axes.errorbar(
        [0], values[:1], yerr=[[effects.average - low], [high - effects.average]], fmt="o", color=INK, capsize=3
    )
    axes.plot([1, 2, 3], values[1:], "x", color=QUIET)
    axes.set_xticks(range(4), ["X-learner", "unadjusted", "one common effect", "zero"], fontsize=8)
    axes.set_ylabel(effects.unit, fontsize=8)
    axes.set_title(f"{effects.arm} against neutral months: {effects.treatment} on {effects.outcome}", fontsize=8)
    return axes


def plot_rolling(report: BeliefReport, ax: Axes | None = None) -> Axes:
    """Effect over the last ten years with bands; dashed: the full sample."""
    axes = _axes(ax, (7.0, 3.0))
    frame = report.rolling
    if len(frame):
        axes.fill_between(frame.index, frame["lower"], frame["upper"], color=SHADE, lw=0)
        axes.plot(frame.index, frame["effect"], color=INK, lw=0.9)
    axes.axhline(report.estimate.point, color=INK, ls="--", lw=0.8)
    axes.axhline(0.0, color=QUIET, lw=0.6)
    axes.set_ylabel(report.estimate.unit, fontsize=8)
    estimate = report.estimate
    axes.set_title(f"{estimate.treatment} on {estimate.outcome} ({report.label}), rolling", fontsize=9)
    return axes
