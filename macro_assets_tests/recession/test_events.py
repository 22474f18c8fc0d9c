"""Alarms, leads, misses and false episodes are counted as written down."""

import pandas as pd
import pytest

from macro_assets.recession.evaluation import events


def series(values: dict[str, float], start: str = "1988-01", end: str = "1994-12") -> pd.Series:
    index = pd.period_range(start, end, freq="M").to_timestamp(how="end").normalize()
    out = pd.Series(0.0, index=index)
    for span, value in values.items():
        first, last = span.split(":")
        out[first:last] = value
    return out


STATE = series({"1990-08:1991-03": 1.0})


def record(probability: pd.Series, threshold: float = 0.5) -> events.AlarmRecord:
    return events.alarm_record(probability, pd.Series(threshold, index=probability.index), STATE)


def test_peak_and_trough_are_read_from_the_state() -> None:
    assert events.peaks_and_troughs(STATE) == [(pd.Period("1990-07", "M"), pd.Period("1991-03", "M"))]


def test_an_alarm_needs_two_months_in_a_row() -> None:
    p = series({"1989-05:1989-05": 0.9, "1990-01:1990-02": 0.9})
    assert record(p).leads[0].first_alarm == "1990-02"
    assert record(p).leads[0].lead_months == 5
    assert record(p).false_episodes == ()


@pytest.mark.parametrize(
    ("span", "lead"), [("1990-09:1990-10", -3), ("1990-10:1990-11", None), ("1989-01:1989-06", None)]
)
def test_caught_until_three_months_after_the_peak(span: str, lead: int | None) -> None:
    assert record(series({span: 0.9})).leads[0].lead_months == lead


def test_false_episodes_merge_short_gaps_and_spare_recessions() -> None:
    p = series({"1988-03:1988-06": 0.9, "1988-08:1988-09": 0.9, "1993-01:1993-04": 0.9, "1990-12:1991-06": 0.9})
    counted = record(p)
    assert counted.false_episodes == (("1988-04", "1988-09"), ("1993-02", "1993-04"))
    assert counted.misses == 1


def test_months_of_the_preceding_recession_are_no_warning_of_the_next() -> None:
    state = series({"1989-02:1989-07": 1.0, "1990-03:1990-09": 1.0})
    p = series({"1989-02:1989-09": 0.9})
    leads = events.alarm_record(p, pd.Series(0.5, index=p.index), state).leads
    assert [lead.peak for lead in leads] == ["1989-01", "1990-02"]
    assert leads[1].lead_months == 6


def test_a_recession_at_the_start_is_marked_truncated() -> None:
    p = series({"1990-08:1990-12": 0.9}, start="1990-07")
    lead = events.alarm_record(p, pd.Series(0.5, index=p.index), STATE).leads[0]
    assert lead.truncated
    assert lead.lead_months == -2
