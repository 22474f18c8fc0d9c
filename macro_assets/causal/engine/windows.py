"""The sample windows of a grid: which rows each pair of shock and outcome shares with the controls.

Belongs here: windows, what is missing inside them, and the samples cut to them, each built once. Does not belong here: the
panel (panel.py), estimation.
"""

from dataclasses import dataclass

import numpy as np

from macro_assets.causal.engine.design import NO_GAPS, Gaps, Rows, gaps_of, usable_rows
from macro_assets.causal.engine.inputs import Sample
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.reliability import autoregressive_root
from macro_assets.errors import InvalidInputError

__all__ = ["Cell", "GridSamples", "Pair", "Window"]

Pair = tuple[str, str]
Cell = tuple[str, str, int]


@dataclass(frozen=True)
class Window:
    """First and last row that a pair shares with the controls, and the rows in between that miss something.

    gaps : counted from the first row.
    """

    first: int
    last: int
    gaps: Gaps = NO_GAPS

    @property
    def inside(self) -> slice:
        """The window's rows of the panel."""
        return slice(self.first, self.last + 1)

    def rows(self, horizon: int, lags: int) -> Rows:
        """Rows of the window that a cell of this horizon can use."""
        return usable_rows(0, self.last - self.first, horizon, lags, self.gaps)


def _known(values: np.ndarray, name: str) -> np.ndarray:
    """Mask of the rows with a value; an infinite value is refused, a column without any too."""
    if np.isinf(values).any():
        raise InvalidInputError(f"{name!r} has an infinite value.", remedy="Check how it was made; a ratio with 0?")
    present = np.isfinite(values)
    if not present.any():
        raise InvalidInputError(f"{name!r} has no values.", remedy="Drop the column.")
    return np.asarray(present)


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
        self.present = {name: _known(values, name) for name, values in {**self.outcomes, **self.shocks}.items()}
        columns = zip(self.control_names, self.controls.T, strict=True)
        self.controlled = np.logical_and.reduce(
            [np.ones(len(self.index), dtype=bool), *(_known(values, name) for name, values in columns)]
        )
        self._roots: dict[tuple[Window, str], float] = {}
        self._samples: dict[tuple[Window, Pair], Sample] = {}

    def windows(self) -> dict[Window, list[Pair]]:
        """Window -> pairs (shock, outcome) that use exactly its rows.

        Raises
        ------
        InvalidInputError : a shock and an outcome share no row with the controls.
        """
        found: dict[Window, list[Pair]] = {}
        for shock in self.shocks:
            for outcome in self.outcomes:
                found.setdefault(self._window(shock, outcome), []).append((shock, outcome))
        return found

    def _window(self, shock: str, outcome: str) -> Window:
        shared = np.flatnonzero(self.controlled & self.present[shock] & self.present[outcome])
        if not len(shared):
            raise InvalidInputError(
                f"{shock!r}, {outcome!r} and the controls share no row.", remedy="Drop one of them, or a control."
            )
        first, last = int(shared[0]), int(shared[-1])
        inside = slice(first, last + 1)
        gaps = gaps_of(self.outcomes[outcome][inside], self.shocks[shock][inside], self.controls[inside])
        return Window(first, last, gaps)

    def root(self, window: Window, shock: str) -> float:
        """Persistence of a shock on a window, computed once."""
        if (window, shock) not in self._roots:
            rows = window.inside
            self._roots[(window, shock)] = autoregressive_root(self.shocks[shock][rows], self.controls[rows])
        return self._roots[(window, shock)]

    def sample(self, window: Window, pair: Pair) -> Sample:
        """The inputs of one cell, cut to the window; built once for all horizons."""
        if (window, pair) not in self._samples:
            rows = window.inside
            shock, outcome = pair
            self._samples[(window, pair)] = Sample(
                self.index[rows], self.outcomes[outcome][rows], self.shocks[shock][rows], self.controls[rows],
                self.panel.outcome(outcome), self.panel.shock(shock), self.control_names,
            )  # fmt: skip
        return self._samples[(window, pair)]
