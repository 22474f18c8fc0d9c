"""Files of a user, as a user writes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

SHOCK = "shock: {tier: T2, sign: positive = more spills}"


def declare(folder: Path, name: str, *more: str, **fields: object) -> Path:
    """A declaration of a monthly series named after its file, with some of its fields changed."""
    folder.mkdir(exist_ok=True)
    stated = {"id": name.upper(), "title": f"The {name}", "unit": "index points", "frequency": "M",
              "publication_lag_days": 0} | fields  # fmt: skip
    path = folder / f"{name}.yaml"
    path.write_text("\n".join([*(f"{key}: {value}" for key, value in stated.items()), *more]) + "\n")
    return path


def write(folder: Path, name: str, rows: Iterable[object], header: str = "date,value") -> Path:
    """A CSV of lines as they are, or of tuples."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.csv"
    lines = (row if isinstance(row, str) else ",".join(map(str, row)) for row in rows)  # type: ignore[call-overload]
    path.write_text("\n".join([header, *lines]) + "\n")
    return path


def months(first: int = 2008, last: int = 2011) -> list[str]:
    """First days of months, as texts."""
    return [f"{year}-{month:02d}-01" for year in range(first, last + 1) for month in range(1, 13)]
