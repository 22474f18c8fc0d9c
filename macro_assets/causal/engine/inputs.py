"""Validated inputs of the public functions: pandas in, plain aligned arrays out, or an error that says what to do.

Belongs here: every check on index, type and finiteness. Does not belong here: lags, leads, estimation.
"""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.errors import InvalidInputError

__all__ = [
    "Sample",
    "check_index",
    "check_length",
    "check_settings",
    "clean_series",
    "effect_unit",
    "validate",
]

MINIMUM_FREEDOM = 20
MONTHLY_SPACING_DAYS = 25
GAP_FACTOR = 1.6


@dataclass(frozen=True)
class Sample:
    """One outcome, one treatment and their controls on one index.

    outcome, treatment : (n,). controls : (n, p), p may be 0. Units come from `attrs["unit"]` of the pandas objects.
    """

    index: pd.DatetimeIndex
    outcome: np.ndarray
    treatment: np.ndarray
    controls: np.ndarray
    outcome_name: str
    treatment_name: str
    control_names: tuple[str, ...]
    outcome_unit: str
    treatment_unit: str
    sign_convention: str


def effect_unit(outcome_unit: str, treatment_unit: str) -> str:
    """Unit of an effect: that of the outcome per one of the treatment ("basis points per percentage point")."""
    one = re.sub(r"^(.*?(?:point|unit|deviation))s", r"\1", treatment_unit)
    return f"{outcome_unit} per {one}"


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
    bad = ~np.isfinite(numbers.to_numpy())
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise InvalidInputError(
            f"{what} has {int(bad.sum())} missing or infinite values, first at "
            f"{frame.index[row].date()} in {frame.columns[column]!r}.",
            remedy="Cut the sample to the months every series covers; missing months are never filled in silently.",
        )
    numbers.attrs = dict(frame.attrs)
    return numbers


def _same_index(index: pd.DatetimeIndex, other: pd.DatetimeIndex, what: str) -> None:
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


def validate(outcome: object, treatment: object, controls: object | None) -> Sample:
    """Check the three inputs of an effect and return them as aligned arrays.

    Raises
    ------
    InvalidInputError : wrong type, unsorted, duplicated, gapped, misaligned, missing, infinite or constant input.
    """
    y = clean_series(outcome, "outcome")
    t = clean_series(treatment, "treatment")
    index = check_index(y.index, "outcome")
    _same_index(index, check_index(t.index, "treatment"), "treatment")
    if np.ptp(t.to_numpy()) == 0.0:
        raise InvalidInputError("treatment is constant: it has no effect to measure.", remedy="Check its construction.")
    w = _controls(controls, index)
    return Sample(
        index=index,
        outcome=y.to_numpy(),
        treatment=t.to_numpy(),
        controls=w.to_numpy(),
        outcome_name=str(y.name or "outcome"),
        treatment_name=str(t.name or "treatment"),
        control_names=tuple(str(column) for column in w.columns),
        outcome_unit=str(getattr(outcome, "attrs", {}).get("unit", "units of the outcome")),
        treatment_unit=str(getattr(treatment, "attrs", {}).get("unit", "unit of the treatment")),
        sign_convention=str(getattr(treatment, "attrs", {}).get("sign", "effect of an increase of the treatment")),
    )


def _controls(controls: object | None, index: pd.DatetimeIndex) -> pd.DataFrame:
    if controls is None:
        return pd.DataFrame(index=index)
    if isinstance(controls, pd.Series):
        controls = controls.to_frame(controls.name or "control")
    if not isinstance(controls, pd.DataFrame):
        raise InvalidInputError(
            f"controls is a {type(controls).__name__}, not a DataFrame.", remedy="Pass a DataFrame, or None for none."
        )
    _same_index(index, check_index(controls.index, "controls"), "controls")
    if not controls.columns.is_unique:
        raise InvalidInputError("controls has duplicated column names.", remedy="Rename or drop one of them.")
    return _finite(controls, "controls")


def check_settings(horizon: int, lags: int, alpha: float) -> None:
    """Refuse settings no estimate can be made with."""
    if isinstance(horizon, bool) or not isinstance(horizon, int | np.integer):
        raise InvalidInputError(f"horizon is {horizon!r}, not a whole number of periods.", remedy="Use 0, 1, 3, 6 ...")
    if isinstance(lags, bool) or not isinstance(lags, int | np.integer) or lags < 0:
        raise InvalidInputError(f"lags is {lags!r}, not a whole number of 0 or more.", remedy="Use 2.")
    if not 0.0 < alpha < 1.0:
        raise InvalidInputError(f"alpha is {alpha!r}, not inside (0, 1).", remedy="Use 0.05 for 95 % intervals.")


def check_length(rows: int, parameters: int, horizon: int) -> None:
    """Refuse a sample that leaves too few degrees of freedom."""
    if rows - parameters < MINIMUM_FREEDOM:
        raise InvalidInputError(
            f"Sample too short: {rows} usable rows at horizon {horizon} for {parameters} parameters; "
            f"at least {parameters + MINIMUM_FREEDOM} rows are needed.",
            remedy="Use a longer sample, fewer controls, fewer lags or a shorter horizon.",
        )
