"""The sample windows of a grid: which rows each pair of treatment and outcome shares with the controls.

Belongs here: checks of the grid's frames, windows, and the samples cut to them. Does not belong here: estimation.
"""

import numpy as np
import pandas as pd

from macro_assets.causal.belief.reliability import autoregressive_root
from macro_assets.causal.engine.inputs import Sample, check_index
from macro_assets.errors import InvalidInputError

__all__ = ["GridPanel", "Pair", "Window", "checked_frames", "one_pair", "texts"]

Pair = tuple[str, str]
Window = tuple[int, int]


def checked_frames(
    outcomes: pd.DataFrame, treatments: pd.DataFrame, controls: pd.DataFrame | None
) -> tuple[pd.DatetimeIndex, list[pd.DataFrame]]:
    index = check_index(outcomes.index, "outcomes")
    frames = []
    for frame, what in ((outcomes, "outcomes"), (treatments, "treatments"), (controls, "controls")):
        if frame is None:
            frame = pd.DataFrame(index=index)
        if not index.equals(frame.index):
            raise InvalidInputError(f"{what} is not on the index of the outcomes.", remedy="Reindex all to one index.")
        if not frame.columns.is_unique:
            raise InvalidInputError(f"{what} has duplicated column names.", remedy="Rename or drop one of them.")
        frames.append(frame.astype(float))
    return index, frames


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


def texts(frame: pd.DataFrame, key: str) -> dict[str, str]:
    """Texts by column that a frame carries in its attrs."""
    return {str(name): str(text) for name, text in dict(frame.attrs.get(key, {})).items()}


def _told(frame: pd.DataFrame, column: str) -> dict[str, str]:
    """What a frame's attrs say of one column, named as `estimate_effect` reads it."""
    said = {"unit": texts(frame, "units").get(column), "sign": texts(frame, "signs").get(column)}
    return {key: text for key, text in said.items() if text is not None}


def one_pair(
    outcomes: pd.DataFrame, treatments: pd.DataFrame, controls: pd.DataFrame | None, outcome: str, treatment: str
) -> tuple[pd.Series, pd.Series, pd.DataFrame | None]:
    """Outcome, treatment and controls of one pair on the rows that have all of them, with their units and sign."""
    pieces = [outcomes[outcome], treatments[treatment], *([] if controls is None else [controls])]
    common = pd.concat(pieces, axis=1).dropna().index
    y, t = outcomes[outcome].loc[common], treatments[treatment].loc[common]
    y.attrs, t.attrs = _told(outcomes, outcome), _told(treatments, treatment)
    return y, t, None if controls is None else controls.loc[common]


class GridPanel:
    """Arrays by name, and the windows their pairs share."""

    def __init__(
        self,
        index: pd.DatetimeIndex,
        frames: list[pd.DataFrame],
        units: tuple[dict[str, str], dict[str, str]],
        signs: dict[str, str],
    ) -> None:
        outcomes, treatments, controls = frames
        self.index = index
        self.outcomes = {str(name): outcomes[name].to_numpy() for name in outcomes}
        self.treatments = {str(name): treatments[name].to_numpy() for name in treatments}
        self.controls = controls.to_numpy()
        self.control_names = tuple(str(name) for name in controls)
        self.stretches = {str(name): _stretch(frame[name]) for frame in frames for name in frame}
        self.units, self.signs = units, signs
        self._roots: dict[tuple[Window, str], float] = {}
        self._samples: dict[tuple[Window, Pair], Sample] = {}

    def windows(self) -> dict[Window, list[Pair]]:
        """(first, last) row -> pairs (treatment, outcome) that use exactly these rows."""
        low = max((self.stretches[name][0] for name in self.control_names), default=0)
        high = min((self.stretches[name][1] for name in self.control_names), default=len(self.index) - 1)
        found: dict[Window, list[Pair]] = {}
        for treatment in self.treatments:
            for outcome in self.outcomes:
                (a, b), (c, d) = self.stretches[treatment], self.stretches[outcome]
                found.setdefault((max(a, c, low), min(b, d, high)), []).append((treatment, outcome))
        return found

    def root(self, window: Window, treatment: str) -> float:
        """Persistence of a treatment on a window, computed once."""
        if (window, treatment) not in self._roots:
            rows = slice(window[0], window[1] + 1)
            root = autoregressive_root(self.treatments[treatment][rows], self.controls[rows])
            self._roots[(window, treatment)] = root
        return self._roots[(window, treatment)]

    def sample(self, window: Window, pair: Pair) -> Sample:
        """The inputs of one cell, cut to the window; made once for all horizons."""
        if (window, pair) not in self._samples:
            self._samples[(window, pair)] = self._sample(window, pair)
        return self._samples[(window, pair)]

    def _sample(self, window: Window, pair: Pair) -> Sample:
        rows = slice(window[0], window[1] + 1)
        treatment, outcome = pair
        return Sample(
            self.index[rows], self.outcomes[outcome][rows], self.treatments[treatment][rows], self.controls[rows],
            outcome, treatment, self.control_names,
            str(self.units[0].get(outcome, "units of the outcome")),
            str(self.units[1].get(treatment, "unit of the treatment")),
            str(self.signs.get(treatment, "effect of an increase of the treatment")),
        )  # fmt: skip
