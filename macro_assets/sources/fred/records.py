"""Records of FRED about series and releases, read from its JSON.

Belongs here: what the answers of `series`, `series/release` and lists hold. Does not belong here: values (facts.py), requests
(client.py).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from macro_assets.sources.wire.body import unreadable

__all__ = ["SeriesInfo", "list_reader", "read_first_vintage", "read_info", "read_release", "release_day"]


@dataclass(frozen=True)
class SeriesInfo:
    """What FRED says of a series: words as FRED writes them, `frequency` one of D, W, BW, M, Q, SA, A."""

    id: str
    title: str
    units: str
    frequency: str
    seasonal_adjustment: str
    observation_start: dt.date
    observation_end: dt.date
    last_updated: dt.datetime | None
    notes: str


def list_reader(path: str, name: str) -> Callable[[Any], tuple[list[Any], int]]:
    """Reader of one page of a list: its entries, and how many FRED states for all pages."""

    def read(payload: Any) -> tuple[list[Any], int]:
        try:
            return list(payload[name]), int(payload.get("count", len(payload[name])))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise unreadable(f"FRED's answer to {path}", repr(error)) from None

    return read


def release_day(entry: dict[str, Any]) -> tuple[int, dt.date]:
    """(release id, day) of one entry of `releases/dates`."""
    return int(entry["release_id"]), dt.date.fromisoformat(entry["date"])


def read_info(payload: Any) -> SeriesInfo:
    """The record of a series."""
    try:
        entry = payload["seriess"][0]
        return SeriesInfo(
            id=entry["id"],
            title=entry["title"],
            units=entry["units"],
            frequency=entry["frequency_short"],
            seasonal_adjustment=entry.get("seasonal_adjustment_short", ""),
            observation_start=dt.date.fromisoformat(entry["observation_start"]),
            observation_end=dt.date.fromisoformat(entry["observation_end"]),
            last_updated=_instant(entry.get("last_updated")),
            notes=entry.get("notes") or "",
        )
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise unreadable("FRED's answer to series", repr(error)) from None


def _instant(text: str | None) -> dt.datetime | None:
    """FRED writes `2024-08-05 07:01:13-05`: local time with the hours to UTC."""
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC) if text else None


def read_first_vintage(payload: Any) -> tuple[dt.date | None, int]:
    """First vintage day of the first page of `series/vintagedates`, and how many FRED states."""
    days, total = list_reader("series/vintagedates", "vintage_dates")(payload)
    try:
        return (dt.date.fromisoformat(days[0]) if days else None), total
    except (TypeError, ValueError) as error:
        raise unreadable("FRED's answer to series/vintagedates", repr(error)) from None


def read_release(payload: Any) -> tuple[int, str]:
    """Id and name of a release."""
    try:
        entry = payload["releases"][0]
        return int(entry["id"]), str(entry["name"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise unreadable("FRED's answer to series/release", repr(error)) from None
