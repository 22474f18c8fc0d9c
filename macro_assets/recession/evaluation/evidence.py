"""How a candidate stands against simple rivals: Brier regret in three windows, and running evidence that it is beaten.

Belongs here: the windows, the rivals, the restarted e-value. Does not belong here: limits and the decision (gate.py), the
e-processes (inference/evalues.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.inference import metrics
from macro_assets.inference.evalues import interleaved
from macro_assets.recession.evaluation.events import alarms, peaks_and_troughs
from macro_assets.recession.evaluation.scoring import Sample
from macro_assets.recession.presets import BASELINES, CLIMATOLOGY

Array = NDArray[np.float64]
RECENT_MONTHS = 120
RECESSIONS = 2
SPACING = 6
WINDOWS = ("whole span", "last ten labelled years", "shortest recent span with two recessions")

__all__ = ["RECENT_MONTHS", "SPACING", "WINDOWS", "Evidence", "WindowRegret", "beaten", "regrets", "windows"]


@dataclass(frozen=True)
class WindowRegret:
    """Brier score of a candidate minus that of what it must match, in one window.

    Attributes
    ----------
    against_climatology, against_rivals : against the frequency in training, and the mean forecast of all simple rivals;
        missing where the window holds no event and so cannot test.
    alarm_months : origins with a standing alarm.
    """

    window: str
    first: str
    last: str
    origins: int
    events: int
    against_climatology: float
    against_rivals: float
    alarm_months: int

    @property
    def tests(self) -> bool:
        """Whether the window holds both outcomes."""
        return 0 < self.events < self.origins


@dataclass(frozen=True)
class Evidence:
    """Running evidence that simple rivals lose less than the candidate.

    Attributes
    ----------
    as_of : (n,) origins. wealth : (n,) e-value of all origins so far. restarted : (n,) Shiryaev-Roberts sum.
    """

    as_of: pd.DatetimeIndex
    wealth: Array
    restarted: Array


def windows(as_of: pd.DatetimeIndex, state: pd.Series) -> dict[str, NDArray[np.bool_]]:
    """Masks of the origins of each window.

    Parameters
    ----------
    as_of : origins with a known outcome. state : NBER state by as-of date.
    """
    last = as_of[-1]
    peaks = [peak.to_timestamp(how="end").normalize() for peak, _ in peaks_and_troughs(state)]
    inside = [peak for peak in peaks if as_of[0] <= peak <= last + pd.offsets.MonthEnd(SPACING)]
    recent = inside[-RECESSIONS] - pd.offsets.MonthEnd(2 * SPACING) if len(inside) >= RECESSIONS else as_of[0]
    masks = (
        np.ones(len(as_of), dtype=bool),
        np.asarray(as_of > last - pd.offsets.MonthEnd(RECENT_MONTHS)),
        np.asarray(as_of >= recent),
    )
    return dict(zip(WINDOWS, masks, strict=True))


def regrets(sample: Sample, state: pd.Series, name: str, rivals: Sequence[str] = BASELINES) -> tuple[WindowRegret, ...]:
    """Regret of a candidate in every window, against climatology and against the mean forecast of the rivals."""
    p = sample.probability[name]
    others = [one for one in rivals if one != name and one in sample.probability]
    mean, climatology = sample.probability[others].mean(axis=1).to_numpy(), sample.probability[CLIMATOLOGY].to_numpy()
    standing = alarms(p, sample.threshold[name])
    found = []
    for window, rows in windows(sample.as_of, state).items():
        y, own = sample.y[rows], metrics.brier(sample.y[rows], p.to_numpy()[rows])
        tests = 0 < y.sum() < len(y)
        found.append(
            WindowRegret(
                window,
                f"{sample.as_of[rows][0]:%Y-%m-%d}",
                f"{sample.as_of[rows][-1]:%Y-%m-%d}",
                len(y),
                int(y.sum()),
                own - metrics.brier(y, climatology[rows]) if tests else float("nan"),
                own - metrics.brier(y, mean[rows]) if tests else float("nan"),
                int(standing[rows].sum()),
            )
        )
    return tuple(found)


def beaten(sample: Sample, name: str, rivals: Sequence[str] = BASELINES) -> Evidence:
    """Evidence on Brier differences, averaged over six monthly offsets and over all simple rivals."""
    loss = (sample.probability[name].to_numpy() - sample.y) ** 2
    paths = [
        interleaved(loss - (sample.probability[one].to_numpy() - sample.y) ** 2, SPACING)
        for one in rivals
        if one != name and one in sample.probability
    ]
    wealth, restarted = (np.mean([path[k] for path in paths], axis=0) for k in (0, 1))
    return Evidence(sample.as_of, wealth, restarted)
