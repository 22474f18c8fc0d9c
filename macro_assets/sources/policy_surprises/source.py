"""Published shock series: one CSV per series and an index of their columns and units.

Belongs here: reading the files as their authors give them. Does not belong here: monthly shocks (signals/shocks.py), and what
an empty month means: empty cells are skipped, zeros are kept, as published.
"""

import csv
import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Callable

import pyarrow as pa

from macro_assets.errors import (
    EmptyDataError,
    MacroAssetsError,
    MalformedAnswerError,
    PermanentSourceError,
    TransientSourceError,
)
from macro_assets.settings import Settings
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.policy_surprises.files import AUTHORS_FILES, SurpriseFile
from macro_assets.sources.wire.body import unreadable
from macro_assets.sources.wire.deadline import load_deadline
from macro_assets.sources.wire.http import HttpClient, Limits
from macro_assets.sources.wire.retry import SYSTEM_CLOCK, Clock, RetryPolicy
from macro_assets.tables.bronze import POLICY_SURPRISES

__all__ = ["SurprisesSource", "read_index", "read_surprises"]

Row = tuple[str, str, dt.date, int, str | None, float, str, str | None]
EARLIEST = dt.date(1900, 1, 1)
DATE_COLUMNS = ({"date"}, {"start"}, {"year", "month"})


class _NotPublishedError(PermanentSourceError):
    """The publisher has no such file."""


class SurprisesSource:
    """Shock series under `MACRO_SURPRISES_URL`.

    Parameters
    ----------
    settings : address, time-out and retries.
    clock : how to wait.
    """

    def __init__(self, settings: Settings, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._settings, self._clock = settings, clock
        self._retry = RetryPolicy(settings.http_retries, clock=clock)
        self._http = HttpClient(
            settings.surprises_url,
            provider="The surprises' publisher",
            limits=Limits.of(settings),
            retry=RetryPolicy(settings.http_retries, clock=clock),
            judge=_read_refusal,
        )

    def __repr__(self) -> str:
        return f"SurprisesSource({self._http.base_url})"

    def fetch(self, stored: pa.Table | None = None) -> SourceBatch:
        """Every value of every file of `index.csv` (columns file, column, unit), or of the authors' known files.

        Parameters
        ----------
        stored : rows already kept; their table is replaced as a whole, so an answer that lacks any of them is refused.

        Raises
        ------
        EmptyDataError : an index without files, or a file without values.
        MalformedAnswerError : a file lacks a column of the index, holds what is not a number or a day up to today, or
            lacks stored rows.
        TransientSourceError, PermanentSourceError : as `wire/http.py`.
        """
        with load_deadline(self._settings.http_load_seconds, self._clock.monotonic):
            return self._retry.call(lambda: self._load(stored))

    def _load(self, stored: pa.Table | None) -> SourceBatch:
        before = self._http.requests
        rows: list[Row] = []
        offered = empty = 0
        for file in self._files():
            found, cells, skipped = self._http.get(file.path, read=_reader(file, self._settings.current_day()))
            rows, offered, empty = rows + found, offered + cells, empty + skipped
        table = _table(rows)
        if stored is not None:
            _refuse_losses(table, stored)
        return SourceBatch(table, offered, empty, self._http.requests - before)

    def _files(self) -> tuple[SurpriseFile, ...]:
        try:
            return self._http.get("index.csv", read=read_index)
        except _NotPublishedError:
            return AUTHORS_FILES

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


def read_index(text: str) -> tuple[SurpriseFile, ...]:
    """Files with their columns and units.

    Raises
    ------
    TransientSourceError : not a CSV with the columns file, column, unit. EmptyDataError : no lines.
    """
    measures: dict[str, list[tuple[str, str]]] = {}
    for line in _lines(text, "index.csv", ({"file", "column", "unit"},)):
        measures.setdefault(line["file"], []).append((line["column"], line["unit"]))
    if not measures:
        raise EmptyDataError("The index of surprises names no file.", remedy="Check MACRO_SURPRISES_URL.")
    return tuple(SurpriseFile(file.removesuffix(".csv"), file, tuple(pairs)) for file, pairs in measures.items())


def read_surprises(text: str, file: SurpriseFile) -> tuple[list[Row], int, int]:
    """Long rows (source, measure, date, event, time, value, unit, description) of one file, its cells, and those that are empty.

    Cells are those of the listed columns, counted in the raw text. Events are numbered within their day in the order of
    the file; a monthly file has the first day of its months.

    Raises
    ------
    TransientSourceError : not a CSV with a date. EmptyDataError : not one value.
    SchemaError : a listed column is missing, or a cell is not a number or date.
    """
    lines = _lines(text, file.path, DATE_COLUMNS)
    absent = [column for column, _ in file.measures if lines and column not in lines[0]]
    if absent:
        raise unreadable(file.path, f"it lacks the columns {absent} that its index lists")
    rows: list[Row] = []
    empty = 0
    seen: Counter[dt.date] = Counter()
    for line in lines:
        day, time = _moment(line, file.path)
        event, seen[day] = seen[day], seen[day] + 1
        description = (line.get("description") or "").strip() or None
        for column, unit in file.measures:
            value = _number(line[column], file.path, column)
            if value is None:
                empty += 1
            else:
                rows.append((file.source, column, day, event, time, value, unit, description))
    if not rows:
        raise EmptyDataError(f"{file.path} holds no value.", remedy="Check MACRO_SURPRISES_URL, or try again later.")
    return rows, _data_lines(text) * len(file.measures), empty


def _read_refusal(status: int, text: str) -> MacroAssetsError | None:
    return _NotPublishedError("The surprises' publisher has no such file.") if status == 404 else None


def _reader(file: SurpriseFile, today: dt.date) -> Callable[[str], tuple[list[Row], int, int]]:
    def read(text: str) -> tuple[list[Row], int, int]:
        rows, cells, empty = read_surprises(text, file)
        outside = [row[2] for row in rows if not EARLIEST <= row[2] <= today]
        if outside:
            raise unreadable(file.path, f"it holds values of {outside[0]}")
        return rows, cells, empty

    return read


def _refuse_losses(table: pa.Table, stored: pa.Table) -> None:
    """A file that was cut between two lines is a file like any other: only what is kept already tells."""
    keys = list(POLICY_SURPRISES.key)
    lost = stored.select(keys).join(table.select(keys), keys, join_type="left anti")
    if lost.num_rows:
        sources = ", ".join(sorted(set(lost["source"].to_pylist())))
        raise MalformedAnswerError(
            f"The published files lack {lost.num_rows} of {stored.num_rows} stored values, of {sources}.",
            remedy=f"Try again later; if they were withdrawn for good, delete the table {POLICY_SURPRISES.name} and load "
            "it again.",
        )


def _data_lines(text: str) -> int:
    """Lines with content below the header of a CSV."""
    return max(0, sum(1 for line in csv.reader(io.StringIO(text)) if line) - 1)


def _lines(text: str, path: str, accepted: tuple[set[str], ...]) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text))
    if not any(columns <= set(reader.fieldnames or ()) for columns in accepted):
        what = "HTML" if text.lstrip().startswith("<") else "something else"
        raise TransientSourceError(f"{path} should be a CSV with the columns {sorted(accepted[0])}; {what} came.")
    try:
        lines = list(reader)
    except csv.Error as error:
        raise TransientSourceError(f"{path} is a broken CSV: {error}.") from None
    if any(None in line or None in line.values() for line in lines):
        raise TransientSourceError(f"{path} is cut off, or has lines of different length.")
    return lines


def _moment(line: dict[str, str], path: str) -> tuple[dt.date, str | None]:
    try:
        if "year" in line:
            return dt.date(int(line["year"]), int(line["month"]), 1), None
        day, _, time = line.get("date", line.get("start", "")).strip().partition(" ")
        return dt.date.fromisoformat(day), (line.get("time") or time).strip() or None
    except ValueError:
        raise unreadable(path, f"no date in {dict(line)}") from None


def _number(text: str, path: str, column: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise unreadable(path, f"{text!r} in column {column} is not a number") from None
    if math.isinf(value):
        raise unreadable(path, f"{text!r} in column {column} is not a number")
    return None if math.isnan(value) else value


def _table(rows: list[Row]) -> pa.Table:
    schema = POLICY_SURPRISES.source_schema
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema).sort_by([(name, "ascending") for name in POLICY_SURPRISES.key])
