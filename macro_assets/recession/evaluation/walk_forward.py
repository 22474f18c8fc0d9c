"""Walk-forward: train on what was known at an origin, forecast, move on.

Belongs here: refit dates, the loop over origins. Rows are a pure function of features and targets known by their own
origin, so results of single origins, years or the whole span are the same rows and can be concatenated. Does not belong
here: training on one date (recession/training.py), scores (scoring.py), estimators.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.recession.candidates import Candidate, FittedCandidate
from macro_assets.recession.data import FIRST_ROW, RecessionData
from macro_assets.recession.evaluation.resume import FinishedYears
from macro_assets.recession.stress import FROZEN_MONTHS, ORDER, movements
from macro_assets.recession.training import FittedYear, fit_year

COLUMNS = ["frequency", "mode", "candidate", "as_of", "probability", "threshold", "refit", "trained_through",
           "training_rows", "training_events", "leverage", "stress_worst", "stress", "selected"]  # fmt: skip

__all__ = ["COLUMNS", "evaluate_origins", "forecast", "refit_date", "stress_movements",
           "walk_forward"]  # fmt: skip


def refit_date(origin: pd.Timestamp | date, frequency: str) -> pd.Timestamp:
    """First origin of the origin's year: models are refitted once a year."""
    stamp = pd.Timestamp(origin)
    return pd.Timestamp(stamp.year, 1, 31) if frequency == "M" else pd.Timestamp(stamp.year, 3, 31)


def forecast(data: RecessionData, year: FittedYear, origins: pd.DatetimeIndex) -> pd.DataFrame:
    """Forecasts of all candidates for origins of the year, in the columns of `COLUMNS`.

    `leverage` compares the compact columns with training; `stress` holds the movements of the scenarios of
    recession/stress.py in their order, `stress_worst` the largest by size; missing for candidates on other columns.
    """
    parts = []
    compact = data.compact.loc[origins].to_numpy(dtype=float)
    leverage = year.inputs.leverage(year.inputs.fill(compact))
    for name, fitted in year.fitted.items():
        rows = data.features(fitted.candidate.feature_set).loc[origins]
        moved = stress_movements(data, year, fitted, origins)
        parts.append(
            pd.DataFrame(
                {
                    "frequency": data.frequency,
                    "mode": data.mode,
                    "candidate": name,
                    "as_of": origins,
                    "probability": fitted.predict_proba(rows),
                    "threshold": fitted.threshold,
                    "refit": year.refit,
                    "trained_through": year.trained_through,
                    "training_rows": year.training_rows,
                    "training_events": year.training_events,
                    "leverage": leverage,
                    "stress_worst": np.abs(moved).max(axis=1),
                    "stress": list(moved),
                    "selected": "" if fitted.selection is None else "|".join(fitted.selection.names),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def stress_movements(
    data: RecessionData, year: FittedYear, fitted: FittedCandidate, origins: pd.DatetimeIndex
) -> NDArray[np.float64]:
    """Movements (n, scenarios) of the probability at each origin; missing where no compact column is read."""
    if fitted.candidate.feature_set != "compact":
        return np.full((len(origins), len(ORDER)), np.nan)
    columns = data.compact.columns
    months = origins - pd.offsets.MonthEnd(FROZEN_MONTHS)
    rows, earlier = (data.compact.reindex(days).to_numpy(dtype=float) for days in (origins, months))

    def probability(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return fitted.predict_proba(pd.DataFrame(x, columns=columns))

    found = movements(probability, rows, earlier, list(columns), year.inputs.spread)
    return np.column_stack([found[one] for one in ORDER])


def evaluate_origins(
    data: RecessionData,
    origins: Iterable[pd.Timestamp | date],
    candidates: Sequence[Candidate],
    first: pd.Timestamp = FIRST_ROW,
) -> pd.DataFrame:
    """Forecasts for origins of one calendar year, each as if made on its day: the body of one partition.

    Raises
    ------
    InvalidInputError : the origins lie in several years, or the features have no such as-of date.
    """
    index = pd.DatetimeIndex(sorted(pd.Timestamp(origin) for origin in origins))
    if len(set(index.year)) != 1:
        raise InvalidInputError("Origins of one call must share a calendar year.", remedy="Call once for each year.")
    missing = index.difference(data.index)
    if len(missing):
        raise InvalidInputError(f"No features as of {missing[0]:%Y-%m-%d}.", remedy="Extend the cube to that date.")
    year = fit_year(data, refit_date(index[0], data.frequency), candidates, first)
    return forecast(data, year, index)


def _year(
    data: RecessionData,
    days: pd.DatetimeIndex,
    candidates: Sequence[Candidate],
    first: pd.Timestamp,
    finished: FinishedYears | None,
) -> pd.DataFrame:
    """Rows of one year, read where they are finished."""
    rows = None if finished is None else finished.read(days)
    if rows is None:
        rows = evaluate_origins(data, days, candidates, first)
        if finished is not None:
            finished.write(days, rows)
    return rows


def walk_forward(
    data: RecessionData,
    candidates: Sequence[Candidate],
    *,
    start: date,
    end: date | None = None,
    first: pd.Timestamp = FIRST_ROW,
    n_jobs: int = 1,
    keep: Path | None = None,
) -> pd.DataFrame:
    """Forecasts for all origins from `start` to `end` (default: the last as-of date), refitted each year.

    Years are independent of one another: `n_jobs` processes give the same rows as one.

    Parameters
    ----------
    keep : folder of finished years, read and added to.
    """
    from joblib import Parallel, delayed

    index = data.index[(data.index >= pd.Timestamp(start)) & (data.index <= pd.Timestamp(end or data.index[-1]))]
    years = [index[index.year == year] for year in np.unique(index.year)]
    finished = None if keep is None else FinishedYears.of(keep, data, candidates, first)
    parts = Parallel(n_jobs=n_jobs)(delayed(_year)(data, year, candidates, first, finished) for year in years)
    order = {candidate.name: i for i, candidate in enumerate(candidates)}
    rows = pd.concat(parts, ignore_index=True)
    return rows.sort_values(["candidate", "as_of"], key=lambda c: c.map(order) if c.name == "candidate" else c,
                            ignore_index=True)  # fmt: skip
