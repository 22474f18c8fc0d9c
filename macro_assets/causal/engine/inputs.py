"""Validated inputs of the public functions: pandas in, plain aligned arrays out, or an error that says what to do.

Belongs here: every check on index, type and finiteness. Does not belong here: settings (settings.py), lags, leads,
estimation.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.errors import InvalidInputError

__all__ = [
    "Sample",
    "check_index",
    "check_length",
    "clean_series",
    "effect_unit",
    "same_index",
    "size_in_words",
    "validate",
]

MINIMUM_FREEDOM = 20
MONTHLY_SPACING_DAYS = 25
GAP_FACTOR = 1.6
CONTROLS = "The frame of controls"


@dataclass(frozen=True)
class Sample:
    """One outcome, one shock and their controls on one index.

    outcome, shock : (n,). controls : (n, p), p may be 0. measured_outcome, measured_shock : what they are.
    """

    index: pd.DatetimeIndex
    outcome: np.ndarray
    shock: np.ndarray
    controls: np.ndarray
    measured_outcome: Outcome
    measured_shock: Shock
    control_names: tuple[str, ...]


def effect_unit(outcome_unit: str, shock_unit: str) -> str:
    """Unit of an effect: that of the outcome per one of the shock ("basis points per percentage point")."""
    one = re.sub(r"^(.*?(?:point|unit|deviation))s", r"\1", shock_unit)
    return f"{outcome_unit} per {one}"


def size_in_words(value: float, unit: str) -> str:
    """A signed size with its unit: decimal fractions as percent, basis points and points as they are."""
    if not np.isfinite(value):
        return "unbounded"
    kind = unit.partition(" per ")[0]
    return {"decimal": f"{100 * value:+.2f} %", "basis points": f"{value:+.1f} bp"}.get(kind, f"{value:+.2f} {kind}")


def check_index(index: pd.Index, what: str) -> pd.DatetimeIndex:
    """The index as a regular, sorted, unique DatetimeIndex, or an error naming the first offending date."""
    if not isinstance(index, pd.DatetimeIndex):
        raise InvalidInputError(
            f"{what} has a {type(index).__name__}, not a DatetimeIndex.",
            remedy="Set the dates as index, e.g. frame.set_index('month') or index.to_timestamp().",
        )
    if index.hasnans:
        raise InvalidInputError(f"{what} has a missing date (NaT) in its index.", remedy="Drop that row.")
    if not index.is_unique:
        raise InvalidInputError(
            f"{what} has duplicated dates, first {index[index.duplicated()][0].date()}.",
            remedy="Keep one row per date, e.g. groupby(level=0).last().",
        )
    if not index.is_monotonic_increasing:
        first = index[1:][np.diff(index.asi8) < 0][0]
        raise InvalidInputError(f"{what} is not sorted by date, first at {first.date()}.", remedy="Call .sort_index().")
    _check_gaps(index, what)
    return index


def _check_gaps(index: pd.DatetimeIndex, what: str) -> None:
    if len(index) < 3:
        return
    days = np.asarray((index[1:] - index[:-1]).total_seconds()) / 86400.0
    usual = float(np.median(days))
    if usual >= MONTHLY_SPACING_DAYS and days.max() > GAP_FACTOR * usual:
        before = index[int(days.argmax())].date()
        raise InvalidInputError(
            f"{what} has a gap of {days.max():.0f} days after {before}: lags and horizons would count wrong months.",
            remedy="Reindex to every month and use one stretch without gaps.",
        )


def clean_series(values: object, what: str) -> pd.Series:
    """A finite float Series on a valid index."""
    if isinstance(values, pd.DataFrame) and values.shape[1] == 1:
        values = values.iloc[:, 0]
    if not isinstance(values, pd.Series):
        raise InvalidInputError(
            f"{what} is a {type(values).__name__}, not a pandas Series.", remedy="Pass a Series with a DatetimeIndex."
        )
    check_index(values.index, what)
    return _finite(values.to_frame(), what).iloc[:, 0]


def _finite(frame: pd.DataFrame, what: str) -> pd.DataFrame:
    try:
        numbers = frame.astype(float)
    except (TypeError, ValueError) as error:
        raise InvalidInputError(f"{what} is not numeric: {error}.", remedy="Pass numbers only.") from error
    bad = ~np.isfinite(numbers.to_numpy(dtype=float))
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise InvalidInputError(
            f"{what} has {int(bad.sum())} missing or infinite values, first at "
            f"{frame.index[row].date()} in {frame.columns[column]!r}.",
            remedy="Cut the sample to the months every series covers; missing months are never filled in silently.",
        )
    return numbers


def same_index(index: pd.DatetimeIndex, other: pd.DatetimeIndex, what: str) -> None:
    """Refuse an index that is not that of the outcome, naming the first difference."""
    if index.equals(other):
        return
    detail = f"{len(index)} and {len(other)} dates"
    difference = index.symmetric_difference(other)
    if len(difference):
        detail += f", first difference {difference[0].date()}"
    raise InvalidInputError(
        f"{what} is not on the index of the outcome ({detail}).",
        remedy="Align first: common = a.index.intersection(b.index), then .loc[common] on all of them.",
    )


def validate(
    outcome: pd.Series | Observed[Outcome], shock: pd.Series | Observed[Shock], controls: pd.DataFrame | None
) -> Sample:
    """Check the three inputs of an effect and return them as aligned arrays.

    Raises
    ------
    InvalidInputError : wrong type, unsorted, duplicated, gapped, misaligned, missing, infinite or constant input.
    """
    y = clean_series(outcome.values if isinstance(outcome, Observed) else outcome, "The outcome")
    t = clean_series(shock.values if isinstance(shock, Observed) else shock, "The shock")
    index = check_index(y.index, "The outcome")
    same_index(index, check_index(t.index, "The shock"), "The shock")
    if np.ptp(t.to_numpy()) == 0.0:
        raise InvalidInputError("The shock is constant: it has no effect to measure.", remedy="Check its construction.")
    w = _controls(controls, index)
    return Sample(
        index=index,
        outcome=y.to_numpy(),
        shock=t.to_numpy(),
        controls=w.to_numpy(),
        measured_outcome=outcome.variable if isinstance(outcome, Observed) else Outcome(str(y.name or "outcome")),
        measured_shock=shock.variable if isinstance(shock, Observed) else Shock(str(t.name or "shock")),
        control_names=tuple(str(column) for column in w.columns),
    )


def _controls(controls: pd.DataFrame | pd.Series | None, index: pd.DatetimeIndex) -> pd.DataFrame:
    if controls is None:
        return pd.DataFrame(index=index)
    if isinstance(controls, pd.Series):
        controls = controls.to_frame(controls.name or "control")
    if not isinstance(controls, pd.DataFrame):
        raise InvalidInputError(
            f"{CONTROLS} is a {type(controls).__name__}, not a DataFrame.", remedy="Pass a DataFrame, or None for none."
        )
    same_index(index, check_index(controls.index, CONTROLS), CONTROLS)
    if not controls.columns.is_unique:
        raise InvalidInputError(f"{CONTROLS} has duplicated column names.", remedy="Rename or drop one of them.")
    return _finite(controls, CONTROLS)


def check_length(rows: int, parameters: int, horizon: int) -> None:
    """Refuse a sample that leaves too few degrees of freedom."""
    if rows - parameters < MINIMUM_FREEDOM:
        raise InvalidInputError(
            f"Sample too short: {rows} usable rows at horizon {horizon} for {parameters} parameters; "
            f"at least {parameters + MINIMUM_FREEDOM} rows are needed.",
            remedy="Use a longer sample, fewer controls, fewer lags or a shorter horizon.",
        )
