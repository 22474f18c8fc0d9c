"""The order in which answers are committed is of no matter: what was received last counts, be it only a confirmation."""

import datetime as dt
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macro_assets.lake import Lake, LoadWindow, delta
from macro_assets.lake.answers import answered_since, note
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import VINTAGES, fact, facts, many_facts, stated
from macro_assets_tests.lake.test_corrections import HOUR, NOON, Answer, answers, plain, values

DAY = dt.date(2025, 1, 15)
WINDOW = LoadWindow(("DGS2",), DAY, DAY)


def print_of(value: float) -> pa.Table:
    return facts([fact("DGS2", "2025-01-14", DAY.isoformat(), value)])


def test_answers_committed_at_once_give_the_rows_of_their_order(tmp_path: Path) -> None:
    written = [0.0, 1.0, 0.0, 2.0, 2.0, 1.0]

    def load(number: int) -> None:
        Lake(tmp_path).load(VINTAGES, print_of(written[number]), window=WINDOW, received_at=NOON + number * HOUR)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(load, reversed(range(6))))
    assert values(Lake(tmp_path)) == [1.0]


@pytest.mark.parametrize("window", [WINDOW, None], ids=["with its window", "alone"])
def test_a_confirmation_stands_against_an_earlier_answer_committed_after_it(
    tmp_path: Path, window: LoadWindow | None
) -> None:
    lake = Lake(tmp_path)
    lake.load(VINTAGES, print_of(1.0), window=window, received_at=NOON)
    assert lake.load(VINTAGES, print_of(1.0), window=window, received_at=NOON + 2 * HOUR).new == 0
    report = lake.load(VINTAGES, print_of(2.0), window=window, received_at=NOON + HOUR)
    assert (report.new, report.stored, report.late) == (0, 1, 1)
    assert lake.load(VINTAGES, facts([]), window=WINDOW, received_at=NOON + HOUR).retracted == 0
    assert values(lake) == values(lake, superseded=True) == [1.0]
    assert lake.load(VINTAGES, print_of(2.0), window=window, received_at=NOON + 3 * HOUR).corrected == 1


def test_what_was_looked_for_and_not_found_is_not_added_by_an_earlier_answer(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.load(VINTAGES, facts([]), window=WINDOW, received_at=NOON + HOUR)
    report = lake.load(VINTAGES, print_of(1.0), window=WINDOW, received_at=NOON)
    assert (report.new, report.late, values(lake)) == (0, 1, [])
    assert lake.load(VINTAGES, print_of(1.0), window=WINDOW, received_at=NOON + 2 * HOUR).new == 1


def test_the_writer_that_lost_the_race_sees_the_confirmation_that_won_it(tmp_path: Path) -> None:
    """Without the lock (as on an object store) the confirmation is committed between reading and committing."""
    lake, other = Lake(tmp_path), Lake(tmp_path)
    lake.load(VINTAGES, print_of(1.0), window=WINDOW, received_at=NOON)
    lake._delta._locks = other._delta._locks = None
    append = delta.DeltaTables.append
    raced: list[bool] = []

    def late(self: delta.DeltaTables, *given: object) -> int:
        if not raced:
            raced.append(True)
            other.load(VINTAGES, print_of(1.0), window=WINDOW, received_at=NOON + 2 * HOUR)
        return append(self, *given)  # type: ignore[arg-type]

    with mock.patch.object(delta.DeltaTables, "append", late):
        report = lake.load(VINTAGES, print_of(2.0), window=WINDOW, received_at=NOON + HOUR)
    assert (raced, report.new, values(lake)) == ([True], 0, [1.0])


def test_an_answer_that_repeats_one_adds_neither_rows_nor_commits(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for window in (LoadWindow(("DFF",), None, dt.date(2003, 1, 1)), None):
        lake.load(VINTAGES, many_facts("DFF", 500), window=window, received_at=NOON)
        lake.load(VINTAGES, many_facts("DFF", 500), window=window, received_at=NOON + HOUR)
        version = lake.version(VINTAGES)
        lake.load(VINTAGES, many_facts("DFF", 500), window=window, received_at=NOON + HOUR)
        assert lake.version(VINTAGES) == version
        assert lake.read(VINTAGES, superseded=True).num_rows == 500


def test_what_was_confirmed_is_noted_whole_in_some_bits_a_fact() -> None:
    confirmed = many_facts("DFF", 20_000).select(TABLES[VINTAGES].identity)
    written = note(None, confirmed, NOON)
    assert sum(map(len, written.values())) < 3_000
    (read,) = answered_since([{"operation": "OPTIMIZE"}, written], NOON)
    assert read.confirmed is not None
    assert read.confirmed.equals(confirmed.cast(read.confirmed.schema))
    assert answered_since([written], NOON + HOUR) == []


@settings(max_examples=40, deadline=None)
@given(received=st.lists(answers(whole=False), min_size=2, max_size=5), data=st.data())
def test_answers_committed_in_any_order_by_several_writers_give_the_same_rows(
    received: list[Answer], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(received))))
    repeats = data.draw(st.lists(st.sampled_from(order), max_size=2))
    with tempfile.TemporaryDirectory() as folder:
        writers = [Lake(folder), Lake(folder)]
        for turn, number in enumerate([*order, *repeats]):
            received[number].load(writers[turn % 2], number)
        assert stated(writers[0]).equals(facts(plain(received)))
