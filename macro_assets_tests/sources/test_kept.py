"""What is kept already is a count that an answer cannot falsify."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from macro_assets.errors import MalformedAnswerError
from macro_assets.sources.kept import check_kept, standing_periods


def days(*dates: str) -> pa.Array:
    return pa.array([dt.date.fromisoformat(date) for date in dates], pa.date32())


def facts(*rows: tuple[str, str, str]) -> pa.Table:
    period, begun, status = zip(*rows, strict=True)
    return pa.table({"period": days(*period), "realtime_start": days(*begun), "status": list(status)})


def standing(table: pa.Table, before: str) -> list[str]:
    number = (dt.date.fromisoformat(before) - dt.date(1970, 1, 1)).days
    return [str(day) for day in standing_periods(table, "period", number).astype("datetime64[D]")]


def test_periods_stand_from_their_first_value_until_they_are_withdrawn() -> None:
    table = facts(
        ("2012-02-01", "2012-03-05", "published"), ("2012-01-01", "2012-02-05", "published"),
        ("2012-01-01", "2012-06-01", "withdrawn"), ("2012-03-01", "2012-04-05", "missing"),
    )  # fmt: skip
    assert standing(table, "2012-02-05") == []
    assert standing(table, "2012-02-06") == ["2012-01-01"]
    assert standing(table, "2012-06-01") == ["2012-01-01", "2012-02-01", "2012-03-01"]
    assert standing(table, "2012-06-02") == ["2012-02-01", "2012-03-01"]


@pytest.mark.parametrize(
    ("lacking", "of", "is_refused"),
    [(0, 4, False), (2, 4, False), (3, 4, True), (5, 100, False), (6, 100, True)],
)
def test_a_few_periods_may_go_and_more_may_not(lacking: int, of: int, is_refused: bool) -> None:
    kept = np.arange(of)
    if not is_refused:
        check_kept("X", kept, kept[lacking:])
        return
    with pytest.raises(MalformedAnswerError, match=rf"X .* lacks {lacking} of {of} periods that are stored"):
        check_kept("X", kept, kept[lacking:])


def test_of_nothing_kept_nothing_is_missed() -> None:
    check_kept("X", np.array([], dtype=np.int64), np.array([1, 2]))
    assert standing(facts(("2012-01-01", "2012-02-05", "published")).slice(0, 0), "2012-06-01") == []
