"""World Bank development indicators by economy and year.

Belongs here: which windows to ask for, and when to ask again. Does not belong here: requests (client.py), from which day
a value counts (facts.py), keeping the last good rows (a failure raises, so nothing stored is touched).
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.settings import Settings
from macro_assets.sources.batch import SourceBatch, check_window
from macro_assets.sources.kept import check_kept
from macro_assets.sources.wire.deadline import load_deadline
from macro_assets.sources.wire.redaction import redact
from macro_assets.sources.wire.retry import SYSTEM_CLOCK, Clock, RetryPolicy
from macro_assets.sources.world_bank.client import WorldBankClient
from macro_assets.sources.world_bank.facts import Row, indicator_facts

__all__ = ["WorldBankSource"]

DAY = dt.timedelta(days=1)
FIRST_DAY = dt.date(1900, 1, 1)


class WorldBankSource:
    """Values of World Development Indicators with the day from which each counts.

    Parameters
    ----------
    settings : address, time-out, retries and today.
    clock : how to wait.
    """

    def __init__(self, settings: Settings, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._settings = settings
        self._clock = clock
        self._retry = RetryPolicy(settings.http_retries, clock=clock)
        self._client = WorldBankClient(settings, clock)

    def __repr__(self) -> str:
        return f"WorldBankSource({redact(self._settings.world_bank_url)})"

    def window(
        self, indicator: str, economies: Sequence[str], start: dt.date, end: dt.date, stored: pa.Table | None = None
    ) -> SourceBatch:
        """Facts that began in [start, end].

        Parameters
        ----------
        economies : ISO 3166 alpha-3 codes, at most 20.
        stored : facts already kept; with them, values that changed, ceased or came late begin today, the day on
            which that is seen, if `end` is today or yesterday.

        Raises
        ------
        UnknownSeriesError : no such indicator or economy.
        EmptyDataError : not one value.
        TransientSourceError : time-out, 429, 5xx, an unreadable answer, after the last retry.
        """
        end = check_window(start, end, self._settings.current_day())
        before = self._client.http.requests
        with load_deadline(self._settings.http_load_seconds, self._clock.monotonic):
            rows, stated = self._retry.call(lambda: self._rows(indicator, economies, stored))
        today = self._settings.current_day()
        seen_on = today if end >= today - DAY else None
        facts, clipped = indicator_facts(rows, indicator, start, end, stored=stored, seen_on=seen_on)
        requests = self._client.http.requests - before
        return SourceBatch(facts, stated, clipped, requests, updated_on=self._client.updated_on)

    def _rows(self, indicator: str, economies: Sequence[str], stored: pa.Table | None) -> tuple[list[Row], int]:
        rows, stated = self._client.rows(indicator, economies)
        if stored is not None:
            kept = stored.filter(pc.equal(stored["indicator"], indicator))["year"].to_numpy()
            check_kept(f"The World Bank's answer on {indicator}", np.asarray(kept), np.array([row[1] for row in rows]))
        return rows, stated

    def history(
        self, indicator: str, economies: Sequence[str], through: dt.date, stored: pa.Table | None = None
    ) -> SourceBatch:
        """Every fact up to `through`; parameters and errors as `window`."""
        return self.window(indicator, economies, FIRST_DAY, through, stored)
