"""Which vintage days a lake knows completely: watermarks, holes, ended series.

Belongs here: arithmetic on rows of `bronze/coverage`. Does not belong here: when a single answer is complete
(sources/coverage.py), asking for what is missing (defs/bronze), what a hole does to a shock (signals/shocks.py).

A day is complete for a series when some answer covers it. The days before the first one asked for are not holes: a lake
begins where its owner began.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from macro_assets.vintage.calendars import Days

__all__ = ["Coverage", "Hole"]

DAY = dt.timedelta(days=1)
Id = tuple[str, str]


@dataclass(frozen=True)
class Hole:
    """Consecutive vintage days of one series that no answer covers completely."""

    provider: str
    id: str
    first: dt.date
    last: dt.date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last


@dataclass(frozen=True)
class Coverage:
    """The record of all answers, by (provider, id).

    Parameters
    ----------
    spans : disjoint, rising spans of complete days, both ends included.
    ended : ids whose newest answer was that the provider knows no such series.
    updated_on : the newest day of update that was ever stated.
    """

    spans: dict[Id, tuple[tuple[dt.date, dt.date], ...]]
    ended: frozenset[Id]
    updated_on: dict[Id, dt.date]

    @classmethod
    def of(cls, rows: pa.Table) -> Coverage:
        """From rows of `bronze/coverage`, in any order."""
        grouped: dict[Id, list[dict[str, Any]]] = {}
        for row in rows.to_pylist():
            grouped.setdefault((row["provider"], row["id"]), []).append(row)
        newest = {key: max(each, key=lambda row: row["received_at"]) for key, each in grouped.items()}
        stated = {
            key: max(days) for key, each in grouped.items()
            if (days := [row["updated_on"] for row in each if row["updated_on"] is not None])
        }  # fmt: skip
        return cls(
            spans={key: _merged(each) for key, each in grouped.items()},
            ended=frozenset(key for key, row in newest.items() if row["answer"] != "answered"),
            updated_on=stated,
        )

    def watermark(self, provider: str, name: str) -> dt.date | None:
        """Last day through which nothing is missing since the first day asked for; None = nothing is complete."""
        spans = self.spans.get((provider, name), ())
        return spans[0][1] if spans else None

    def holes(self, provider: str, through: dt.date) -> list[Hole]:
        """Every run of missing days up to a day, of series that have not ended, by id and then day."""
        return [
            Hole(provider, name, first, last)
            for (one, name), spans in sorted(self.spans.items())
            if one == provider and spans and (one, name) not in self.ended
            for first, last in _between(spans, through)
        ]

    def missing(self, through: dt.date) -> dict[str, Days]:
        """Every missing day up to a day, rising, by id; ids without one are left out.

        Returns
        -------
        (n,) days of each id, of all providers together: ids of different providers do not clash.
        """
        found: dict[str, list[Days]] = {}
        for provider in sorted({one for one, _ in self.spans}):
            for hole in self.holes(provider, through):
                span = np.arange(np.datetime64(hole.first, "D"), np.datetime64(hole.last, "D") + 1)
                found.setdefault(hole.id, []).append(span)
        return {name: np.unique(np.concatenate(spans)) for name, spans in found.items()}


def _merged(rows: list[dict[str, Any]]) -> tuple[tuple[dt.date, dt.date], ...]:
    """Disjoint spans, rising; spans that touch are one."""
    done = sorted((row["first"], row["complete_through"]) for row in rows if row["complete_through"] is not None)
    spans: list[tuple[dt.date, dt.date]] = []
    for first, last in done:
        if last < first:
            continue
        if spans and first <= spans[-1][1] + DAY:
            spans[-1] = (spans[-1][0], max(spans[-1][1], last))
        else:
            spans.append((first, last))
    return tuple(spans)


def _between(spans: tuple[tuple[dt.date, dt.date], ...], through: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    begins = [first for first, _ in spans[1:]] + [through + DAY]
    for (_, last), following in zip(spans, begins, strict=True):
        gap = (last + DAY, min(following - DAY, through))
        if gap[0] <= gap[1]:
            yield gap
