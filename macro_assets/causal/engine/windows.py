"""The sample windows of a grid: which rows each pair of shock and outcome shares with the controls.

Belongs here: windows, and the samples cut to them, each built once. Does not belong here: the panel (panel.py), estimation.
"""

import numpy as np
import pandas as pd

from macro_assets.causal.engine.inputs import Sample
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.reliability import autoregressive_root
from macro_assets.errors import InvalidInputError

__all__ = ["Cell", "GridSamples", "Pair", "Window"]

Pair = tuple[str, str]
Cell = tuple[str, str, int]
Window = tuple[int, int]


def _stretch(series: pd.Series) -> Window:
    """First and last row with a value; no value missing in between."""
    values = series.to_numpy()
    present = np.flatnonzero(~np.isnan(values))
    if len(present) == 0:
        raise InvalidInputError(f"{series.name!r} has no values.", remedy="Drop the column.")
    inside = values[present[0] : present[-1] + 1]
    if not np.isfinite(inside).all():
        row = present[0] + int(np.flatnonzero(~np.isfinite(inside))[0])
        raise InvalidInputError(
            f"{series.name!r} is missing or infinite at {series.index[row].date()}, inside its sample.",
            remedy="Months in between are never filled in silently: fill by a rule of your own or cut the sample.",
        )
    return int(present[0]), int(present[-1])


class GridSamples:
    """The panel as arrays by name, the windows its pairs share, and the sample of each pair."""

    def __init__(self, panel: EffectPanel) -> None:
        outcomes, shocks, controls = (frame.astype(float) for frame in (panel.outcomes, panel.shocks, panel.controls))
        self.panel = panel
        self.index = panel.index
        self.outcomes = {str(name): outcomes[name].to_numpy() for name in outcomes}
        self.shocks = {str(name): shocks[name].to_numpy() for name in shocks}
        self.controls = controls.to_numpy(dtype=float)
        self.control_names = tuple(str(name) for name in controls)
        self.stretches = {str(name): _stretch(frame[name]) for frame in (outcomes, shocks, controls) for name in frame}
        self._roots: dict[tuple[Window, str], float] = {}
        self._samples: dict[tuple[Window, Pair], Sample] = {}

    def windows(self) -> dict[Window, list[Pair]]:
        """(first, last) row -> pairs (shock, outcome) that use exactly these rows."""
        low = max((self.stretches[name][0] for name in self.control_names), default=0)
        high = min((self.stretches[name][1] for name in self.control_names), default=len(self.index) - 1)
        found: dict[Window, list[Pair]] = {}
        for shock in self.shocks:
            for outcome in self.outcomes:
                (a, b), (c, d) = self.stretches[shock], self.stretches[outcome]
                found.setdefault((max(a, c, low), min(b, d, high)), []).append((shock, outcome))
        return found

    def root(self, window: Window, shock: str) -> float:
        """Persistence of a shock on a window, computed once."""
        if (window, shock) not in self._roots:
            rows = slice(window[0], window[1] + 1)
            self._roots[(window, shock)] = autoregressive_root(self.shocks[shock][rows], self.controls[rows])
        return self._roots[(window, shock)]

    def sample(self, window: Window, pair: Pair) -> Sample:
        """The inputs of one cell, cut to the window; built once for all horizons."""
        if (window, pair) not in self._samples:
            rows = slice(window[0], window[1] + 1)
            shock, outcome = pair
            self._samples[(window, pair)] = Sample(
                self.index[rows], self.outcomes[outcome][rows], self.shocks[shock][rows], self.controls[rows],
                self.panel.outcome(outcome), self.panel.shock(shock), self.control_names,
            )  # fmt: skip
        return self._samples[(window, pair)]
