"""Quarterly recession features: 5,416 columns and more from each as-of slice of the quarterly cube.

Belongs here: block-wise assembly of the columns of `spec.column_names()` and the long table
features/recession_features. Does not belong here: what the columns mean (spec.py, declared.py), the arithmetic
(windows.py, ratios.py, technical.py), selection or imputation (recession/).

Every value is a function of one row of the cube, so it is the same bit for bit whatever the other rows hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from macro_assets.signals.features import Feature, FeatureSet, Slices, Values
from macro_assets.signals.recession import declared, spec
from macro_assets.signals.recession.inputs import Array, days_known, latest_day, read_inputs, series_of
from macro_assets.signals.recession.ratios import ratios
from macro_assets.signals.recession.technical import technicals
from macro_assets.signals.recession.windows import fill_once, finite, percent_change, rolled
from macro_assets.vintage.calendars import Days
from macro_assets.vintage.dense import dense

DEPTH = 40
SHIFTS = max(spec.LAGS) + 5
MEMORY = SHIFTS + max(spec.WINDOWS) - 1
SERIES = series_of(spec.INPUTS)
NAMES = spec.column_names()

__all__ = ["DEPTH", "FEATURE_SET", "SERIES", "build", "columns"]


@dataclass(frozen=True)
class _Columns:
    """All columns at once: values and days of knowledge (n, p)."""

    values: Array
    known_at: Days


def build(quarterly_cube: pa.Table) -> pa.Table:
    """The table features/recession_features, from gold/quarterly_cube and nothing else."""
    return FEATURE_SET.compute(Slices(dense(quarterly_cube, series=SERIES, depth=DEPTH, frequency="Q"))).table()


def columns(slices: Slices) -> _Columns:
    """All columns of `spec.column_names()` for all as-of dates.

    Parameters
    ----------
    slices : of the quarterly cube, lag 0 first, depth 40.
    """
    values = fill_once(read_inputs(slices.cube, spec.INPUTS))
    place = {each.name: at for at, each in enumerate(spec.INPUTS)}
    blocks = [_compounded(values[:, :, : len(spec.INDICATORS)])]
    single = ratios(lambda name, lag: values[:, lag, place[name]])
    for index in spec.TECHNICAL_INDICES:
        single += [finite(column) for column in technicals(values[:, :, place[index]])]
    blocks += [np.stack(single, axis=1), _interactions(values[:, 0], place)]
    return _Columns(np.concatenate(blocks, axis=1), _known_at(slices))


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
    found = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for kind, *operands in spec.INTERACTIONS:
            a, b = latest[:, place[operands[0]]], latest[:, place[operands[-1]]]
            found.append(finite(a / b) if kind == "quotient" else a * b)
    return np.stack(found, axis=1)


def _known_at(slices: Slices) -> Days:
    """Latest knowledge day of the cells a column may read: from its lag to its lag plus the longest window.

    Columns that are not compounded count with the whole slice of all inputs, an upper bound.
    """
    days = days_known(slices.cube)
    window = max(spec.WINDOWS) + 5
    out = np.repeat(days.max(axis=(1, 2))[:, None], len(NAMES), axis=1)
    per_family = [
        latest_day(slices.cube, days[:, lag : lag + window], each)
        for lag in spec.LAGS
        for _ in spec.CHANGES
        for each in spec.INDICATORS
    ]
    families = 1 + len(spec.WINDOWS) * len(spec.STATISTICS)
    out[:, : families * len(per_family)] = np.tile(np.stack(per_family, axis=1), (1, families))
    return out


def _column(at: int) -> Callable[[Slices], Values]:
    def compute(slices: Slices) -> Values:
        whole = slices.once(columns)
        return Values(whole.values[:, at], whole.known_at[:, at])

    return compute


def _feature(at: int, name: str) -> Feature:
    column = spec.parse(name)
    return Feature(name, declared.unit_of(column), declared.words_of(column), declared.reads_of(column), _column(at))


FEATURE_SET = FeatureSet(
    "quarterly recession",
    "Q",
    tuple(_feature(at, name) for at, name in enumerate(NAMES)),
    ("features/recession_features", "features/recession_features_revised"),
)
