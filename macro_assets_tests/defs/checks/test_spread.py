"""The slices that the leakage canary rebuilds: the newest and the oldest among them, evenly spread."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from macro_assets.defs.checks.gold import SLICES, spread


@pytest.mark.parametrize(("number", "places"), [(1, [0]), (3, [2, 1, 0]), (7, [6, 4, 2, 0]), (400, [399, 266, 133, 0])])
def test_slices_reach_from_the_newest_to_the_oldest(number: int, places: list[int]) -> None:
    days = [date(2000, 1, 1) + timedelta(30 * k) for k in range(number)]
    found = spread(pa.table({"as_of": days}))
    assert len(found) <= SLICES
    assert found == [days[place] for place in places]
