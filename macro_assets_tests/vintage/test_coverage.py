"""Watermarks and holes against a plain count of days, for any sequence of answers."""

import datetime as dt
import itertools
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.tables.coverage import COVERAGE
from macro_assets.vintage.coverage import Coverage, Hole

DAY = dt.timedelta(days=1)
ZERO = dt.date(2012, 1, 1)
NOON = dt.datetime(2012, 3, 1, 12, tzinfo=dt.UTC)


def answer(
    name: str, first: dt.date, through: dt.date | None, *, order: int = 0, answered: bool = True, **more: Any
) -> dict[str, Any]:
    return {
        "provider": "fred", "id": name, "received_at": NOON + dt.timedelta(minutes=order), "first": first,
        "last": first + 400 * DAY, "complete_through": through, "updated_on": None, "rows_offered": 1,
        "answer": "answered" if answered else "does not exist",
    } | more  # fmt: skip


def coverage(*rows: dict[str, Any]) -> Coverage:
    return Coverage.of(pa.Table.from_pylist(list(rows), COVERAGE.schema))


spans = st.lists(st.tuples(st.integers(0, 40), st.integers(-3, 12)), max_size=8)


@given(spans)
def test_watermark_and_holes_are_those_of_a_plain_count_of_days(asked: list[tuple[int, int]]) -> None:
    rows = [answer("A", ZERO + a * DAY, ZERO + (a + n) * DAY, order=i) for i, (a, n) in enumerate(asked)]
    found, last = coverage(*rows), ZERO + 45 * DAY
    complete = {a + k for a, n in asked for k in range(n + 1)}
    missing = [d for d in range(min(complete, default=46), 46) if d not in complete]
    holes = found.holes("fred", last)
    assert [ZERO + d * DAY for d in missing] == [d for h in holes for d in days(h)]
    assert all(h.last + DAY < g.first for h, g in itertools.pairwise(holes)), "runs of days, not pieces"
    if complete:
        first = min(complete)
        run = next(d for d in range(first, 100) if d not in complete) - 1
        assert found.watermark("fred", "A") == ZERO + run * DAY
    else:
        assert found.watermark("fred", "A") is None


def days(hole: Hole) -> list[dt.date]:
    return [hole.first + k * DAY for k in range((hole.last - hole.first).days + 1)]


def test_an_answer_that_completes_nothing_moves_nothing() -> None:
    found = coverage(answer("A", ZERO, ZERO + 3 * DAY), answer("A", ZERO + 4 * DAY, None, order=1))
    assert found.watermark("fred", "A") == ZERO + 3 * DAY
    assert found.holes("fred", ZERO + 5 * DAY) == [Hole("fred", "A", ZERO + 4 * DAY, ZERO + 5 * DAY)]


def test_a_series_has_ended_when_its_newest_answer_says_so_and_then_leaves_no_hole() -> None:
    gone = answer("A", ZERO, None, order=5, answered=False)
    found = coverage(gone, answer("A", ZERO, ZERO + 3 * DAY), answer("B", ZERO, ZERO))
    assert found.ended == {("fred", "A")}
    assert {hole.id for hole in found.holes("fred", ZERO + 9 * DAY)} == {"B"}
    back = coverage(gone, answer("A", ZERO, ZERO + 3 * DAY, order=6))
    assert not back.ended
    assert [hole.first for hole in back.holes("fred", ZERO + 9 * DAY)] == [ZERO + 4 * DAY], "and what it missed is open"


def test_holes_are_those_of_the_provider_asked_about() -> None:
    found = coverage(answer("A", ZERO, ZERO), answer("A", ZERO, ZERO, provider="yahoo"))
    assert {hole.provider for hole in found.holes("yahoo", ZERO + DAY)} == {"yahoo"}
