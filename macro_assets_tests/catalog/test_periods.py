"""Periods tile the calendar: every day lies between the first and the last day of its period."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.catalog import month_end, period_end, period_start, quarter_end
from macro_assets.catalog.periods import Frequency
from macro_assets.errors import InvalidInputError

days = st.dates(dt.date(1850, 1, 1), dt.date(2100, 12, 31))


@given(days, st.sampled_from(["D", "W", "M", "Q", "A"]))
def test_a_day_lies_in_its_period_and_the_next_day_after_the_end_in_another(day: dt.date, frequency: Frequency) -> None:
    first, last = period_start(day, frequency), period_end(day, frequency)
    assert first <= day <= last
    assert period_end(first, frequency) == last
    assert period_start(last + dt.timedelta(days=1), frequency) == last + dt.timedelta(days=1)


def test_known_ends() -> None:
    assert month_end(dt.date(2024, 2, 3)) == dt.date(2024, 2, 29)
    assert quarter_end(dt.date(2023, 11, 1)) == dt.date(2023, 12, 31)
    assert period_end(dt.date(2008, 7, 1), "Q") == dt.date(2008, 9, 30)
    assert period_end(dt.date(2015, 12, 26), "W") == dt.date(2015, 12, 26)
    assert period_end(dt.date(2015, 1, 1), "A") == dt.date(2015, 12, 31)


@pytest.mark.parametrize("call", [period_start, period_end])
def test_other_frequencies_are_refused(call: Callable[[dt.date, Any], dt.date]) -> None:
    with pytest.raises(InvalidInputError, match="Available: D, W, M, Q, A"):
        call(dt.date(2020, 1, 1), "B")
