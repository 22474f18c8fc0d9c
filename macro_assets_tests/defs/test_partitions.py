"""Days are vintage days and today's is among them; months and quarters are as-of dates."""

from datetime import date

import pytest
import time_machine

from macro_assets.defs import partitions


@time_machine.travel("2014-12-31 09:00-05:00", tick=False)
def test_today_has_a_key_on_its_day_and_tomorrow_has_none() -> None:
    daily = partitions.daily_vintages()
    assert daily.get_last_partition_key() == "2014-12-31"
    assert daily.has_partition_key("1980-01-01")
    assert not daily.has_partition_key("2015-01-01")


@time_machine.travel("2014-12-31 23:30-05:00", tick=False)
def test_the_day_is_new_yorks_day() -> None:
    assert partitions.daily_vintages().get_last_partition_key() == "2014-12-31"


def test_a_simulated_today_bounds_every_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MACRO_TODAY", "2012-06-30")
    monkeypatch.setenv("MACRO_DAILY_START", "2010-01-01")
    monkeypatch.setenv("MACRO_WALK_FORWARD_START", "2011-01-01")
    daily, monthly, quarterly = (
        partitions.daily_vintages(), partitions.monthly_origins(), partitions.quarterly_origins())  # fmt: skip
    assert (daily.get_first_partition_key(), daily.get_last_partition_key()) == ("2010-01-01", "2012-06-30")
    assert (monthly.get_first_partition_key(), monthly.get_last_partition_key()) == ("2011-01-01", "2012-06-01")
    assert quarterly.get_last_partition_key() == "2012-04-01"


def test_a_run_covers_a_range_without_gaps() -> None:
    assert partitions.day_range(["2012-03-01", "2012-02-29"]) == (date(2012, 2, 29), date(2012, 3, 1))
    with pytest.raises(ValueError, match="have gaps"):
        partitions.day_range(["2012-02-28", "2012-03-01"])
