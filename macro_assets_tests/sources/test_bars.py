"""Split arithmetic: what each day stated, whatever splits came later."""

import datetime as dt
import itertools

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.errors import SchemaError
from macro_assets.sources.yahoo.bars import Bars, facts_between, reconcile

EPOCH = dt.date(1970, 1, 1)
RATIOS = (2.0, 3.0, 4.0, 8.0, 1.5, 0.125, 0.1)


def as_day(number: int) -> dt.date:
    return EPOCH + dt.timedelta(days=int(number))


class Traded:
    """Bars as traded, with their splits, and the statement of them a provider gives on any later day."""

    def __init__(self, n: int, splits: dict[int, float], seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self.close = np.round(rng.uniform(5, 500, n), 2)
        self.volume = rng.integers(1, 1000, n) * 120_000.0
        self.dividend = np.where(rng.random(n) < 0.2, np.round(rng.uniform(0.1, 2, n), 2), 0.0)
        self.splits = splits

    def stated_on(self, today: int) -> Bars:
        done = {day: ratio for day, ratio in sorted(self.splits.items()) if day <= today}
        days = np.arange(min(today + 1, len(self.close)))
        later = np.array([np.prod([ratio for day, ratio in done.items() if day > d]) for d in days])
        close = self.close[: len(days)] / later
        return Bars(
            day=days,
            prices=np.column_stack([close, close * 1.01, close * 0.99, close]),
            volume=self.volume[: len(days)] * later,
            dividend=self.dividend[: len(days)] / later,
            split_day=np.array(list(done), np.int64),
            split_ratio=np.array(list(done.values()), float),
        )

    def facts(self, first: int, last: int, today: int) -> pa.Table:
        return facts_between(self.stated_on(today), "X", as_day(first), as_day(last))


histories = st.builds(
    Traded,
    n=st.just(40),
    splits=st.dictionaries(st.integers(1, 39), st.sampled_from(RATIOS), max_size=3),
    seed=st.integers(0, 99),
)


@given(history=histories, today=st.integers(0, 39))
def test_the_first_fact_is_the_bar_as_traded(history: Traded, today: int) -> None:
    table = history.facts(0, today, today)
    first = table.filter(pc.equal(table["date"], table["realtime_start"]))
    assert first["close"].to_pylist() == history.close[: today + 1].tolist()
    assert first["volume"].to_pylist() == history.volume[: today + 1].tolist()
    assert first["dividend"].to_pylist() == history.dividend[: today + 1].tolist()
    assert first["split_ratio"].to_pylist() == [history.splits.get(day, 1.0) for day in range(today + 1)]


@given(history=histories, cuts=st.sets(st.integers(1, 39), max_size=5))
def test_windows_on_their_own_days_give_the_history_of_the_last_day(history: Traded, cuts: set[int]) -> None:
    borders = [0, *sorted(cuts), 40]
    parts = [history.facts(first, end - 1, today=end - 1) for first, end in itertools.pairwise(borders)]
    order = [("date", "ascending"), ("realtime_start", "ascending")]
    assert pa.concat_tables(parts).sort_by(order).equals(history.facts(0, 39, today=39))


def test_a_split_restates_every_earlier_bar_in_shares_of_its_day() -> None:
    history = Traded(10, {4: 2.0, 7: 3.0})
    table = history.facts(0, 9, today=9)
    of_day_1 = table.filter(pc.equal(table["date"], pa.scalar(as_day(1))))
    assert [day.day - 1 for day in of_day_1["realtime_start"].to_pylist()] == [1, 4, 7]
    close = history.close[1]
    assert of_day_1["close"].to_pylist() == [round(close / shares, 4) for shares in (1, 2, 6)]
    assert of_day_1["volume"].to_pylist() == [history.volume[1] * shares for shares in (1, 2, 6)]
    assert len(set(of_day_1["dividend"].to_pylist())) == 1


def test_only_a_split_in_the_window_restates() -> None:
    history = Traded(10, {4: 2.0})
    assert history.facts(5, 9, today=9).num_rows == 5
    assert history.facts(4, 4, today=9).num_rows == 4 + 1
    assert history.facts(2, 3, today=9)["close"].to_pylist() == history.close[2:4].tolist()


def test_a_correction_is_a_new_fact_and_noise_is_none() -> None:
    history = Traded(10, {4: 2.0, 8: 0.1})
    stored = history.facts(0, 6, today=6)
    now = history.stated_on(9)
    now.prices[:, :] *= 1 + 1e-7  # the provider's rounding of adjusted prices
    same, contradicted, corrected = reconcile(
        facts_between(now, "X", as_day(0), as_day(6)), now, stored, "X", as_day(9)
    )
    assert (same.equals(stored), contradicted, corrected) == (True, 0, 0)
    now.prices[2, 3] *= 1.05
    fresh, _, corrected = reconcile(facts_between(now, "X", as_day(0), as_day(6)), now, stored, "X", as_day(9))
    assert corrected == 1
    keys = ["date", "realtime_start"]
    (added,) = fresh.join(stored.select(keys), keys, join_type="left anti").to_pylist()
    assert (added["date"], added["realtime_start"]) == (as_day(2), as_day(9))
    assert added["close"] == pytest.approx(history.close[2] * 1.05 / 2 / 0.1, rel=1e-4)
    assert fresh.num_rows == stored.num_rows + 1
    assert reconcile(facts_between(now, "X", as_day(0), as_day(6)), now, stored, "X", None)[0].equals(stored)


def test_reconciling_with_nothing_or_another_symbol_changes_nothing() -> None:
    history = Traded(10, {4: 2.0})
    facts = history.facts(0, 9, today=9)
    assert reconcile(facts, history.stated_on(9), facts.slice(0, 0), "X", as_day(9)) == (facts, 0, 0)
    assert reconcile(facts, history.stated_on(9), facts, "Y", as_day(9)) == (facts, 0, 0)


@pytest.mark.parametrize(("days", "ratios"), [([1, 1], [2.0]), ([2, 1], [2.0]), ([1, 2], [0.0])])
def test_bars_out_of_order_and_impossible_splits_are_refused(days: list[int], ratios: list[float]) -> None:
    with pytest.raises(SchemaError):
        Bars(np.array(days), np.ones((2, 4)), np.ones(2), np.zeros(2), np.array([1]), np.array(ratios))
