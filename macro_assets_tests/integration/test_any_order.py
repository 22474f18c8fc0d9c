"""Lakes filled in any order hold the same facts, and no order lets look-ahead in.

The answers come from the real client over loopback: the days of six weeks one by one, and histories before and after them.
What is built of a lake that holds these days alone equals what the whole lake says of the same facts, bit for bit, because
the first vintage of a series is stated by the provider.
"""

import datetime as dt
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.lake import Lake, LoadWindow
from macro_assets.sandbox import NO_LIMITS, SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.fred.source import FredSource
from macro_assets.sources.statements import statement_table
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import cube, knowledge, leakage
from macro_assets_tests.integration.conftest import END, economy
from macro_assets_tests.integration.floors import CATALOG, assert_same_bits, upto

FRED = "bronze/fred_vintages"
SERIES = ("CPIAUCSL", "DGS10", "GDPC1", "ICSA", "PAYEMS", "UNRATE")
FIRST, LAST = dt.date(1996, 1, 2), dt.date(1996, 2, 16)
DAYS = [FIRST + dt.timedelta(number) for number in range((LAST - FIRST).days + 1)]
BEFORE, NOON = FIRST - dt.timedelta(1), dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
Answer = tuple[pa.Table, LoadWindow]


class Answers:
    """What the provider says of each day, and of everything up to the first and the last of them."""

    def __init__(self) -> None:
        with SandboxServer(economy(), today=END) as sandbox:
            given = {name.removeprefix("MACRO_").lower(): value for name, value in (sandbox.urls | NO_LIMITS).items()}
            source = FredSource(Settings.model_validate({**given, "today": END}))
            self.day = {day: self._of(source, day, day) for day in DAYS}
            self.before, self.whole = (self._of(source, None, end) for end in (BEFORE, LAST))
            self.stated = statement_table([source.statement(name) for name in SERIES])

    @staticmethod
    def _of(source: FredSource, first: dt.date | None, last: dt.date) -> Answer:
        def ask(name: str) -> pa.Table:
            frequency = CATALOG.series[name].frequency
            batch = (
                source.history(name, last, frequency) if first is None else source.window(name, first, last, frequency)
            )
            return batch.table

        return pa.concat_tables([ask(name) for name in SERIES]), LoadWindow(SERIES, first, last)

    def days(self) -> list[Answer]:
        return [self.day[day] for day in DAYS]

    def shuffled(self, seed: int) -> list[Answer]:
        """The days in a drawn order, a quarter of them twice, one history in the middle."""
        drawn = random.Random(seed)
        order = self.days() + drawn.sample(self.days(), len(DAYS) // 4)
        drawn.shuffle(order)
        return [*order[:20], self.before, *order[20:]]


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers()


def filled(folder: Path, loads: Iterable[Answer], committed: Sequence[int] | None = None) -> pa.Table:
    """The facts of a lake that received answers in this order, and committed them in another if one is given."""
    lake, received = Lake(folder), list(enumerate(loads))
    for number, (rows, window) in received if committed is None else [received[place] for place in committed]:
        lake.load(FRED, rows, window=window, received_at=NOON + number * dt.timedelta(minutes=1))
    assert lake.read(FRED, superseded=True).num_rows == lake.read(FRED).num_rows, "nothing was corrected or retracted"
    return lake.read(FRED).drop_columns(["loaded_at"])


def silver(facts: pa.Table, answers: Answers) -> pa.Table:
    return knowledge.observations({"recorded_vintages": facts}, CATALOG, answers.stated)


@pytest.fixture(scope="module")
def whole(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    return filled(tmp_path_factory.mktemp("whole"), [answers.whole])


@pytest.fixture(scope="module")
def daily(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """The facts of a lake that was never loaded but by days."""
    return filled(tmp_path_factory.mktemp("daily"), answers.days())


def test_history_then_days_and_days_then_history_agree(answers: Answers, whole: pa.Table, tmp_path: Path) -> None:
    assert whole.num_rows > 15_000
    assert_same_bits(filled(tmp_path / "1", [answers.before, *answers.days()]), whole, "history, then days")
    assert_same_bits(filled(tmp_path / "2", [*answers.days(), answers.whole]), whole, "days, then history")
    assert_same_bits(
        filled(tmp_path / "3", [answers.whole, *answers.days()[:10]]), whole, "history, then some of its days"
    )


def test_shuffled_days_with_repeats_agree(answers: Answers, whole: pa.Table, tmp_path: Path) -> None:
    assert_same_bits(filled(tmp_path, answers.shuffled(0)), whole, "shuffled")


def test_shuffled_days_agree_in_whatever_order_they_are_committed(
    answers: Answers, whole: pa.Table, tmp_path: Path
) -> None:
    loads = answers.shuffled(1)
    committed = random.Random(2).sample(range(len(loads)), len(loads))
    assert_same_bits(filled(tmp_path, loads, committed), whole, "shuffled twice")


def test_a_lake_of_days_alone_says_of_its_facts_what_the_whole_lake_says(
    answers: Answers, whole: pa.Table, daily: pa.Table
) -> None:
    begun = pc.greater_equal(whole["realtime_start"], pa.scalar(FIRST))
    assert_same_bits(daily, whole.filter(begun), FRED)
    known = silver(whole, answers)
    same = known.filter(pc.greater_equal(known["realtime_start"], pa.scalar(FIRST)))
    assert_same_bits(silver(daily, answers), same, "silver/observations")
    assert pc.all(pc.equal(same["known_by"], "vintage")).as_py(), "no revision is taken for a beginning"


def test_a_lake_of_days_alone_does_not_look_ahead(answers: Answers, daily: pa.Table) -> None:
    """Its cube passes the canary, and a lake that ends in the middle agrees with it bit for bit."""
    known, day = silver(daily, answers), dt.date(1996, 1, 31)

    def build(facts: pa.Table, only: dt.date | None) -> pa.Table:
        return cube.build(facts, CATALOG, frequency="M", start=only or dt.date(1995, 12, 31), end=only or LAST)

    earliest = leakage.earliest_knowledge(known, CATALOG)
    found = leakage.leakage_canary(build(known, None), known, earliest, build, [day])
    assert found.passed, found.words
    assert leakage.known_too_early(known, CATALOG).passed
    cut = silver(upto(daily, "realtime_start", day), answers)
    assert_same_bits(cut, upto(known, "known_from", day), "silver/observations")
    assert_same_bits(build(cut, day), build(known, day), "gold/monthly_cube")


def test_the_order_of_loading_is_the_only_thing_that_differs(answers: Answers) -> None:
    """The answers are worth the comparison: days with and without news, revisions among them."""
    sizes = [answers.day[day][0].num_rows for day in DAYS]
    assert 0 in sizes
    assert max(sizes) > 20
    assert answers.whole[0].schema.names == TABLES[FRED].source_schema.names
