"""The typed result of a grid of effects: every shock on every outcome at every horizon, with joint inference.

Belongs here: EffectGrid. Does not belong here: one effect (results.py), estimation (grid.py), joint inference itself
(multiplicity.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from macro_assets.causal.engine.results import CAUSAL, NOT_IDENTIFIED, EffectEstimate
from macro_assets.causal.engine.windows import Cell, Pair
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["EffectGrid"]

_MARKS = {NOT_IDENTIFIED: "x", CAUSAL: "\u25cf"}
SHOWN = 10


@dataclass(frozen=True)
class EffectGrid(Displayed):
    """Estimates over shocks, outcomes and horizons, with joint inference when it was asked for.

    adjusted : frame indexed like `to_frame()` rows with columns p_bh, p_romano_wolf (may be absent).
    bands : (shock, outcome) -> sup-t critical value over horizons.
    critical : normal quantile that the largest |t| of the grid passes with probability 0.05 when no effect is there.
    """

    html_columns: ClassVar[tuple[str, ...]] = EffectEstimate.html_columns

    estimates: tuple[EffectEstimate, ...]
    adjusted: pd.DataFrame | None = None
    bands: Mapping[Pair, float] = field(default_factory=dict)
    critical: float = float("nan")

    def __len__(self) -> int:
        return len(self.estimates)

    def __iter__(self) -> Iterator[EffectEstimate]:
        return iter(self.estimates)

    def get(self, shock: str, outcome: str, horizon: int) -> EffectEstimate:
        """One cell.

        Raises
        ------
        InvalidInputError : the grid has no such cell.
        """
        for estimate in self.estimates:
            if estimate.cell == (shock, outcome, horizon):
                return estimate
        raise InvalidInputError(
            f"The grid has no cell ({shock}, {outcome}, horizon {horizon}).",
            remedy=f"Shocks: {', '.join(sorted({e.shock.name for e in self.estimates}))}; "
            f"outcomes: {', '.join(sorted({e.outcome.name for e in self.estimates}))}.",
        )

    def path(self, shock: str, outcome: str) -> tuple[EffectEstimate, ...]:
        """The response over horizons of one pair, in order of horizon."""
        found = [e for e in self.estimates if e.cell[:2] == (shock, outcome)]
        return tuple(sorted(found, key=lambda estimate: estimate.horizon))

    def judged(self, words: Mapping[Cell, Mapping[str, Any]]) -> EffectGrid:
        """The same grid with the words of every cell."""
        return replace(self, estimates=tuple(e.judged(**words[e.cell]) for e in self.estimates))

    def to_frame(self) -> pd.DataFrame:
        """One row per cell; with sup-t band and adjusted p-values when computed."""
        frame = pd.DataFrame([estimate.row() for estimate in self.estimates])
        if self.bands:
            critical = np.array([self.bands[estimate.cell[:2]] for estimate in self.estimates])
            frame["band_lower"] = frame["point"] - critical * frame["stderr"]
            frame["band_upper"] = frame["point"] + critical * frame["stderr"]
        return frame if self.adjusted is None else frame.join(self.adjusted)

    def summary(self) -> str:
        """How many cells, of which kind, and the strongest ones after adjustment."""
        if not self.estimates:
            return "0 effects."
        frame = self.to_frame()
        p = frame["p_bh"] if "p_bh" in frame else frame["p_value"]
        shown = frame.assign(p=p).sort_values("p").head(SHOWN)
        labels = frame["label"].value_counts().to_dict()
        lines = [
            f"{len(frame)} effects: {', '.join(f'{count} {name}' for name, count in labels.items())}; "
            f"{int((p < 0.05).sum())} with {'Benjamini-Hochberg ' if 'p_bh' in frame else ''}p below 0.05; "
            f"{int(frame['interval_unreliable'].sum())} intervals unreliable."
        ]
        for row in shown.itertuples():
            lines.append(
                f"  {row.shock} -> {row.outcome}, h={row.horizon}: {row.point:+.4g} "
                f"[{row.lower:.4g}, {row.upper:.4g}] {row.unit}, n={row.n}, p={row.p:.3f}, {row.label}"
            )
        return "\n".join(lines)

    def plot_response(self, shock: str, outcome: str, ax: Axes | None = None) -> Axes:
        """Response over horizons of one pair, with pointwise and simultaneous bands."""
        from macro_assets.pictures import style

        axes, first = self.draw_response(shock, outcome, ax), self.path(shock, outcome)[0]
        bands = " (dark) and band of the whole path (light)" if (shock, outcome) in self.bands else ""
        style.title(axes, f"{shock} on {outcome}", f"{first.label}, n = {first.n}; interval of each horizon{bands}")
        return axes

    def draw_response(self, shock: str, outcome: str, ax: Axes | None = None) -> Axes:
        """The same without a title, for one of several panels."""
        from macro_assets.pictures import effects

        path = self.path(shock, outcome)
        points, errors = (np.array([getattr(e, name) for e in path]) for name in ("point", "stderr"))
        bounds = np.array([e.confidence_interval for e in path])
        critical = self.bands.get((shock, outcome))
        return effects.response(
            [e.horizon for e in path], points, bounds[:, 0], bounds[:, 1], unit=path[0].unit, ax=ax,
            band=None if critical is None else (points - critical * errors, points + critical * errors),
            unreliable=[e.interval_unreliable for e in path],
        )  # fmt: skip

    def plot(self, ax: Axes | None = None, *, horizon: int = 0) -> Axes:
        """Heat map of t-statistics at one horizon."""
        from macro_assets.pictures import effects, style

        cells = {e.cell[:2]: e for e in self.estimates if e.horizon == horizon}
        rows, columns = (list(dict.fromkeys(cell[side] for cell in cells)) for side in (0, 1))
        values = [[cells[s, y].t_statistic if (s, y) in cells else np.nan for y in columns] for s in rows]
        texts = [[_cell_text(cells.get((s, y))) for y in columns] for s in rows]
        axes = effects.heat_map(values, texts, rows, columns, ax=ax)
        style.title(
            axes, f"t-statistics of {len(cells)} effects, horizon {horizon}",
            "\u25cf causal, x not identified, ? interval unreliable",
        )  # fmt: skip
        return axes


def _cell_text(estimate: EffectEstimate | None) -> str:
    if estimate is None:
        return ""
    doubt = "?" if estimate.interval_unreliable else ""
    return f"{estimate.t_statistic:.1f}{_MARKS.get(estimate.label, '')}{doubt}"
