"""Quarterly recession features: 5,416 columns and more from each as-of slice of the quarterly cube.

Belongs here: block-wise assembly of the columns of `spec.column_names()` and the long table
features/recession_features. Does not belong here: what the columns mean (spec.py), the arithmetic (windows.py,
ratios.py, technical.py), selection or imputation (recession/).

Every value is a function of one row of the cube, so it is the same bit for bit whatever the other rows hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from macro_assets.signals.recession import spec
from macro_assets.signals.recession.ratios import ratios
from macro_assets.signals.recession.technical import technicals
from macro_assets.signals.recession.windows import (
    Array,
    fill_once,
    finite,
    percent_change,
    read_inputs,
    rolled,
)
from macro_assets.tables.registry import TABLES

if TYPE_CHECKING:
    import xarray as xr

DEPTH = 40
SHIFTS = max(spec.LAGS) + 5
MEMORY = SHIFTS + max(spec.WINDOWS) - 1
TABLE = "features/recession_features"

__all__ = ["DEPTH", "TABLE", "FeatureBlock", "build", "features"]


@dataclass(frozen=True)
class FeatureBlock:
    """Features of many as-of dates.

    Attributes
    ----------
    as_of : (n,) datetime64.
    names : p column names.
    values : (n, p), missing where an input is.
    known_at : (n, p) datetime64[D], latest day of knowledge among the inputs of a column.
    """

    as_of: NDArray[np.datetime64]
    names: list[str]
    values: Array
    known_at: NDArray[np.datetime64]

    def frame(self) -> pd.DataFrame:
        """Values as a frame [as_of, feature]."""
        return pd.DataFrame(self.values, index=pd.DatetimeIndex(self.as_of, name="as_of"), columns=self.names)

    def table(self, name: str) -> pa.Table:
        """Known values in long form, in the schema of the lake's table `name`."""
        row, column = np.nonzero(~np.isnan(self.values))
        names = pa.DictionaryArray.from_arrays(pa.array(column.astype(np.int32)), pa.array(self.names))
        columns = {
            "as_of": pa.array(self.as_of[row].astype("datetime64[D]")),
            "feature": names.cast(pa.string()),
            "value": pa.array(self.values[row, column]),
            "known_at": pa.array(self.known_at[row, column].astype("datetime64[D]")),
        }
        return pa.table(columns).cast(TABLES[name].schema)


def build(quarterly_cube: pa.Table) -> pa.Table:
    """The table features/recession_features, from gold/quarterly_cube and nothing else."""
    from macro_assets.vintage.dense import dense

    cube = dense(quarterly_cube, series=spec.series_ids(), depth=DEPTH, frequency="Q")
    return features(cube).table(TABLE)


def features(cube: xr.DataArray) -> FeatureBlock:
    """All columns for all as-of dates.

    Parameters
    ----------
    cube : [as_of, lag, series] of the quarterly cube, lag 0 first, depth 40; with the coordinate `known_at`, or
        without it, in which case columns count as known on their as-of date.
    """
    values = fill_once(read_inputs(cube, spec.INPUTS))
    place = {item.name: j for j, item in enumerate(spec.INPUTS)}
    blocks = [_compounded(values[:, :, : len(spec.INDICATORS)])]
    columns = ratios(lambda name, lag: values[:, lag, place[name]])
    for index in spec.TECHNICAL_INDICES:
        columns += [finite(column) for column in technicals(values[:, :, place[index]])]
    blocks += [np.stack(columns, axis=1), _interactions(values[:, 0], place)]
    names = spec.column_names()
    joined = np.concatenate(blocks, axis=1)
    return FeatureBlock(cube["as_of"].values, names, joined, _known_at(cube, names))


def _compounded(values: Array) -> Array:
    """Changes of rolling statistics of lags, columns in the order of `spec.compound_names()`."""
    families = [values[:, :SHIFTS]]
    families += [rolled(values, statistic, w, SHIFTS) for w in spec.WINDOWS for statistic in spec.STATISTICS]
    lags = list(spec.LAGS)
    n, p = values.shape[0], values.shape[2]
    out = np.empty((n, len(families), len(lags), len(spec.CHANGES), p))
    for f, family in enumerate(families):
        now = family[:, lags]
        out[:, f, :, 0] = now
        out[:, f, :, 1] = percent_change(now, family[:, [lag + 1 for lag in lags]])
        out[:, f, :, 2] = percent_change(now, family[:, [lag + 4 for lag in lags]])
    return finite(out.reshape(n, -1))


def _interactions(latest: Array, place: dict[str, int]) -> Array:
    columns = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for kind, *operands in spec.INTERACTIONS:
            a, b = latest[:, place[operands[0]]], latest[:, place[operands[-1]]]
            columns.append(finite(a / b) if kind == "quotient" else a * b)
    return np.stack(columns, axis=1)


def _known_at(cube: xr.DataArray, names: list[str]) -> NDArray[np.datetime64]:
    """Latest knowledge day of the cells a column may read: from its lag to its lag plus the longest window.

    Columns that are not compounded count with the whole slice of all inputs, an upper bound.
    """
    as_of = cube["as_of"].values.astype("datetime64[D]")
    if "known_at" not in cube.coords:
        return np.repeat(as_of[:, None], len(names), axis=1)
    days = cube["known_at"].values.astype("datetime64[D]")
    never = np.datetime64("1800-01-01")
    days = np.where(np.isnat(days), never, days)
    series = {name: j for j, name in enumerate(cube["series"].values)}
    out = np.empty((len(as_of), len(names)), dtype="datetime64[D]")
    out[:] = days.max(axis=(1, 2))[:, None]
    window = max(spec.WINDOWS) + 5
    by_indicator = {}
    for item in spec.INDICATORS:
        used = [series[part] for source in item.sources for part in source.split("-") if part in series]
        for lag in spec.LAGS:
            cells = days[:, lag : lag + window, used] if used else np.full((len(as_of), 1, 1), never)
            by_indicator[item.name, lag] = cells.max(axis=(1, 2))
    per_family = [by_indicator[i.name, lag] for lag in spec.LAGS for _ in spec.CHANGES for i in spec.INDICATORS]
    families = 1 + len(spec.WINDOWS) * len(spec.STATISTICS)
    out[:, : families * len(per_family)] = np.tile(np.stack(per_family, axis=1), (1, families))
    return out
