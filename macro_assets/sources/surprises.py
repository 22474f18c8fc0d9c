"""Published shock series: one CSV per series and an index of their columns and units.

Belongs here: reading the files as their authors give them. Does not belong here: monthly treatments (panels), and what
an empty month means: empty cells are skipped, zeros are kept, as published.
"""

import csv
import datetime as dt
import io
import math
from collections import Counter
from collections.abc import Callable, Iterable

import pyarrow as pa

from macro_assets.errors import EmptyDataError, SchemaError, TransientSourceError
from macro_assets.settings import Settings
from macro_assets.sources.batch import POLICY_SURPRISES, SourceBatch
from macro_assets.sources.http import HttpClient
from macro_assets.sources.retry import SYSTEM_CLOCK, Clock, RetryPolicy

__all__ = ["SurprisesSource", "read_index", "read_surprises"]

Measure = tuple[str, str]  # column, unit
Row = tuple[str, str, dt.date, int, str | None, float, str]


class SurprisesSource:
    """Shock series under `MACRO_SURPRISES_URL`.

    Parameters
    ----------
    settings : address, time-out and retries.
    clock : how to wait.
    """

    def __init__(self, settings: Settings, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._http = HttpClient(
            settings.surprises_url,
            provider="The surprises' publisher",
            timeout_seconds=settings.http_timeout_seconds,
            retry=RetryPolicy(settings.http_retries, clock=clock),
        )

    def __repr__(self) -> str:
        return f"SurprisesSource({self._http.base_url})"

    def fetch(self) -> SourceBatch:
        """Every value of every file of the index: `index.csv` has the columns file, column and unit.

        Raises
        ------
        EmptyDataError : an index without files, or a file without values.
        SchemaError : a file lacks a column of the index, or holds what is no number.
        TransientSourceError, PermanentSourceError : as `http.py`.
        """
        before = self._http.requests
        index = self._http.get("index.csv", read=read_index)
        rows: list[Row] = []
        empty_cells = 0
        for file, measures in index.items():
            found, skipped = self._http.get(file, read=_reader(file, measures))
            rows += found
            empty_cells += skipped
        table = _table(rows)
        return SourceBatch(table, table.num_rows + empty_cells, empty_cells, self._http.requests - before)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


def read_index(text: str) -> dict[str, list[Measure]]:
    """Columns and units by file.

    Raises
    ------
    TransientSourceError : not a CSV with the columns file, column, unit. EmptyDataError : no lines.
    """
    lines = _lines(text, {"file", "column", "unit"}, "index.csv")
    index: dict[str, list[Measure]] = {}
    for line in lines:
        index.setdefault(line["file"], []).append((line["column"], line["unit"]))
    if not index:
        raise EmptyDataError("The index of surprises names no file.")
    return index


def read_surprises(text: str, file: str, measures: Iterable[Measure]) -> tuple[list[Row], int]:
    """Long rows (source, measure, date, event, time, value, unit) of one file, and the number of empty cells.

    Events are numbered within their day in the order of the file.

    Raises
    ------
    TransientSourceError, EmptyDataError, SchemaError
    """
    measures = list(measures)
    lines = _lines(text, {"date"}, file)
    absent = [column for column, _ in measures if lines and column not in lines[0]]
    if absent:
        raise SchemaError(f"{file} lacks the columns {absent} that index.csv lists.")
    rows: list[Row] = []
    seen: Counter[dt.date] = Counter()
    for line in lines:
        day = _day(line["date"], file)
        event, seen[day] = seen[day], seen[day] + 1
        time = (line.get("time") or "").strip() or None
        for column, unit in measures:
            value = _number(line[column], file, column)
            if value is not None:
                rows.append((file.removesuffix(".csv"), column, day, event, time, value, unit))
    if not rows:
        raise EmptyDataError(f"{file} holds no value.")
    return rows, len(lines) * len(measures) - len(rows)


def _reader(file: str, measures: list[Measure]) -> Callable[[str], tuple[list[Row], int]]:
    return lambda text: read_surprises(text, file, measures)


def _lines(text: str, needed: set[str], file: str) -> list[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(text))
    if not needed <= set(reader.fieldnames or ()):
        what = "HTML" if text.lstrip().startswith("<") else "something else"
        raise TransientSourceError(f"{file} should be a CSV with the columns {sorted(needed)}; {what} came.")
    lines = list(reader)
    if any(value is None for line in lines for value in line.values()):
        raise TransientSourceError(f"{file} is cut off in its last line.")
    return lines


def _day(text: str, file: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        raise SchemaError(f"{file}: {text!r} is no date (YYYY-MM-DD).") from None


def _number(text: str, file: str, column: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise SchemaError(f"{file}: {text!r} in column {column} is no number.") from None
    return None if math.isnan(value) else value


def _table(rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows))
    arrays = [pa.array(column, field.type) for column, field in zip(columns, POLICY_SURPRISES)]
    return pa.table(arrays, schema=POLICY_SURPRISES).sort_by(
        [(name, "ascending") for name in ("source", "measure", "date", "event")]
    )
