"""Cells of a user's file: which there are, on which row, and what is wrong with one.

Belongs here: CSV and Parquet to typed rows, errors that name file, row and column. Does not belong here: from which day a
value counts (facts.py).

A row of a CSV file is numbered as a spreadsheet shows it, the header being row 1; a row of a Parquet file from 1.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from macro_assets.catalog.own import OwnFile
from macro_assets.catalog.periods import period_start
from macro_assets.errors import OwnDataError

__all__ = ["Row", "file_error", "read_rows"]

_MONTH = re.compile(r"\d{4}-\d{2}")
Record = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Row:
    """One row of a file.

    Parameters
    ----------
    number : as a spreadsheet shows it. period : first day of the period that its date lies in.
    value : None where the cell is empty. begins : its `realtime_start`; None where the file has no such column.
    """

    number: int
    period: dt.date
    value: float | None
    begins: dt.date | None


def read_rows(own: OwnFile, newest: dt.date) -> list[Row]:
    """Rows of a file in its order.

    Parameters
    ----------
    newest : no date of the file lies after this day.

    Raises
    ------
    OwnDataError : the file does not exist or cannot be read, lacks a column, holds no row, or a cell is not valid; names
        file, row and column.
    """
    path = own.data_file()
    if not path.is_file():
        raise OwnDataError(
            f"File {path} of own series {own.id} does not exist.",
            remedy=f"Put it back; if it is gone for good, delete {own.declared_in.name} too and confirm it: macro-assets "
            f"own-data confirm-removal {own.id}.",
        )
    columns, records = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
    names = own.columns
    lacking = [name for name in (names.date, names.value) if name not in columns]
    if lacking:
        raise OwnDataError(
            f"File {path} has no column {lacking[0]!r}.",
            remedy=f"It has {', '.join(columns)}; name yours under `columns` in {own.declared_in.name}.",
        )
    stated = names.realtime_start in columns
    rows = [_row(own, path, number, record, newest, stated=stated) for number, record in records]
    if not rows:
        raise OwnDataError(f"File {path} holds no row.", remedy="Put its rows back.")
    _refuse_repetition(path, own, rows)
    return rows


def file_error(path: Path, row: int, column: str, problem: str) -> OwnDataError:
    """The error of one cell."""
    return OwnDataError(f"File {path}, row {row}, column {column!r}: {problem}.", remedy="Correct the file.")


def _row(own: OwnFile, path: Path, number: int, record: dict[str, Any], newest: dt.date, *, stated: bool) -> Row:
    names = own.columns
    day = _day(record[names.date], path, number, names.date)
    begins = _day(record[names.realtime_start], path, number, names.realtime_start) if stated else None
    for column, date in ((names.date, day), (names.realtime_start, begins)):
        if date is not None and not dt.date(1800, 1, 1) <= date <= newest:
            raise file_error(path, number, column, f"{date} lies before 1800 or after {newest}")
    period = period_start(day, own.frequency)
    if begins is not None and begins < period:
        raise file_error(
            path, number, names.realtime_start, f"{begins} lies before the period, which begins on {period}"
        )
    return Row(number, period, _number(record[names.value], path, number, names.value), begins)


def _day(cell: Any, path: Path, number: int, column: str) -> dt.date:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = "" if cell is None else str(cell).strip()
    try:
        return dt.date.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else text)
    except ValueError:
        raise file_error(path, number, column, f"{text!r} is not a date such as 2021-03-31") from None


def _number(cell: Any, path: Path, number: int, column: str) -> float | None:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    try:
        value = math.nan if isinstance(cell, bool) else float(cell)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise file_error(path, number, column, f"{str(cell).strip()!r} is not a number")
    return value


def _refuse_repetition(path: Path, own: OwnFile, rows: list[Row]) -> None:
    seen: dict[tuple[dt.date, dt.date | None], int] = {}
    for row in rows:
        first = seen.setdefault((row.period, row.begins), row.number)
        if first != row.number:
            raise file_error(path, row.number, own.columns.date, f"{row.period} stands in row {first} already")


def _csv(path: Path) -> tuple[list[str], Iterator[Record]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        reader = csv.reader(lines, strict=True)
        columns = [name.strip() for name in next(reader, [])]
        found = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OwnDataError(f"File {path} cannot be read as CSV: {error}.", remedy="Save it as UTF-8 CSV.") from error
    if len(set(columns)) < len(columns):
        raise OwnDataError(f"File {path}, row 1: Duplicate column names.", remedy="Rename one of them.")
    for number, cells in found:
        if len(cells) != len(columns):
            column = columns[min(len(cells), len(columns)) - 1] if columns else ""
            raise file_error(path, number, column, f"the row has {len(cells)} cells, the header {len(columns)}")
    return columns, ((number, dict(zip(columns, cells, strict=True))) for number, cells in found)


def _parquet(path: Path) -> tuple[list[str], Iterator[Record]]:
    try:
        table = pq.read_table(path)
        return table.column_names, enumerate(table.to_pylist(), start=1)
    except (OSError, ValueError, pa.ArrowException) as error:
        first = str(error).splitlines()[0]
        raise OwnDataError(f"File {path} cannot be read as Parquet: {first}.", remedy="Write it again.") from error
