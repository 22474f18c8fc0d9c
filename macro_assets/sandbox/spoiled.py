"""Answers that arrive whole and are wrong: what a broken proxy or a bad day at a provider makes of a true one.

Belongs here: the true body in, the spoiled body out, for each provider's form. Does not belong here: which request is hit
(faults.py), faults of the connection (server.py).
"""

from collections.abc import Callable
from typing import Any

import orjson

SPOILED = {
    "deep": "JSON nested a hundred thousand levels deep; a CSV with one quote that never closes",
    "types": "numbers where text stands, and text where numbers stand",
    "nan": "every third value is NaN",
    "year 0": "the first row is dated in the year 0000",
    "year 2990": "the last row is dated in the year 2990",
    "half": "every second row is left out, and the count says so",
    "cut": "the second half of the rows is left out, and the count says so",
    "other": "the answer to another request: another symbol, indicator, file, or realtime days outside of those asked for",
    "reversed": "values that end before they begin; bars and files in the wrong order",
    "currency": "prices in pence; for others, realtime days of the far future",
    "echo": "the query, with its key, where a number should stand",
}
Rows = list[Any]
_DEEP = b"[" * 100_000 + b"]" * 100_000


def spoiled(kind: str, provider: str, body: bytes, query: dict[str, str]) -> bytes:
    """What arrives instead of `body`; an answer without rows to spoil arrives as it is."""
    if provider == "surprises":
        return _csv(kind, body.decode(), query).encode()
    if kind == "deep":
        return _DEEP
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return body
    rows = _ROWS[provider](content) if isinstance(content, dict) else []
    if not rows:
        return body
    _SPOIL[provider](kind, content, rows, query)
    return orjson.dumps(content).replace(b'"<NaN>"', b"NaN")


def _thinned(kind: str, rows: Rows) -> Rows:
    return rows[::2] if kind == "half" else rows[: (len(rows) + 1) // 2]


def _fred(kind: str, content: dict[str, Any], rows: Rows, query: dict[str, str]) -> None:
    if kind in ("half", "cut"):
        content["observations"] = _thinned(kind, rows)
        content["count"] = len(content["observations"])
    for at, row in enumerate(rows):
        if kind == "types" and row["value"] != ".":
            row["value"] = float(row["value"])
        if kind == "nan" and at % 3 == 0:
            row["value"] = "NaN"
        if kind == "other":
            row["realtime_start"] = row["realtime_end"] = "1999-01-01"
        if kind == "currency":
            row["realtime_start"] = row["realtime_end"] = "2999-01-01"
        if kind == "reversed":
            row["realtime_start"], row["realtime_end"] = row["realtime_end"], row["realtime_start"]
    changes: dict[str, tuple[int, str, Any]] = {
        "year 0": (0, "date", "0000-01-01"), "year 2990": (-1, "date", "2990-01-01"),
        "echo": (-1, "value", query.get("api_key", "")),
    }  # fmt: skip
    if kind in changes:
        at, name, value = changes[kind]
        rows[at][name] = value


def _chart(kind: str, content: dict[str, Any], rows: Rows, query: dict[str, str]) -> None:
    result = content["chart"]["result"][0]
    columns = [result["indicators"]["quote"][0], *result["indicators"].get("adjclose", [])]
    if kind in ("half", "cut"):
        result["timestamp"] = _thinned(kind, rows)
        for column in columns:
            column.update({name: _thinned(kind, values) for name, values in column.items()})
    if kind == "types":
        columns[0]["close"] = [str(value) for value in columns[0]["close"]]
    if kind == "nan":
        columns[0]["close"] = [value if at % 3 else "<NaN>" for at, value in enumerate(columns[0]["close"])]
    if kind == "other":
        result["meta"]["symbol"] = "OTHER"
    if kind == "currency":
        result["meta"]["currency"] = "GBp"
    if kind == "reversed":
        result["timestamp"] = rows[::-1]
    if kind == "echo":
        columns[0]["close"][-1] = query.get("crumb", "crumb")
    if kind == "year 0":
        rows[0] = -62_135_596_800
    if kind == "year 2990":
        rows[-1] = 32_188_838_400


def _bank(kind: str, content: dict[str, Any], rows: Rows, query: dict[str, str]) -> None:
    if kind in ("half", "cut"):
        content["source"]["data"] = _thinned(kind, rows)
        content["total"] = len(content["source"]["data"])
    for at, row in enumerate(rows):
        if kind == "types" and row["value"] is not None:
            row["value"] = str(row["value"])
        if kind == "nan" and at % 3 == 0:
            row["value"] = "<NaN>"
        if kind == "other":
            _of(row, "series")["id"] = "ANOTHER"
        if kind == "currency":
            _of(row, "time").update(id="YR2999", value="2999")
    if kind == "reversed":
        _of(rows[0], "country")["id"] = _of(rows[-1], "country")["id"]
    if kind == "echo":
        rows[-1]["value"] = f"{query}"
    if kind in ("year 0", "year 2990"):
        year = "0000" if kind == "year 0" else "2990"
        _of(rows[-1], "time").update(id=f"YR{year}", value=year)


def _of(row: dict[str, Any], concept: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in row["variable"] if one["concept"].lower() == concept)
    return found


def _csv(kind: str, text: str, query: dict[str, str]) -> str:
    head, *lines = text.splitlines()
    if kind in ("half", "cut"):
        lines = _thinned(kind, lines)
    changes: dict[str, Callable[[list[str]], list[str]]] = {
        "deep": lambda cells: [f'"{cells[0]}', *cells[1:]],
        "types": lambda cells: [*cells[:-1], "seven"],
        "nan": lambda cells: [*cells[:-1], "inf"],
        "year 0": lambda cells: ["0000-01-01" if "-" in cells[0] else "0", *cells[1:]],
        "year 2990": lambda cells: ["2990-01-01" if "-" in cells[0] else "2990", *cells[1:]],
        "currency": lambda cells: ["2999-01-01" if "-" in cells[0] else "2999", *cells[1:]],
        "echo": lambda cells: [*cells[:-1], f"{query}"],
    }
    if kind in changes and lines:
        lines[-1] = ",".join(changes[kind](lines[-1].split(",")))
    if kind == "other":
        head = "file,column,unit"
    if kind == "reversed":
        lines = lines[::-1]
    return "\n".join([head, *lines]) + "\n"


_ROWS: dict[str, Callable[[dict[str, Any]], Rows]] = {
    "fred": lambda content: content.get("observations") or [],
    "yahoo": lambda content: ((content.get("chart") or {}).get("result") or [{}])[0].get("timestamp") or [],
    "world_bank": lambda content: (
        content["source"].get("data") or [] if isinstance(content.get("source"), dict) else []
    ),
}
_SPOIL: dict[str, Callable[[str, dict[str, Any], Rows, dict[str, str]], None]] = {
    "fred": _fred,
    "yahoo": _chart,
    "world_bank": _bank,
}
