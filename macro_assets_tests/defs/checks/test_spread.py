"""The slices that the leakage canary rebuilds: the newest and the oldest among them, evenly spread."""

import numpy as np
import pyarrow as pa
import pytest

from macro_assets.defs.checks.gold import SLICES, spread
from macro_assets.vintage.calendars import period_last_day


@pytest.mark.parametrize(("number", "places"), [(1, [0]), (3, [2, 1, 0]), (7, [6, 4, 2, 0]), (400, [399, 266, 133, 0])])
def test_slices_reach_from_the_newest_to_the_oldest(number: int, places: list[int]) -> None:
    """Two states that stand, one after the other, from the first as-of date to the last."""
    months = period_last_day(np.arange(360, 360 + number), "M")
    middle = number // 2
    states = pa.table(
        {
            "period": months[[0, middle]], "first_as_of": months[[0, middle]],
            "last_as_of": months[[max(0, middle - 1), number - 1]],
        }
    )  # fmt: skip
    found = spread(states)
    assert len(found) <= SLICES
    assert found == [months[place].astype(object) for place in places]
