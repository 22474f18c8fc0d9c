"""When a day is complete: after its end where the provider sits, and by what the answer shows."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from macro_assets.sources.coverage import Answer, through_day_ended, through_last_update
from macro_assets.sources.providers import PROVIDERS
from macro_assets.sources.yahoo.sessions import is_session, through_sessions

NEW_YORK = ZoneInfo("America/New_York")
END = dt.date(2014, 3, 31)


def asked(text: str, zone: str = "America/Chicago", **more: dt.date) -> Answer:
    at = dt.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)
    return Answer(END, at.astimezone(dt.UTC), zone, **more)


@pytest.mark.parametrize(
    ("asked_at", "through"),
    [
        ("2014-03-07 07:30", "2014-03-06"),
        ("2014-03-07 00:30", "2014-03-05"),  # still 6 March in Chicago
        ("2014-03-07 01:00", "2014-03-06"),
        ("2014-03-09 00:59", "2014-03-07"),  # the day that clocks go forward
        ("2014-03-09 01:00", "2014-03-08"),
        ("2014-03-10 00:59", "2014-03-08"),
        ("2014-03-10 01:00", "2014-03-09"),
        ("2014-05-01 12:00", "2014-03-31"),
    ],
)
def test_a_day_ends_at_midnight_of_its_provider(asked_at: str, through: str) -> None:
    assert through_day_ended(asked(asked_at)) == dt.date.fromisoformat(through)


def test_the_longer_day_of_november_ends_an_hour_later_in_universal_time() -> None:
    day = dt.date(2014, 11, 2)
    for hour, expected in ((5, day - dt.timedelta(1)), (6, day)):
        at = dt.datetime(2014, 11, 3, hour, 0, tzinfo=dt.UTC)
        assert through_day_ended(Answer(dt.date(2014, 12, 1), at, "America/Chicago")) == expected


@pytest.mark.parametrize(
    ("newest", "asked_at", "through"),
    [
        ("2014-03-07", "2014-03-08 07:30", "2014-03-07"),  # Friday's bar on Saturday
        ("2014-03-07", "2014-03-10 07:30", "2014-03-09"),  # the weekend is no session
        ("2014-03-07", "2014-03-11 07:30", "2014-03-09"),  # Monday's bar did not come
        ("2014-03-10", "2014-03-11 07:30", "2014-03-10"),
        ("2014-03-10", "2014-03-10 17:00", "2014-03-09"),  # Monday is not over
    ],
)
def test_a_day_without_a_bar_is_complete_by_a_later_bar_or_the_calendar(
    newest: str, asked_at: str, through: str
) -> None:
    answer = asked(asked_at, "America/New_York", newest=dt.date.fromisoformat(newest))
    assert through_sessions(answer) == dt.date.fromisoformat(through)


def test_a_storm_is_in_no_calendar_and_the_next_bar_completes_it() -> None:
    friday, wednesday, end = dt.date(2012, 10, 26), dt.date(2012, 10, 31), dt.date(2012, 11, 30)
    at = dt.datetime(2012, 10, 31, 12, tzinfo=dt.UTC)
    assert through_sessions(Answer(end, at, "America/New_York", newest=friday)) == dt.date(2012, 10, 28)
    later = at + dt.timedelta(days=1)
    assert through_sessions(Answer(end, later, "America/New_York", newest=wednesday)) == wednesday
    assert through_sessions(Answer(end, at, "America/New_York")) is None, "no bar at all"


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        ("2012-10-29", True), ("2013-03-29", False), ("2010-12-31", True), ("2011-12-26", False), ("2012-01-02", False),
        ("2015-07-03", False), ("2021-06-18", True), ("2022-06-20", False), ("1997-01-20", True), ("1998-01-19", False),
        ("2014-11-27", False), ("2014-11-28", True), ("2014-10-13", True), ("2014-11-11", True), ("2014-05-26", False),
        ("2014-02-17", False), ("2014-09-01", False), ("2014-09-06", False),
    ],
)  # fmt: skip
def test_scheduled_sessions_are_those_of_the_exchange(day: str, open_: bool) -> None:
    assert is_session(dt.date.fromisoformat(day)) is open_


def test_a_database_that_states_an_older_update_than_before_completes_nothing() -> None:
    new, old = dt.date(2014, 3, 5), dt.date(2014, 3, 1)
    assert through_last_update(asked("2014-03-07 08:00", updated_on=new)) == dt.date(2014, 3, 6)
    assert through_last_update(asked("2014-03-07 08:00", updated_on=new, updated_before=new)) == dt.date(2014, 3, 6)
    assert through_last_update(asked("2014-03-07 08:00", updated_on=old, updated_before=new)) is None
    assert through_last_update(asked("2014-03-07 08:00")) is None


def test_every_provider_states_its_time_zone_and_a_rule() -> None:
    for provider in PROVIDERS:
        through = provider.complete(asked("2014-03-20 12:00", provider.time_zone, newest=END, updated_on=END))
        assert through == dt.date(2014, 3, 19), provider.name
