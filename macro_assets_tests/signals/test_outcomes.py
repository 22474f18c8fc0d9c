"""Monthly outcomes: month ends, units, the day they count."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.signals import outcomes
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import prices
from macro_assets.vintage.calendars import last_business_day, last_trading_day, month_number
from macro_assets_tests.vintage.facts import bar, bronze, observed

CATALOG = load_catalog()


def weekdays(start: dt.date, end: dt.date) -> list[dt.date]:
    days = [start + dt.timedelta(n) for n in range((end - start).days + 1)]
    return [day for day in days if day.weekday() < 5]


def stock(
    symbol: str, days: list[dt.date], close: list[float], dividend: dict[dt.date, float] | None = None
) -> pa.Table:
    paid = dividend or {}
    rows = [bar(day, day, c, paid.get(day, 0.0), 1.0) | {"symbol": symbol} for day, c in zip(days, close, strict=True)]
    return prices.build(pa.Table.from_pylist(rows, schema=TABLES["bronze/yahoo_bars"].schema))


def rate(days: list[dt.date], values: list[float], *more: tuple) -> pa.Table:
    rule = CATALOG.series["DGS10"].known_by_rule
    rows = [("DGS10", d, rule(d), v, "published") for d, v in zip(days, values, strict=True)]
    return observed(bronze([*rows, *more]), CATALOG)


NO_PRICES = stock("^GSPC", [], [])
NO_FACTS = observed(bronze([]), CATALOG)


def test_returns_run_from_month_end_to_month_end_with_dividends() -> None:
    days = weekdays(dt.date(2005, 1, 3), dt.date(2005, 3, 31))
    close = list(np.linspace(100, 130, len(days)))
    ex = dt.date(2005, 2, 7)
    table = outcomes.asset_returns(stock("TLT", days, close, {ex: 2.0}), NO_FACTS, CATALOG)
    assert table["month"].to_pylist() == [dt.date(2005, 2, 28), dt.date(2005, 3, 31)]
    level = dict(zip(days, close, strict=True))
    january, february = level[dt.date(2005, 1, 31)], level[dt.date(2005, 2, 28)]
    expected = february / january * (level[ex] + 2.0) / level[ex] - 1
    assert table["value"].to_pylist()[0] == pytest.approx(expected, rel=1e-12)
    assert set(table["unit"].to_pylist()) == {"decimal"}
    assert table["known_at"].to_pylist()[0] == dt.date(2005, 2, 28)


def test_volatility_is_a_change_in_points_and_the_yield_one_in_basis_points() -> None:
    days = weekdays(dt.date(2005, 1, 3), dt.date(2005, 2, 28))
    values = [20.0 if day.month == 1 else 25.5 for day in days]
    yields = [4.0 if day.month == 1 else 4.25 for day in days]
    table = outcomes.asset_returns(stock("^VIX", days, values), rate(days, yields), CATALOG)
    found = {row["outcome"]: row for row in table.to_pylist()}
    assert (found["vix"]["value"], found["vix"]["unit"]) == (5.5, "points")
    assert found["us10y"]["value"] == pytest.approx(25.0)
    assert found["us10y"]["unit"] == "basis points"
    assert found["us10y"]["known_at"] == dt.date(2005, 3, 1), "daily yields are posted a day later"


def test_a_month_counts_only_once_its_last_trading_day_is_known() -> None:
    days = weekdays(dt.date(2005, 1, 3), dt.date(2005, 2, 25))
    table = outcomes.asset_returns(stock("^GSPC", days, [100.0] * len(days)), rate(days, [4.0] * len(days)), CATALOG)
    assert table.num_rows == 0


@pytest.mark.parametrize(
    ("month", "last"), [("2010-05", "2010-05-28"), ("2013-03", "2013-03-28"), ("2015-12", "2015-12-31")]
)
def test_memorial_day_and_good_friday_are_no_trading_days(month: str, last: str) -> None:
    assert last_trading_day(month_number([month])).tolist() == [dt.date.fromisoformat(last)]


def test_bond_markets_may_trade_on_good_friday() -> None:
    assert last_business_day(month_number(["2013-03"])).tolist() == [dt.date(2013, 3, 29)]


def test_a_month_ending_on_a_holiday_counts_from_its_last_day() -> None:
    days = [day for day in weekdays(dt.date(2010, 4, 1), dt.date(2010, 5, 31)) if day != dt.date(2010, 5, 31)]
    table = outcomes.asset_returns(stock("^GSPC", days, [100.0] * len(days)), NO_FACTS, CATALOG)
    assert table["month"].to_pylist() == [dt.date(2010, 5, 31)]
    assert table["known_at"].to_pylist() == [dt.date(2010, 5, 31)]


def test_a_month_ending_on_a_sunday_counts_from_that_sunday() -> None:
    days = weekdays(dt.date(2005, 6, 1), dt.date(2005, 7, 29))
    table = outcomes.asset_returns(NO_PRICES, rate(days, [4.0] * len(days)), CATALOG)
    assert table["month"].to_pylist() == [dt.date(2005, 7, 31)]
    assert table["known_at"].to_pylist() == [dt.date(2005, 7, 31)], "Friday's yield is known on Saturday"


def test_what_follows_changes_no_outcome() -> None:
    days = weekdays(dt.date(2005, 1, 3), dt.date(2006, 12, 29))
    noise = np.random.default_rng(1)
    close, yields = 100 + noise.normal(size=len(days)).cumsum(), 4 + noise.normal(size=len(days)) / 10
    bars, facts = stock("^GSPC", days, list(close)), rate(days, list(yields))
    whole = outcomes.asset_returns(bars, facts, CATALOG)
    for day in (dt.date(2005, 6, 30), dt.date(2005, 7, 1), dt.date(2006, 3, 15)):
        limit = pa.scalar(day, pa.date32())
        cut = outcomes.asset_returns(
            bars.filter(pc.less_equal(bars["known_from"], limit)),
            facts.filter(pc.less_equal(facts["known_from"], limit)), CATALOG,
        )  # fmt: skip
        assert cut.equals(whole.filter(pc.less_equal(whole["known_at"], limit)))


def test_a_yield_revised_later_keeps_the_change_first_seen() -> None:
    days = weekdays(dt.date(2005, 1, 3), dt.date(2005, 3, 31))
    revision = ("DGS10", dt.date(2005, 2, 28), dt.date(2005, 9, 1), 9.0, "published")
    first = outcomes.asset_returns(NO_PRICES, rate(days, [4.0] * len(days)), CATALOG)
    assert outcomes.asset_returns(NO_PRICES, rate(days, [4.0] * len(days), revision), CATALOG).equals(first)
