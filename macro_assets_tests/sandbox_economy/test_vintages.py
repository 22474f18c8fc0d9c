"""Publication: revisions, benchmarks, base years, late histories, late announcements."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.sandbox.economy import SimulatedEconomy
from macro_assets.sandbox.economy.parameters import REGIMES
from macro_assets.sandbox.economy.releases import LATE_SERIES
from macro_assets.sandbox.economy.vintages import Revision, collapse_before, observations_table, publish_revised

DAYS = np.datetime64("2000-01-01") + 31 * np.arange(6)


def _of(facts: pd.DataFrame, series_id: str) -> pd.DataFrame:
    return facts[facts["series_id"] == series_id]


def _as_of(facts: pd.DataFrame, series_id: str, day: str) -> pd.Series:
    known = _of(facts, series_id)
    known = known[known["realtime_start"] <= day]
    return known.groupby("date")["value"].last()


def test_output_is_printed_three_times_and_benchmarked(facts: pd.DataFrame) -> None:
    rows = _of(facts, "GDPC1")
    one = rows[rows["date"] == "1992-04-01"]
    delays = (one["realtime_start"] - pd.Timestamp("1992-06-30")).dt.days.to_numpy()
    assert (np.abs(delays[:3] - [28, 59, 89]) <= 4).all()
    annual = one["realtime_start"].iloc[3:]
    assert set(annual[annual.dt.year < 1999].dt.month) == {7}
    advance = rows.groupby("date")["realtime_start"].min()
    assert (advance.dt.month == (advance.index.month + 2) % 12 + 1).all()


def test_employment_is_printed_on_the_first_friday_after_its_month(facts: pd.DataFrame) -> None:
    first = _of(facts, "PAYEMS").groupby("date")["realtime_start"].min().loc["1990":]
    assert (first.dt.weekday == 4).all()
    assert (first.dt.day <= 7).all()
    assert (first.dt.to_period("M") == first.index.to_period("M") + 1).all()


def test_national_accounts_never_slip_into_the_month_after_the_next(facts: pd.DataFrame) -> None:
    first = _of(facts, "PI").groupby("date")["realtime_start"].min().loc["1990":]
    assert (first.dt.to_period("M") == first.index.to_period("M") + 1).all()


def test_without_a_day_a_short_economy_stands_two_years_before_its_end(short: SimulatedEconomy) -> None:
    assert short.default_today == date(1982, 12, 31)


def test_revisions_have_realistic_size(facts: pd.DataFrame) -> None:
    rows = _of(facts, "PAYEMS")
    by_month = rows.groupby("date")["value"]
    change = (by_month.nth(1).to_numpy()[:600] / by_month.nth(0).to_numpy()[:600] - 1.0) * 100.0
    assert 0.01 < change.std() < 0.08
    output = _of(facts, "GDPC1").groupby("date")["value"]
    revision = np.log(output.nth(2).to_numpy()[:200] / output.nth(0).to_numpy()[:200]) * 100.0
    assert 0.1 < revision.std() < 0.4


def test_growth_is_continuous_inside_every_view(facts: pd.DataFrame) -> None:
    for day in ("1985-03-31", "1997-02-10", "1998-06-30", "2001-07-31", "2020-02-29"):
        view = _as_of(facts, "INDPRO", day)
        assert np.abs(np.diff(np.log(view))).max() < 0.06, day


def test_the_index_changes_its_base_once(facts: pd.DataFrame) -> None:
    rows = _of(facts, "INDPRO")
    january = rows[rows["date"] == "1975-01-01"]
    steps = np.abs(np.diff(np.log(january["value"])))
    assert (steps > 0.2).sum() == 1
    everything = rows[rows["realtime_start"] == january["realtime_start"].iloc[steps.argmax() + 1]]
    assert everything["date"].nunique() > 300


def test_one_series_has_vintages_from_its_20th_year_on(facts: pd.DataFrame) -> None:
    rows = _of(facts, LATE_SERIES)
    first = rows["realtime_start"].min()
    assert pd.Timestamp("1989-01-01") <= first < pd.Timestamp("1990-01-01")
    at_once = rows[rows["realtime_start"] == first]
    assert at_once["date"].min() == pd.Timestamp("1970-01-01")
    assert len(at_once) > 220
    later = rows[rows["date"] >= "1990-01-01"].groupby("date")["realtime_start"].min()
    assert later.is_unique


def test_daily_series_are_known_the_next_day_and_show_holidays(facts: pd.DataFrame) -> None:
    rows = _of(facts, "DGS10").set_index("date")
    closed = rows[rows["value"].isna()]
    assert pd.Timestamp("1995-07-04") in closed.index
    assert pd.Timestamp("2008-12-25") in closed.index
    open_days = rows[rows["value"].notna()]
    assert ((open_days["realtime_start"] - open_days.index).dt.days == 1).all()
    assert (closed["realtime_start"] > closed.index + pd.Timedelta(days=1)).all()


def test_recession_months_are_announced_late_and_agree_with_the_cycle(
    economy: SimulatedEconomy, facts: pd.DataFrame
) -> None:
    rows = _of(facts, "USREC")
    truth = pd.Series({row["month"]: row["regime"] == REGIMES[0] for row in economy.truth.regimes})
    current = rows[rows["current"]].set_index("date")["value"]
    settled = current[current.index < "2022-01-01"]
    assert (settled == truth[settled.index.strftime("%Y-%m")].to_numpy()).all()
    for turn in economy.archive.nber.to_dict("records"):
        peak, announced = pd.Period(turn["peak"], "M"), pd.Timestamp(turn["peak_announced"])
        assert 4 <= (announced.to_period("M") - peak).n <= 30
        before = _as_of(facts, "USREC", str(announced - pd.Timedelta(days=1)))
        after = _as_of(facts, "USREC", str(announced))
        first_month = (peak + 1).to_timestamp()
        assert (before[first_month], after[first_month]) == (0.0, 1.0)
        assert after[peak.to_timestamp()] == 0.0


@given(
    sizes=st.lists(st.floats(-0.02, 0.02), min_size=3, max_size=3),
    waits=st.lists(st.integers(0, 90), min_size=3, max_size=3),
)
def test_published_value_is_first_print_plus_revisions_so_far(sizes: list[float], waits: list[int]) -> None:
    first = np.linspace(4.0, 4.5, 6)
    revisions = [Revision(DAYS + wait, np.full(6, size)) for size, wait in zip(sizes, waits, strict=True)]
    drawn = publish_revised("X", DAYS, DAYS, first, revisions, decimals=6, logarithmic=True)
    for day in (0, 45, 200):
        known = DAYS + day
        for position in range(6):
            mine = (drawn.observed == DAYS[position]) & (drawn.realtime_start <= known[position])
            total = first[position] + sum(size for size, wait in zip(sizes, waits, strict=True) if wait <= day)
            np.testing.assert_allclose(drawn.value[mine][-1], np.exp(total), atol=2e-6)


def test_table_closes_each_interval_before_the_next() -> None:
    drawn = publish_revised(
        "X", DAYS, DAYS, np.ones(6), [Revision(DAYS + 10, np.ones(6))], decimals=3, logarithmic=False
    )
    table = observations_table([drawn], date(2000, 1, 20)).to_pylist()
    assert [row["value"] for row in table] == [1.0, 2.0]
    assert [str(row["realtime_end"]) for row in table] == ["2000-01-10", "9999-12-31"]
    late = collapse_before(drawn, DAYS[3])
    assert late.realtime_start.min() == DAYS[3]
    assert isinstance(observations_table([late], date(2001, 1, 1)), pa.Table)
