"""Prices as traded, total return over splits and dividends, prices as facts of the cube."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from macro_assets.lake.as_of import snapshot
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube, prices
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.vintage.facts import SMALL, bar

DAYS = [dt.date(2005, 1, 28), dt.date(2005, 1, 31), dt.date(2005, 2, 1), dt.date(2005, 2, 2), dt.date(2005, 2, 28)]
CLOSE = [100.0, 110.0, 56.0, None, 60.0]
SPLIT = [1.0, 1.0, 2.0, 1.0, 1.0]
DIVIDEND = [0.0, 0.0, 0.0, 0.5, 1.0]


def bars(*, upto: dt.date = dt.date(2099, 1, 1)) -> pa.Table:
    """Five days with a two-for-one split on the third; the first two are restated on that day."""
    rows = [bar(*row) for row in zip(DAYS, DAYS, CLOSE, DIVIDEND, SPLIT, strict=True)]
    rows += [bar(DAYS[0], DAYS[2], 50.0, 0.0, 1.0), bar(DAYS[1], DAYS[2], 55.0, 0.0, 1.0)]
    rows = [row for row in rows if dt.date.fromisoformat(str(row["realtime_start"])) <= upto]
    return pa.Table.from_pylist(rows, schema=TABLES["bronze/yahoo_bars"].schema)


def test_quotes_stay_as_traded_and_the_return_carries_split_and_dividends() -> None:
    table = prices.build(bars())
    assert table["close"].to_pylist() == CLOSE
    returns = table["total_return"].to_pylist()
    assert returns[0] is None
    assert returns[3] is None
    assert returns[1] == pytest.approx(0.10)
    assert returns[2] == pytest.approx(2 * 56 / 110 - 1)
    assert returns[4] == pytest.approx((60 + 1.0 + 0.5) / 56 - 1), "the dividend of the day without a close counts"


def test_a_bar_first_stated_after_a_split_is_brought_back_to_shares_of_its_day() -> None:
    late = [bar(DAYS[1], DAYS[3], 55.0, 0.0, 1.0), bar(DAYS[2], DAYS[2], 56.0, 0.0, 2.0)]
    table = prices.build(pa.Table.from_pylist(late, schema=TABLES["bronze/yahoo_bars"].schema))
    assert table["close"].to_pylist() == [110.0, 56.0]
    assert table["volume"].to_pylist() == [500.0, 2000.0]


def test_later_bars_change_no_earlier_row() -> None:
    whole, short = prices.build(bars()), prices.build(bars(upto=DAYS[1]))
    assert whole.slice(0, 2).equals(short)


def test_one_view_holds_prices_in_one_kind_of_share() -> None:
    facts = prices.as_observations(prices.build(bars()))
    assert snapshot(facts, DAYS[1])["value"].to_pylist() == [100.0, 110.0]
    assert snapshot(facts, DAYS[4])["value"].to_pylist() == [50.0, 55.0, 56.0, None, 60.0]


def test_prices_enter_a_cube_by_their_last_close_or_their_mean() -> None:
    facts = prices.as_observations(prices.build(bars()), mean_of=["TKR"])
    built = lay_out(cube.build(facts, SMALL, start=dt.date(2005, 1, 31), end=dt.date(2005, 2, 28)))
    rows = dict(zip(zip(*(built[c].to_pylist() for c in ("as_of", "series_id", "lag")), strict=True),
                    built["value"].to_pylist(), strict=True))  # fmt: skip
    january, february = dt.date(2005, 1, 31), dt.date(2005, 2, 28)
    assert rows[(january, "TKR", 0)] == 110.0
    assert rows[(january, "TKR.mean", 0)] == 105.0
    assert rows[(february, "TKR", 1)] == 55.0
    assert rows[(february, "TKR.mean", 0)] == np.mean([56.0, 60.0])


def test_no_bars_give_an_empty_table() -> None:
    empty = prices.build(TABLES["bronze/yahoo_bars"].schema.empty_table())
    assert empty.num_rows == 0
    assert prices.as_observations(empty).num_rows == 0
