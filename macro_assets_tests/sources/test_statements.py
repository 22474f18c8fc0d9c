"""What FRED states of its series over the wire, and which series are due to be asked again."""

import datetime as dt

from macro_assets.sandbox import NO_LIMITS, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.fred.source import FredSource
from macro_assets.sources.statements import due, statement_table
from macro_assets_tests.sandbox.small_archive import LATE_START, small_archive

WEEK = dt.timedelta(days=7)


def source(sandbox: SandboxServer) -> FredSource:
    addresses = {name.removeprefix("MACRO_").lower(): value for name, value in (sandbox.urls | NO_LIMITS).items()}
    return FredSource(Settings.model_validate({**addresses, "today": sandbox.today}))


def test_the_first_vintage_is_that_of_the_series_and_not_of_the_window() -> None:
    with SandboxServer(small_archive(), today=dt.date(2012, 6, 29)) as sandbox:
        said = source(sandbox).statement("UNRATE")
        assert len([entry for entry in sandbox.requests if entry.subject == "UNRATE"]) == 2
    assert (said.first_vintage, said.provider, said.frequency) == (LATE_START, "fred", "M")
    assert said.vintages > 1
    assert said.last_updated is not None
    assert said.last_updated.tzinfo is dt.UTC
    assert abs(said.received_at - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_a_series_is_due_when_nothing_was_received_for_a_week() -> None:
    with SandboxServer(small_archive(), today=dt.date(2012, 6, 29)) as sandbox:
        said = source(sandbox).statement("PAYEMS")
    table = statement_table([said])
    at = said.received_at
    assert due("fred", ["PAYEMS", "GDPC1"], table, at + WEEK - dt.timedelta(seconds=1), WEEK) == ["GDPC1"]
    assert due("fred", ["PAYEMS"], table, at + WEEK, WEEK) == ["PAYEMS"]
    assert due("other", ["PAYEMS"], table, at, WEEK) == ["PAYEMS"]
