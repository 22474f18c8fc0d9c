"""FRED and ALFRED facts by the days on which they began.

Belongs here: which days to ask for, and when an empty answer is a failure. Does not belong here: requests
(client.py), what rows mean (facts.py), when a value counts as known (vintage/knowledge.py).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import EmptyDataError, UnknownSeriesError
from macro_assets.settings import Settings
from macro_assets.sources.batch import SourceBatch, check_window
from macro_assets.sources.fred.answers import check_periods
from macro_assets.sources.fred.client import PointInTimeFred, TooManyVintagesError
from macro_assets.sources.fred.facts import (
    DAY,
    EARLIEST,
    MAX_VINTAGES,
    ROWS,
    day_number,
    days_of,
    facts_begun,
    vintage_windows,
)
from macro_assets.sources.fred.records import SeriesInfo
from macro_assets.sources.kept import check_kept, standing_periods
from macro_assets.sources.statements import SeriesStatement
from macro_assets.sources.wire.body import unreadable
from macro_assets.sources.wire.deadline import load_deadline
from macro_assets.sources.wire.retry import SYSTEM_CLOCK, Clock, RetryPolicy
from macro_assets.tables.bronze import FRED_VINTAGES

__all__ = ["FredSource"]

Suggest = Callable[[str], Sequence[str]]


class FredSource:
    """Published values of FRED series with the day each one began.

    Parameters
    ----------
    settings : address, key, rate limit, time-out and today.
    suggest : ids that resemble an unknown one; default the catalogue's.
    clock : how to wait.
    """

    def __init__(self, settings: Settings, *, suggest: Suggest | None = None, clock: Clock = SYSTEM_CLOCK) -> None:
        self._settings = settings
        self._suggest = suggest or self._suggest_from_catalog
        self._clock = clock
        self._retry = RetryPolicy(settings.http_retries, clock=clock)
        self.client = PointInTimeFred.from_settings(settings, clock=clock)

    def __repr__(self) -> str:
        return f"FredSource({self.client!r})"

    def window(
        self, series_id: str, start: dt.date, end: dt.date, frequency: str = "", stored: pa.Table | None = None
    ) -> SourceBatch:
        """Facts that began in [start, end]: one request unless the window has more than 2,000 vintages or 100,000 rows.

        Parameters
        ----------
        frequency : of the series (D, W, M, Q, A), by which lost periods are noticed; empty = not judged.
        stored : facts of the series already kept, by which an answer that was cut is noticed.

        Raises
        ------
        UnknownSeriesError : FRED has no such series.
        EmptyDataError : FRED shows nothing, also when asked again, although the series had values by `end`.
        CredentialError, TransientSourceError, MalformedAnswerError : see `wire/http.py` and `answers.py`.
        """
        end = check_window(start, end, self._settings.current_day())

        def load() -> SourceBatch:
            before, windows = self.client.http.requests, [(start, end)]
            if (end - start).days + 2 > MAX_VINTAGES:
                windows = vintage_windows(self._vintages(series_id, start - DAY, end), start, end)
            return self._batch(series_id, windows, before, frequency, stored, may_be_empty=True)

        return self._in_time(load)

    def history(
        self, series_id: str, through: dt.date, frequency: str = "", stored: pa.Table | None = None
    ) -> SourceBatch:
        """Everything published up to `through`: one request, or one per 2,000 vintages and 100,000 rows.

        Two more ask for the record of the series and for its vintage days: they state, apart from the rows, its first
        and last period and on how many days something was published.

        Parameters
        ----------
        frequency, stored : as in `window`.

        Raises
        ------
        EmptyDataError : FRED shows nothing, although the series had values by `through`.
        UnknownSeriesError, CredentialError, TransientSourceError, MalformedAnswerError : as `window`.
        """
        through = check_window(EARLIEST, through, self._settings.current_day())

        def load() -> SourceBatch:
            before, vintages = self.client.http.requests, None
            try:
                batch = self._batch(series_id, [(EARLIEST, through)], before, frequency, stored, may_be_empty=True)
            except TooManyVintagesError:
                vintages = self._vintages(series_id, EARLIEST, through)
                if not vintages:
                    raise EmptyDataError(f"FRED lists no vintage of {series_id}, but has them.") from None
                windows = vintage_windows(vintages, EARLIEST, through)
                batch = self._batch(series_id, windows, before, frequency, stored, may_be_empty=True)
            if batch.offered and through >= self._settings.current_day() - DAY:
                vintages = self._vintages(series_id, EARLIEST, through) if vintages is None else vintages
                self._check_extent(series_id, batch.table, vintages)
            return replace(batch, requests=self.client.http.requests - before)

        return self._in_time(load)

    def release_dates(self, start: dt.date, end: dt.date) -> list[tuple[int, dt.date]]:
        """(release id, day) of every release in [start, end]; one request per thousand."""
        with load_deadline(self._settings.http_load_seconds, self._clock.monotonic):
            return self.client.release_dates(start, end)

    def days_of_release(self, release_id: int, through: dt.date) -> list[dt.date]:
        """Days on which a release was published, up to a day; one request per ten thousand."""
        with load_deadline(self._settings.http_load_seconds, self._clock.monotonic):
            return self.client.days_of_release(release_id, through)

    def info(self, series_id: str) -> SeriesInfo:
        """Title, unit, frequency and range of a series."""
        try:
            return self.client.series_info(series_id)
        except UnknownSeriesError:
            raise self._unknown(series_id) from None

    def statement(self, series_id: str) -> SeriesStatement:
        """First vintage, number of vintages, unit, frequency and adjustment as FRED states them now; two requests."""
        info = self.info(series_id)
        first, vintages = self.client.first_vintage(series_id)
        return SeriesStatement(
            provider="fred", series_id=series_id, received_at=dt.datetime.now(dt.UTC), first_vintage=first,
            vintages=vintages, units=str(info.units), frequency=str(info.frequency),
            seasonal_adjustment=str(info.seasonal_adjustment), last_updated=info.last_updated,
        )  # fmt: skip

    def release(self, series_id: str) -> tuple[int, str]:
        """Id and name of the release a series belongs to."""
        try:
            return self.client.series_release(series_id)
        except UnknownSeriesError:
            raise self._unknown(series_id) from None

    def close(self) -> None:
        """Give the connections back."""
        self.client.http.close()

    def _in_time(self, load: Callable[[], SourceBatch]) -> SourceBatch:
        """A load under its deadline; FRED repeats what stands, so an answer without rows is a fault: asked again."""
        with load_deadline(self._settings.http_load_seconds, self._clock.monotonic):
            return self._retry.call(load)

    def _batch(
        self,
        series_id: str,
        windows: list[tuple[dt.date, dt.date]],
        before: int,
        frequency: str,
        stored: pa.Table | None,
        *,
        may_be_empty: bool,
    ) -> SourceBatch:
        tables: list[pa.Table] = []
        offered = clipped = derived = 0
        lacking: tuple[dt.date, ...] = ()
        for start, end in windows:
            rows, stated = self._rows(series_id, start, end)
            check_periods(rows, series_id, frequency)
            if stored is not None and stored.num_rows:
                kept = standing_periods(stored, "observation_date", day_number(start))
                absent = check_kept(f"FRED's answer on {series_id}", kept, days_of(rows["date"]))
                lacking = tuple(absent.astype("datetime64[D]").tolist())
            facts, state_before, withdrawn = facts_begun(rows, series_id, start, end)
            tables.append(facts)
            offered, clipped, derived = offered + stated, clipped + state_before, derived + withdrawn
        if not offered:
            self._refuse_empty(series_id, windows[-1][1], may_be_empty=may_be_empty)
        table = pa.concat_tables(tables) if tables else FRED_VINTAGES.source_schema.empty_table()
        table = table.sort_by([("observation_date", "ascending"), ("realtime_start", "ascending")])
        return SourceBatch(table, offered, clipped, self.client.http.requests - before, derived, lacking=lacking)

    def _check_extent(self, series_id: str, facts: pa.Table, vintages: list[dt.date]) -> None:
        """Record and vintage days are answers of their own: they show a history of which a part was lost."""
        published = np.array([day_number(day) for day in vintages])
        record = self.client.series_info(series_id)
        stated = facts.filter(pc.not_equal(facts["status"], "withdrawn"))
        check_kept(f"FRED's history of {series_id}", published, days_of(stated["realtime_start"]), "vintages it lists")
        days = days_of(facts["observation_date"])
        first, last = day_number(record.observation_start), day_number(record.observation_end)
        if days.min() > first or days.max() < last:
            span = f"{record.observation_start} to {record.observation_end}"
            raise unreadable(f"FRED's history of {series_id}", f"it does not reach over {span}")

    def _rows(self, series_id: str, start: dt.date, end: dt.date) -> tuple[pa.Table, int]:
        try:
            return self.client.realtime_rows(series_id, max(start - DAY, EARLIEST), end)
        except UnknownSeriesError:
            self.info(series_id)  # raises when there is no such series; else it has no vintage by `end` yet
            return ROWS.empty_table(), 0

    def _vintages(self, series_id: str, start: dt.date, end: dt.date) -> list[dt.date]:
        try:
            return self.client.vintage_dates(series_id, max(start, EARLIEST), end)
        except UnknownSeriesError:
            self.info(series_id)
            return []

    def _refuse_empty(self, series_id: str, end: dt.date, *, may_be_empty: bool) -> None:
        """There is always the state before, so nothing at all is legal only before the first vintage."""
        if may_be_empty and min(self.client.vintage_dates(series_id), default=end) > end:
            return
        raise EmptyDataError(
            f"FRED shows no observation of {series_id} by {end}.",
            remedy="Try again later; if the series begins later, set its start in catalog/series.yaml.",
        )

    def _unknown(self, series_id: str) -> UnknownSeriesError:
        near = [name for name in self._suggest(series_id) if name != series_id]
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        return UnknownSeriesError(f"FRED has no series {series_id!r}.", remedy=f"{hint}Edit catalog/series.yaml.")

    def _suggest_from_catalog(self, series_id: str) -> list[str]:
        from macro_assets.catalog import load_catalog

        return load_catalog(self._settings.catalog_dir).suggest(series_id)
