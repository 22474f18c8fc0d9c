"""Small histories of one series, as facts."""

import datetime as dt
from collections.abc import Sequence

import numpy as np

from macro_assets.plausibility.state import Fact, facts_of

EPOCH = dt.date(1970, 1, 1)


def number(day: str) -> int:
    return (dt.date.fromisoformat(day) - EPOCH).days


def months(first: str, count: int) -> list[int]:
    start = np.datetime64(first, "M")
    return [int((start + at).astype("datetime64[D]").astype(int)) for at in range(count)]


def monthly(values: Sequence[float | None], first: str = "2000-01", lag: int = 40) -> list[Fact]:
    """One fact a month, each known forty days after its period began."""
    periods = np.array(months(first, len(values)), dtype=np.int64)
    return facts_of(periods, periods + lag, values)
