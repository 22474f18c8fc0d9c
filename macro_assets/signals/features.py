"""Features by declaration: each has a name, a unit, a description, the series it reads, and a function of slices.

Belongs here: the declaration, sets of them, and what a set gives. Does not belong here: any particular feature
(causal_features.py, regime_features.py, recession/), the list of all sets (feature_sets.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import CubeFrequency, Days
from macro_assets.vintage.columns import names_column
from macro_assets.vintage.latest import Floats

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Feature", "FeatureBlock", "FeatureSet", "Slices", "Values"]

SCHEMA = TABLES["features/causal_features"].schema
T = TypeVar("T")


@dataclass(frozen=True)
class Slices:
    """What features may read of each as-of date.

    Parameters
    ----------
    cube : [as_of, lag, series] of `dense`; spliced where features read splices.
    outcomes : monthly outcomes of the same shape, where features read them.
    prices : rows of `silver/prices`, where features read daily returns.
    """

    cube: xr.DataArray
    outcomes: xr.DataArray | None = None
    prices: pa.Table | None = None
    _results: dict[Callable[[Slices], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def as_of(self) -> Days:
        """(n,) as-of dates."""
        return np.asarray(self.cube.coords["as_of"].values, dtype="datetime64[D]")

    def monthly_outcomes(self) -> xr.DataArray:
        """The outcomes.

        Raises
        ------
        InvalidInputError : the slices hold none.
        """
        return _held(self.outcomes, "outcomes")

    def daily_prices(self) -> pa.Table:
        """The prices.

        Raises
        ------
        InvalidInputError : the slices hold none.
        """
        return _held(self.prices, "prices")

    def once(self, compute: Callable[[Slices], T]) -> T:
        """What a function makes of these slices, computed once however many features read it."""
        if compute not in self._results:
            self._results[compute] = compute(self)
        found: T = self._results[compute]
        return found


class Values(NamedTuple):
    """One number per as-of date and the day from which all of its inputs were known; (n,) both."""

    value: Floats
    known_at: Days


@dataclass(frozen=True)
class Feature:
    """Declaration of one feature.

    Parameters
    ----------
    name : column name; also the key in the long table.
    unit : of the values.
    description : what it is, with the periods it reads.
    reads : series ids, names of splices or outcomes, tickers of daily prices: all that can change its value.
    compute : pure function of the slices.
    """

    name: str
    unit: str
    description: str
    reads: tuple[str, ...]
    compute: Callable[[Slices], Values]


@dataclass(frozen=True)
class FeatureBlock:
    """Features of many as-of dates.

    Attributes
    ----------
    as_of : (n,) as-of dates.
    names, units : of the p columns.
    values : (n, p), NaN where an input is missing.
    known_at : (n, p) latest day of knowledge among the inputs of a value, or an upper bound of it.
    """

    as_of: Days
    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Floats
    known_at: Days

    def frame(self) -> pd.DataFrame:
        """Values as a frame [as_of, feature]."""
        import pandas as pd

        return pd.DataFrame(self.values, index=pd.DatetimeIndex(self.as_of, name="as_of"), columns=list(self.names))

    def table(self) -> pa.Table:
        """Known values in long form, in the schema that all tables of features share, by date, then column."""
        row, column = np.nonzero(np.isfinite(self.values))
        columns = {
            "as_of": pa.array(self.as_of[row]),
            "feature": names_column(column, self.names),
            "value": pa.array(self.values[row, column]),
            "unit": names_column(column, self.units),
            "known_at": pa.array(self.known_at[row, column]),
        }
        return pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA)


@dataclass(frozen=True)
class FeatureSet:
    """Features that are computed together from the slices of one cube.

    Parameters
    ----------
    name : of the set.
    frequency : of the cube, M or Q.
    features : in column order.
    tables : lake tables that hold them; none when a model computes them as it goes.

    Raises
    ------
    InvalidInputError : two features of one name.
    """

    name: str
    frequency: CubeFrequency
    features: tuple[Feature, ...]
    tables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = self.names
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        if twice:
            raise InvalidInputError(f"Duplicate features {twice} in {self.name}.", remedy="Rename one of each.")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Column names, in column order."""
        return tuple(feature.name for feature in self.features)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """All that any feature reads, alphabetically."""
        return tuple(sorted({name for feature in self.features for name in feature.reads}))

    def compute(self, slices: Slices) -> FeatureBlock:
        """All columns for all as-of dates of the slices."""
        columns = [feature.compute(slices) for feature in self.features]
        return FeatureBlock(
            slices.as_of,
            self.names,
            tuple(feature.unit for feature in self.features),
            np.column_stack([column.value for column in columns]),
            np.column_stack([column.known_at for column in columns]),
        )

    def dictionary(self) -> pd.DataFrame:
        """Name, unit, description and inputs of each feature: the text of metadata and documentation."""
        import pandas as pd

        rows = [(one.name, one.unit, one.description, ", ".join(one.reads)) for one in self.features]
        return pd.DataFrame(rows, columns=["feature", "unit", "description", "reads"])


def _held(given: T | None, name: str) -> T:
    if given is None:
        raise InvalidInputError(f"These slices hold no {name}.", remedy=f"Give Slices(cube, {name}=...).")
    return given
