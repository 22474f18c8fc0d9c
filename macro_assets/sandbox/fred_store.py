"""FRED's shelves: which vintages of which series are visible on a given day.

Belongs here: sorted arrays, visibility, clipping, revisions injected by a fault. Does not belong here: URLs, JSON, XML
(fred.py).
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from threading import Lock

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.sandbox.archive import FOREVER, Archive, day_array
from macro_assets.sandbox.wire import day_number

FOREVER_DAY = day_number(FOREVER)
COMPILED = "lag_rule"
"""Word of series.csv for a series whose values are one later compilation."""


@dataclass(frozen=True)
class SeriesRows:
    """All rows of one series, sorted by observation date and realtime_start; days are day numbers (int32).

    Parameters
    ----------
    date, start, end : (n,) observation day, first and last day on which the value was the published one.
    value : (n,) Arrow text as FRED prints it, "." where there is none.
    vintages : (v,) days on which a value appeared, changed or ceased, ascending.
    """

    date: np.ndarray
    start: np.ndarray
    end: np.ndarray
    value: pa.StringArray
    vintages: np.ndarray

    @classmethod
    def build(cls, dates: np.ndarray, start: np.ndarray, end: np.ndarray, value: pa.StringArray) -> "SeriesRows":
        ceased = end[end != FOREVER_DAY] + np.int32(1)
        return cls(dates, start, end, value, np.unique(np.concatenate([start, ceased])))

    def visible(self, start: int, end: int, today: int, first: int, last: int) -> "Selection":
        """Rows valid on some day of [start, end], observed in [first, last], clipped as FRED clips them.

        A row that ends later than `today` is not yet known to end: it counts as current.
        """
        until = np.where(self.end >= today, np.int32(FOREVER_DAY), self.end)
        mask = (self.start <= min(end, today)) & (until >= start) & (self.date >= first) & (self.date <= last)
        rows = np.flatnonzero(mask)
        return Selection(
            rows=rows,
            date=self.date[rows],
            start=np.maximum(self.start[rows], np.int32(max(start, -(2**31)))),
            end=np.minimum(until[rows], np.int32(end)),
            value=self.value,
        )

    def vintages_between(self, start: int, end: int, today: int) -> np.ndarray:
        """(k,) vintage days in [start, end], none after `today`."""
        low, high = np.searchsorted(self.vintages, [start, min(end, today) + 1])
        return self.vintages[low:high]


@dataclass(frozen=True)
class Selection:
    """Rows chosen from a series: positions and the clipped days to print."""

    rows: np.ndarray
    date: np.ndarray
    start: np.ndarray
    end: np.ndarray
    value: pa.StringArray

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: np.ndarray | slice) -> "Selection":
        return replace(
            self, rows=self.rows[chosen], date=self.date[chosen], start=self.start[chosen], end=self.end[chosen]
        )

    def texts(self) -> pa.StringArray:
        """(n,) values as printed."""
        return self.value.take(pa.array(self.rows))


def print_values(values: pa.Array) -> pa.StringArray:
    """Shortest texts that read back as the same number; "." for null."""
    return pc.fill_null(pc.cast(values, pa.string()), ".")


class FredStore:
    """Series, releases and release dates of an archive.

    Parameters
    ----------
    archive : what there is to serve, of all days.
    """

    def __init__(self, archive: Archive) -> None:
        self._lock = Lock()
        self.series: dict[str, dict[str, object]] = {
            str(row["series_id"]): {str(key): value for key, value in row.items()}
            for row in archive.series.to_dict("records")
        }
        self._rows = _split(_as_kept_by_fred(archive))
        self.releases: dict[int, str] = {
            int(str(row["release_id"])): str(row["release_name"]) for row in self.series.values()
        }
        self.release_calendar = self._release_dates(archive.release_dates)
        true_days = archive.release_days
        self.release_days: dict[int, np.ndarray] = {
            int(number): np.sort(day_array(rows["date"]).astype("int64"))
            for number, rows in true_days.groupby("release_id")
        }

    def rows(self, series_id: str, today: int) -> SeriesRows | None:
        """Rows of a series, or None when it does not exist, or not yet."""
        rows = self._rows.get(series_id)
        return rows if rows is not None and len(rows.vintages) and rows.vintages[0] <= today else None

    def revise(self, series_id: str, observation: date | None, value: float | None, today: date) -> date:
        """Publish a new value of an old observation on `today`; returns the observation's day.

        Parameters
        ----------
        observation : default the thirteenth newest observation visible today, or the oldest of fewer.
        value : default 1 % above the published one (0.01 above zero).

        Raises
        ------
        KeyError : no such series, or no such observation, today.
        """
        now = day_number(today)
        with self._lock:
            old = self.rows(series_id, now)
            if old is None:
                raise KeyError(f"No series '{series_id}' on {today}.")
            current = np.flatnonzero((old.start <= now) & (old.end >= now))
            printed = current[[text != "." for text in old.value.take(pa.array(current)).to_pylist()]]
            wanted = old.date[printed[-min(13, len(printed))]] if observation is None else day_number(observation)
            hit = printed[old.date[printed] == wanted]
            if not len(hit):
                raise KeyError(f"{series_id} has no value for {observation} on {today}.")
            at = int(hit[0])
            number = float(old.value[at].as_py())
            new = value if value is not None else (round(number * 1.01, 4) if number else 0.01)
            self._rows[series_id] = _with_new_value(old, at, new, now)
            self._add_release_day(series_id, now)
        return date(1970, 1, 1) + timedelta(days=int(wanted))

    def _add_release_day(self, series_id: str, now: int) -> None:
        release = int(str(self.series[series_id]["release_id"]))
        ids, days = self.release_calendar
        if not ((ids == release) & (days == now)).any():
            at = int(np.searchsorted(days, now, side="right"))
            self.release_calendar = np.insert(ids, at, release), np.insert(days, at, now)

    def _release_dates(self, listed: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Release ids and days, by day then id; taken from the vintages where the archive lists none."""
        if len(listed):
            ids, days = listed["release_id"].to_numpy("int64"), day_array(listed["date"]).astype("int64")
        else:
            pairs = {
                (int(str(self.series[name]["release_id"])), int(day))
                for name, rows in self._rows.items()
                for day in rows.vintages
            }
            ids, days = np.array(sorted(pairs), "int64").reshape(-1, 2).T
        order = np.lexsort([ids, days])
        return ids[order], days[order]


def _as_kept_by_fred(archive: Archive) -> pa.Table:
    """Rows of the archive; a series without recorded vintages (`lag_rule`) is one compilation, of the last day.

    The archive dates its values by a rule; FRED would show one vintage, the day on which they were compiled.
    """
    rows, kinds = archive.observations, archive.series["vintage_kind"]
    compiled = pc.is_in(rows["series_id"], pa.array(archive.series.loc[kinds == COMPILED, "series_id"], pa.string()))
    current = pc.equal(rows["realtime_end"], pa.scalar(FOREVER))
    start = pc.if_else(compiled, pa.scalar(archive.last_day, pa.date32()), rows["realtime_start"])
    place = rows.schema.get_field_index("realtime_start")
    rows = rows.set_column(place, rows.schema.field(place), start)
    return rows.filter(pc.or_(pc.invert(compiled), current)).combine_chunks()


def _split(observations: pa.Table) -> dict[str, SeriesRows]:
    names = observations["series_id"].combine_chunks().dictionary_encode()
    codes = names.indices.to_numpy()
    starts = (
        np.append(np.flatnonzero(np.r_[True, codes[1:] != codes[:-1]]), len(codes)) if len(codes) else np.array([0])
    )
    texts = print_values(observations["value"].combine_chunks())
    days, start, end = (
        observations[name].cast(pa.int32()).to_numpy() for name in ("date", "realtime_start", "realtime_end")
    )
    labels = names.dictionary.to_pylist()
    return {
        labels[codes[low]]: SeriesRows.build(
            days[low:high], start[low:high], end[low:high], texts.slice(low, high - low)
        )
        for low, high in pairwise(starts)
    }


def _with_new_value(old: SeriesRows, at: int, value: float, now: int) -> SeriesRows:
    """`old` with row `at` closed yesterday and a new one from today on; replaced in place if it began today."""
    text = print_values(pa.array([value], pa.float64()))
    began_today = old.start[at] == now
    head = at if began_today else at + 1
    ends = old.end.copy()
    if not began_today:
        ends[at] = now - 1
    return SeriesRows.build(
        np.insert(old.date, head, old.date[at]) if not began_today else old.date,
        np.insert(old.start, head, np.int32(now)) if not began_today else old.start,
        np.insert(ends, head, old.end[at]) if not began_today else ends,
        pa.concat_arrays([old.value.slice(0, head), text, old.value.slice(at + 1)]),
    )
