"""The as-of rule, once: what a reader on a given day took for the value of every observation.

Belongs here: the rule as a pure function over Arrow tables. Does not belong here: when a value counts as known
(the silver table decides that), alignment in time, input and output.

Rows that lie in key order, as the lake stores those of a series, need no sort: the newest vintage of an observation is the
row before the next observation. One pass over adjacent rows verifies the order and finds these rows.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.lake.strict import Strict, left_out, recorded_only, refuse, require_strict

__all__ = ["WORDS", "by_series", "recorded_only", "snapshot"]

WORDS = ("series_id", "known_by", "status")
"""Columns of few distinct words: read as dictionaries, they are compared and copied as numbers."""

Numbers = npt.NDArray[np.int32]


def snapshot(observations: pa.Table, as_of: dt.date, *, strict: Strict = False) -> pa.Table:
    """For each series and observation date, the newest vintage among those known on the day.

    Parameters
    ----------
    observations : rows of ``silver/observations`` in any order; words may be dictionaries.
    as_of : the day of the view; rows with ``known_from`` after it are never seen.
    strict : leave out what was not recorded by the day (`strict.recorded_only`); "refuse" = raise if there is any.

    Returns
    -------
    Rows of the same columns, sorted by series and observation date, at most one for each. An observation whose
    newest fact is a withdrawal is left out; one that the provider printed without a number keeps its null.

    Raises
    ------
    LakeError : ``strict="refuse"``, and the answer rests on pseudo or compiled facts.
    """
    require_strict(strict)
    if strict == "refuse":
        refuse(left_out(snapshot(observations, as_of), as_of))
    if strict:
        observations = recorded_only(observations)
    seen = _dates(observations, "known_from") <= np.datetime64(as_of, "D").astype(np.int32)
    newest = observations.take(pa.array(_newest(observations, seen)))
    return by_series(newest.filter(pc.not_equal(newest.column("status"), "withdrawn")))


def by_series(rows: pa.Table) -> pa.Table:
    """Rows by the names of their series, otherwise in the order in which they are."""
    names, series = _codes(rows.column("series_id"))
    rank = _ranks(names)[series]
    return rows if np.all(rank[1:] >= rank[:-1]) else rows.take(pa.array(np.argsort(rank, kind="stable")))


def _newest(table: pa.Table, seen: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Of the rows seen, that with the greatest realtime_start of each observation; observations of a series rise."""
    series = _codes(table.column("series_id"))[1]
    date, begins = _dates(table, "observation_date"), _dates(table, "realtime_start")
    order = None if _in_key_order(series, date, begins) else np.lexsort((begins, date, series))
    if order is not None:
        series, date, seen = series[order], date[order], seen[order]
    rows = np.flatnonzero(seen)
    new = np.ones(len(series), dtype=bool)
    new[1:] = (series[1:] != series[:-1]) | (date[1:] != date[:-1])
    observation = np.cumsum(new, dtype=np.int32)[rows]
    last = np.ones(len(rows), dtype=bool)
    np.not_equal(observation[1:], observation[:-1], out=last[:-1])
    return rows[last] if order is None else order[rows[last]]


def _ranks(words: pa.Array) -> Numbers:
    rank = np.empty(len(words), dtype=np.int32)
    rank[pc.sort_indices(words).to_numpy()] = np.arange(len(words))
    return rank


def _in_key_order(series: Numbers, date: Numbers, begins: Numbers) -> bool:
    """Whether each series lies together, its observations rise, and so do the vintages of each."""
    other = series[1:] != series[:-1]
    rising = (date[1:] > date[:-1]) | ((date[1:] == date[:-1]) & (begins[1:] > begins[:-1]))
    if not np.all(rising | other):
        return False
    begun = series[1:][other]
    return len(np.unique(begun)) == len(begun) and not np.any(begun == series[:1])


def _dates(table: pa.Table, name: str) -> Numbers:
    """Days since 1970 of a date column."""
    return np.asarray(table.column(name).cast(pa.int32()).to_numpy(), dtype=np.int32)


def _codes(column: pa.ChunkedArray) -> tuple[pa.Array, Numbers]:
    """Distinct words, and the position of each row's word among them."""
    words = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = words.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        if not whole.num_chunks:
            return pa.array([], pa.string()), np.empty(0, dtype=np.int32)
        whole = whole.chunk(0)
    return whole.dictionary, np.asarray(whole.indices.to_numpy(zero_copy_only=False), dtype=np.int32)
