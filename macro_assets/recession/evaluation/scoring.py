"""All scores of all candidates on the same origins, with intervals and tests.

Belongs here: one panel (a frequency in a data mode) of the evaluation table. Does not belong here: running the
walk-forward (walk_forward.py), the table of panels and its JSON (table.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference import metrics
from macro_assets.inference.comparison import BANDWIDTH, LossTest, diebold_mariano, giacomini_white
from macro_assets.inference.stationary import BLOCK, REPLICATIONS, Interval, block_intervals
from macro_assets.recession.data import Frequency, RecessionData
from macro_assets.recession.evaluation.events import AlarmRecord, alarm_record
from macro_assets.recession.presets import BASELINES, CLIMATOLOGY
from macro_assets.recession.stress import ORDER

HORIZON = {"M": 6, "Q": 2}
CONSECUTIVE = {"M": 2, "Q": 1}

__all__ = ["CandidateScore", "Panel", "Sample", "StressScore", "score_panel"]


@dataclass(frozen=True)
class Sample:
    """Origins whose outcome is known: outcomes, states, and each candidate's probabilities and thresholds."""

    as_of: pd.DatetimeIndex
    y: NDArray[np.float64]
    onset: NDArray[np.bool_]
    probability: pd.DataFrame
    threshold: pd.DataFrame
    stress: dict[str, NDArray[np.float64]]

    @classmethod
    def join(cls, data: RecessionData, forecasts: pd.DataFrame) -> Sample:
        """Forecast rows of one panel joined with what later became known."""
        probability = forecasts.pivot(index="as_of", columns="candidate", values="probability")
        threshold = forecasts.pivot(index="as_of", columns="candidate", values="threshold")
        y, state = data.target.reindex(probability.index), data.state.reindex(probability.index)
        dated = (y.notna() & state.notna()).to_numpy()
        if not dated.any():
            raise InvalidInputError(
                "No origin has a known outcome yet: nothing can be scored.", remedy="Begin with an earlier origin."
            )
        return cls(
            pd.DatetimeIndex(probability.index[dated]),
            y.to_numpy()[dated],
            state.to_numpy()[dated] == 0,
            probability[dated],
            threshold[dated],
            _movements(forecasts, pd.DatetimeIndex(probability.index[dated])),
        )


@dataclass(frozen=True)
class StressScore:
    """Movements of the probability when one family of columns goes wrong (recession/stress.py).

    Attributes
    ----------
    worst, percentile_99 : largest one by size, and 99th percentile over all origins and scenarios.
    labour_missing : rise of the Brier score when the labour columns are missing.
    """

    worst: float
    percentile_99: float
    labour_missing: float

    @classmethod
    def of(cls, y: NDArray[np.float64], p: NDArray[np.float64], moved: NDArray[np.float64]) -> StressScore:
        """From outcomes and probabilities (n,) and movements (n, scenarios)."""
        missing = p + moved[:, ORDER.index(("labour", "missing"))]
        sizes = np.abs(moved)
        rise = metrics.brier(y, missing) - metrics.brier(y, p)
        return cls(float(np.nanmax(sizes)), float(np.nanquantile(sizes, 0.99)), rise)


@dataclass(frozen=True)
class CandidateScore:
    """All scores of one candidate."""

    name: str
    brier: float
    skill: float
    log_score: float
    roc_auc: float
    pr_auc: float
    onset_auc: float
    ece: float
    calibration_slope: float
    calibration_intercept: float
    murphy: metrics.Murphy
    confusion: metrics.Confusion
    intervals: dict[str, Interval]
    alarms: AlarmRecord
    stress: StressScore | None
    tests: dict[str, LossTest]
    conditional_tests: dict[str, LossTest]


@dataclass(frozen=True)
class Panel:
    """One frequency in one data mode."""

    frequency: str
    mode: str
    first: str
    last: str
    origins: int
    events: int
    recessions: int
    onset_origins: int
    onset_events: int
    scores: tuple[CandidateScore, ...]

    def score(self, name: str) -> CandidateScore:
        """Row of a candidate.

        Raises
        ------
        InvalidInputError : the panel has no such candidate.
        """
        for row in self.scores:
            if row.name == name:
                return row
        raise InvalidInputError(
            f"Unknown candidate {name!r} in panel {self.frequency}/{self.mode}.",
            remedy=f"Available: {', '.join(row.name for row in self.scores)}.",
        )


def score_panel(
    data: RecessionData,
    forecasts: pd.DataFrame,
    *,
    order: Sequence[str] = (),
    baselines: Sequence[str] = BASELINES,
    replications: int = REPLICATIONS,
    seed: int = 0,
    n_jobs: int = 1,
) -> Panel:
    """Score the walk-forward rows of one panel.

    Parameters
    ----------
    data : the same data the rows were made from; gives outcomes.
    forecasts : rows of walk_forward, one frequency and mode.
    order : candidates in table order; those of the rows by default.
    n_jobs : processes over candidates; the result does not depend on it.
    """
    from joblib import Parallel, delayed

    sample = Sample.join(data, forecasts)
    names = [name for name in (order or forecasts["candidate"].unique()) if name in sample.probability]
    cycle = Cycle(data.frequency, data.state)
    scores = tuple(
        Parallel(n_jobs=n_jobs)(delayed(_score)(name, sample, cycle, baselines, replications, seed) for name in names)
    )
    return Panel(
        frequency=data.frequency,
        mode=data.mode,
        first=f"{sample.as_of[0]:%Y-%m-%d}",
        last=f"{sample.as_of[-1]:%Y-%m-%d}",
        origins=len(sample.y),
        events=int(sample.y.sum()),
        recessions=len(scores[0].alarms.leads),
        onset_origins=int(sample.onset.sum()),
        onset_events=int(sample.y[sample.onset].sum()),
        scores=scores,
    )


@dataclass(frozen=True)
class Cycle:
    """All that scoring needs of the data besides the forecasts: small enough to send to another process."""

    frequency: Frequency
    state: pd.Series


def _score(
    name: str, sample: Sample, cycle: Cycle, baselines: Sequence[str], replications: int, seed: int
) -> CandidateScore:
    y, onset = sample.y, sample.onset
    p, cut = sample.probability[name].to_numpy(), sample.threshold[name].to_numpy()
    reference = (
        sample.probability[CLIMATOLOGY].to_numpy() if CLIMATOLOGY in sample.probability else np.full(len(y), y.mean())
    )
    loss = (p - y) ** 2
    others = [b for b in baselines if b != name and b in sample.probability]
    losses = {b: (sample.probability[b].to_numpy() - y) ** 2 for b in others}
    bandwidth, horizon = BANDWIDTH[cycle.frequency], HORIZON[cycle.frequency]
    testable, line = len(y) >= 20 + horizon, metrics.calibration_line(y, p)
    intervals = block_intervals(
        {
            "brier": lambda i: metrics.brier(y[i], p[i]),
            "skill": lambda i: metrics.skill(y[i], p[i], reference[i]) if y[i].any() else np.nan,
            "log_score": lambda i: metrics.log_score(y[i], p[i]),
            "roc_auc": lambda i: metrics.roc_auc(y[i], p[i]),
            "pr_auc": lambda i: metrics.average_precision(y[i], p[i]),
            "onset_auc": lambda i: _onset_auc(y[i], p[i], onset[i]),
            "ece": lambda i: metrics.ece(y[i], p[i]),
            "calibration_slope": lambda i: _slope(y[i], p[i]),
        },
        len(y),
        block=BLOCK[cycle.frequency],
        replications=replications,
        seed=seed,
    )
    return CandidateScore(
        name=name,
        brier=metrics.brier(y, p),
        skill=metrics.skill(y, p, reference),
        log_score=metrics.log_score(y, p),
        roc_auc=metrics.roc_auc(y, p),
        pr_auc=metrics.average_precision(y, p),
        onset_auc=_onset_auc(y, p, onset),
        ece=metrics.ece(y, p),
        calibration_slope=line.slope,
        calibration_intercept=line.intercept,
        murphy=metrics.murphy(y, p),
        confusion=metrics.confusion(y, p, cut),
        intervals=intervals,
        alarms=alarm_record(
            sample.probability[name], sample.threshold[name], cycle.state, consecutive=CONSECUTIVE[cycle.frequency]
        ),
        stress=StressScore.of(y, p, sample.stress[name]) if name in sample.stress else None,
        tests={b: diebold_mariano(loss, losses[b], bandwidth) for b in others if testable},
        conditional_tests={b: giacomini_white(loss, losses[b], bandwidth, horizon) for b in others if testable},
    )


def _movements(forecasts: pd.DataFrame, origins: pd.DatetimeIndex) -> dict[str, NDArray[np.float64]]:
    """Movements (n, scenarios) of each candidate; stored rows hold the largest one only and give none."""
    if "stress" not in forecasts:
        return {}
    found = {}
    for name, rows in forecasts.groupby("candidate", sort=False):
        moved = np.stack(rows.set_index("as_of")["stress"].reindex(origins).tolist())
        if np.isfinite(moved).any():
            found[str(name)] = moved
    return found


def _slope(y: NDArray[np.float64], p: NDArray[np.float64]) -> float:
    return metrics.calibration_line(y, p).slope if 0.0 < y.sum() < len(y) else float("nan")


def _onset_auc(y: NDArray[np.float64], p: NDArray[np.float64], onset: NDArray[np.bool_]) -> float:
    return metrics.roc_auc(y[onset], p[onset]) if onset.any() else float("nan")
