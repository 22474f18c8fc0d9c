"""Labels are known when a reader of the day could have known them, and later data never change them."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.catalog import Catalog, TurningPoint, load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.signals import impacts, targets
from macro_assets.signals.turning_points import cycle_months, labels_through, recession_spans, turning_points

POINTS = (
    TurningPoint(kind="peak", month=date(1980, 1, 1), announced=date(1980, 6, 3)),
    TurningPoint(kind="trough", month=date(1980, 7, 1), announced=date(1981, 7, 8)),
    TurningPoint(kind="peak", month=date(1981, 7, 1), announced=date(1982, 1, 6)),
    TurningPoint(kind="trough", month=date(1982, 11, 1), announced=date(1983, 7, 8)),
)


def dated(*points: TurningPoint) -> Catalog:
    """The catalogue with some turning points only."""
    return load_catalog().model_copy(update={"turning_points": points})


def usrec_facts(points, first="1978-01", last="1985-12", first_vintage="1978-02-01") -> list[tuple]:
    """Vintages as NBER's indicator prints them: the last announced state is carried until the next announcement."""
    rows = []
    for month in pd.period_range(first, last, freq="M"):
        printed = max((month + 1).to_timestamp(), pd.Timestamp(first_vintage))
        days = sorted({printed, *(pd.Timestamp(p.announced) for p in points if pd.Timestamp(p.announced) > printed)})
        previous = None
        for day in days:
            known = [p for p in points if pd.Timestamp(p.announced) <= day and pd.Period(p.month, "M") < month]
            state = 1.0 if known and known[-1].kind == "peak" else 0.0
            if state != previous:
                rows.append(("USREC", month.to_timestamp().date(), day.date(), state))
            previous = state
    return rows


def silver(rows: list[tuple]) -> pa.Table:
    frame = pd.DataFrame(rows, columns=["series_id", "observation_date", "realtime_start", "value"])
    return pa.Table.from_pandas(
        frame.assign(known_from=frame["realtime_start"], known_by="vintage", status="published"), preserve_index=False
    )


def series_facts(name: str, dates, values, lag_days: int = 5) -> list[tuple]:
    return [
        (name, day.date(), (day + pd.Timedelta(days=lag_days)).date(), float(v))
        for day, v in zip(dates, values, strict=True)
    ]


def quarter(year: int, number: int) -> int:
    """Quarters since the first of 1970."""
    return 4 * (year - 1970) + number - 1


@pytest.fixture(scope="module")
def observations() -> pa.Table:
    months = pd.date_range("1978-01-01", "1985-10-01", freq="MS")
    weeks = pd.date_range("1978-01-07", "1985-11-30", freq="W-SAT")
    quarters = pd.date_range("1978-01-01", "1985-07-01", freq="QS")
    rows = usrec_facts(POINTS)
    rows += series_facts("UNRATE", months, 5 + np.arange(len(months)) * 0.01, 35)
    rows += series_facts("ICSA", weeks, 400 + np.arange(len(weeks)), 5)
    rows += series_facts("GDPC1", quarters, 100 * 1.01 ** np.arange(len(quarters)), 120)
    days = pd.bdate_range("1978-01-02", "1985-12-30")
    rows += series_facts("SP500", days, 100 + 10 * np.sin(np.arange(len(days)) / 40), 0)
    rows += series_facts("NASDAQCOM", days, 100 + 0.1 * np.arange(len(days)), 0)
    return silver(rows)


@pytest.fixture(scope="module")
def table(observations: pa.Table) -> pd.DataFrame:
    built = targets.build(observations, None, dated(), first=date(1978, 1, 31)).to_pandas()
    return built.set_index(["frequency", "target", "period"]).sort_index()


def cell(table: pd.DataFrame, frequency: str, target: str, day: date) -> tuple[float, date | None]:
    row = table.loc[(frequency, target, day)]
    return row["value"], row["known_at"]


def test_turning_points_are_read_from_the_vintages(observations: pa.Table) -> None:
    found = turning_points(observations, dated())
    assert [(p.kind, p.month, p.announced, p.assumed) for p in found] == [
        (p.kind, p.month, p.announced, False) for p in POINTS
    ]


def test_turns_older_than_the_first_vintage_take_the_day_of_the_catalogue() -> None:
    late = silver(usrec_facts(POINTS, first_vintage="1982-06-01"))
    found = turning_points(late, dated(*POINTS[:2]))
    assert [p.announced for p in found[:2]] == [date(1980, 6, 3), date(1981, 7, 8)]
    assert found[2].assumed
    assert found[2].announced == date(1982, 7, 1)
    assert found[3] == POINTS[3]


@pytest.mark.parametrize(
    ("month", "recession", "known_at"),
    [
        (date(1979, 3, 31), 0.0, date(1980, 3, 31)),  # twelve months without a peak
        (date(1979, 12, 31), 0.0, date(1980, 6, 3)),  # the peak announced in June 1980 lies after it
        (date(1980, 2, 29), 1.0, date(1981, 7, 8)),  # unknown until the trough is announced
        (date(1980, 8, 31), 0.0, date(1981, 8, 31)),  # announced trough, then twelve months
        (date(1981, 7, 31), 0.0, date(1982, 1, 6)),  # the peak month itself is expansion
        (date(1982, 11, 30), 1.0, date(1983, 7, 8)),
    ],
)
def test_month_states_carry_their_knowledge_date(
    table: pd.DataFrame, month: date, recession: float, known_at: date
) -> None:
    assert cell(table, "M", "recession_current", month) == (recession, known_at)


def test_monthly_target_looks_six_months_ahead_and_waits_for_the_last(table: pd.DataFrame) -> None:
    assert cell(table, "M", "recession_within_6m", date(1979, 7, 31))[0] == 0.0
    value, known_at = cell(table, "M", "recession_within_6m", date(1979, 8, 31))
    assert (value, known_at) == (1.0, date(1981, 7, 8))
    value, known_at = cell(table, "M", "recession_within_6m", date(1980, 7, 31))
    assert (value, known_at) == (0.0, date(1982, 1, 6))


def test_quarterly_targets_count_any_recession_month(table: pd.DataFrame) -> None:
    names = ["recession_current", "recession_next_1q", "recession_next_2q", "recession_within_2q"]
    assert [cell(table, "Q", name, date(1979, 9, 30))[0] for name in names] == [0, 0, 1, 1]
    assert [cell(table, "Q", name, date(1980, 6, 30))[0] for name in names] == [1, 1, 0, 1]
    assert [cell(table, "Q", name, date(1980, 12, 31))[0] for name in names] == [0, 0, 0, 0]


def test_months_after_an_announced_peak_stay_unknown() -> None:
    cycle = cycle_months(POINTS[:1], date(1979, 1, 31), date(1981, 6, 30))
    january = int(np.flatnonzero(cycle.months == 10 * 12)[0])
    assert cycle.known_at[january] == np.datetime64("1980-06-03")
    assert np.isnat(cycle.known_at[january + 1 :]).all()


def test_impacts_by_hand(table: pd.DataFrame) -> None:
    origin = date(1980, 3, 31)
    value, known_at = cell(table, "Q", "unemployment_rate_change_pp", origin)
    assert value == pytest.approx(0.06)
    assert known_at == date(1980, 10, 6)
    assert cell(table, "Q", "real_gdp_change_pct", origin)[0] == pytest.approx((1.01**2 - 1) * 100)
    claims, known_at = cell(table, "Q", "initial_claims_change_pct", origin)
    assert claims == pytest.approx(100 * 26 / np.mean(400 + np.arange(104, 117)), rel=0.02)
    assert known_at == date(1980, 10, 2)
    nasdaq = cell(table, "Q", "nasdaq_change_pct", origin)[0]
    assert nasdaq == pytest.approx(100 * 0.1 * 131 / (100 + 0.1 * 585), rel=0.02)
    assert cell(table, "Q", "nasdaq_drawdown_pct", origin)[0] == 0.0


def test_drawdown_is_the_worst_point_not_the_end_point(table: pd.DataFrame) -> None:
    q = table.loc["Q"]
    drawdown, change = q.loc["sp500_drawdown_pct", "value"].dropna(), q.loc["sp500_change_pct", "value"].dropna()
    assert (drawdown <= np.minimum(change, 0) + 1e-12).all()
    assert (drawdown < change - 1).any()


def test_growth_is_computed_inside_the_view_of_the_day_it_became_known() -> None:
    quarters = pd.date_range("1979-01-01", "1980-10-01", freq="QS")
    rows = series_facts("GDPC1", quarters, 100 * 1.01 ** np.arange(8), 120)
    values = 300 * 1.02 ** np.arange(6)
    rebased = [("GDPC1", day.date(), date(1980, 10, 1), v) for day, v in zip(quarters[:6], values, strict=True)]
    origins = quarter(1979, 1) + np.arange(6)
    gdp = impacts.SERIES_IMPACTS[2]
    before = impacts.series_impact(silver(rows), origins, gdp).value
    after = impacts.series_impact(silver(rows + rebased), origins, gdp).value
    assert after[0] == before[0] == pytest.approx((1.01**2 - 1) * 100)
    assert after[3] == before[3]  # 1980Q2 was known in August 1980, before the new base


def test_a_longer_lake_changes_no_known_target(observations: pa.Table) -> None:
    catalog = dated()
    later = targets.build(observations, None, catalog, first=date(1978, 1, 31)).to_pandas()
    cut = date(1983, 9, 30)
    known = np.asarray([day <= cut for day in observations["realtime_start"].to_pylist()])
    earlier = targets.build(observations.filter(pa.array(known)), None, catalog, first=date(1978, 1, 31)).to_pandas()
    key = ["frequency", "target", "period"]
    merged = earlier.dropna(subset=["value"]).merge(later, on=key, suffixes=("", "_later"), how="left")
    assert len(merged) > 300
    assert (merged["value"] == merged["value_later"]).all()
    assert (merged["known_at"] == merged["known_at_later"]).all()
    visible = later[later["known_at"].notna()]
    visible = visible[visible["known_at"] <= cut]
    assert len(visible) == len(merged)


def test_unknown_targets_have_neither_value_nor_date(table: pd.DataFrame) -> None:
    assert (table["value"].isna() == table["known_at"].isna()).all()
    assert table["value"].isna().any()
    assert set(zip(table.index.get_level_values("target"), table["unit"], strict=True)) >= {
        ("recession_within_2q", "0 or 1"), ("unemployment_rate_change_pp", "percentage points"),
        ("sp500_drawdown_pct", "percent"), ("real_gdp_change_pct", "percent"),
    }  # fmt: skip


def test_the_rule_by_which_a_target_is_known_is_that_of_its_kind(table: pd.DataFrame) -> None:
    known = table[table["value"].notna()].reset_index()
    rules = known.groupby("target")["known_by"].agg(set)
    for target, found in rules.items():
        if target.startswith("recession_"):
            assert "announcement" in found
            assert found <= {"announcement", "assumed", "twelve_months"}, target
        else:
            by_price = target.startswith(("sp500_", "nasdaq_"))
            assert found == {"market" if by_price else "vintage"}, target
    assert (table.loc[table["value"].isna(), "known_by"] == "").all()


def test_the_label_is_refused_as_a_feature() -> None:
    targets.assert_no_label(["UNRATE", "T10Y3M"])
    with pytest.raises(InvalidInputError, match="never a feature"):
        targets.assert_no_label(["UNRATE", "USREC", "usrecdm_lag_1"])


def test_archive_labels_match_nber(archive_dir) -> None:
    import pyarrow.parquet as pq

    rows = pq.read_table(archive_dir / "fred" / "observations.parquet").filter(
        pa.compute.equal(pq.read_table(archive_dir / "fred" / "observations.parquet")["series_id"], "USREC")
    )
    points = turning_points(rows.rename_columns({"date": "observation_date"}), dated())
    listed = pd.read_csv(archive_dir / "nber.csv").dropna(subset=["peak"])
    peaks = [p for p in points if p.kind == "peak"]
    assert [f"{p.month:%Y-%m}" for p in peaks] == listed["peak"].tolist()
    assert [f"{p.announced}" for p in peaks] == listed["peak_announced"].tolist()


def usrec_printed_monthly(through: str) -> pa.Table:
    """USREC without a recession, each month printed on the first day of the next."""
    months = pd.date_range("1990-01-01", through, freq="MS")[:-1]
    return silver([("USREC", day.date(), (day + pd.offsets.MonthBegin(1)).date(), 0.0) for day in months])


def test_a_month_is_confirmed_on_its_day_and_not_with_the_next_print_of_the_label() -> None:
    observations = usrec_printed_monthly("1995-10-15")
    catalog, month = dated(), date(1994, 10, 31)

    def known(today: date | None) -> date | None:
        built = targets.build(observations, None, catalog, first=date(1990, 1, 31), today=today).to_pandas()
        rows = built.set_index(["frequency", "target", "period"])
        return rows["known_at"].get(("M", "recession_current", month))

    assert not known(date(1995, 10, 30))
    assert known(date(1995, 10, 31)) == date(1995, 10, 31)
    assert not known(None), "the last print is of the first of October"


def test_a_lake_that_nobody_loads_any_more_confirms_no_expansion() -> None:
    observations = usrec_printed_monthly("1995-10-15")
    assert labels_through(observations, date(1998, 1, 1)) == date(1995, 11, 1)
    assert labels_through(observations, date(1995, 10, 20)) == date(1995, 10, 20)


def test_a_quarter_that_ends_on_a_weekend_is_known_with_its_last_close_but_not_before_its_end() -> None:
    days = pd.bdate_range("2000-12-01", "2001-09-28")  # 30 September 2001 was a Sunday

    def known(rows: list[tuple]) -> object:
        change, _ = impacts.index_impacts(None, silver(rows), np.array([quarter(2001, 1)]), impacts.INDEX_IMPACTS[0])
        assert (change.name, change.unit) == ("sp500_change_pct", "percent")
        return change.known_at[0].item()

    facts = series_facts("SP500", days, 100.0 + np.arange(len(days)), 0)
    assert known(facts) == date(2001, 9, 30)
    assert known(series_facts("SP500", days, 100.0 + np.arange(len(days)), 4)) == date(2001, 10, 2)
    assert known(facts[:-1]) is None


def test_a_recession_spans_from_the_month_after_the_peak_through_the_month_of_the_trough() -> None:
    spans = recession_spans(
        (*POINTS[::-1], TurningPoint(kind="peak", month=date(1990, 7, 1), announced=date(1991, 4, 25)))
    )
    expected = [("1980-02-01", "1980-07-31"), ("1981-08-01", "1982-11-30"), ("1990-08-01", "NaT")]
    np.testing.assert_array_equal(spans, np.array(expected, dtype="datetime64[D]"))
    assert recession_spans(()).shape == (0, 2)
