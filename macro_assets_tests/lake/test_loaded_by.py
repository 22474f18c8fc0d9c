"""`as_of(..., loaded_by=...)` undoes the corrections that a provider made later and dates back."""

import datetime as dt
from pathlib import Path

import pytest

import macro_assets
from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.notebook import _observations
from macro_assets.settings import Settings
from macro_assets_tests.lake.examples import VINTAGES, fact, facts

NOON = dt.datetime(2025, 1, 15, 12, tzinfo=dt.UTC)
EVENING, MORNING = NOON + dt.timedelta(hours=8), NOON + dt.timedelta(hours=20)


def test_the_view_of_a_day_from_what_the_lake_held_at_an_instant(tmp_path: Path) -> None:
    settings, lake = Settings(home=tmp_path, today=dt.date(2025, 1, 20)), Lake(tmp_path / "lake")
    day = {"observed": "2025-01-14", "began": "2025-01-15"}
    lake.load(VINTAGES, facts([fact("DGS2", value=4.19, **day), fact("DGS10", value=4.65, **day)]), received_at=NOON)
    lake.load(VINTAGES, facts([fact("DGS2", value=4.05, **day)]), received_at=MORNING)
    lake.replace("silver/observations", _observations(lake, settings, MORNING, None))

    def values(**asked: object) -> list[float]:
        return macro_assets.as_of("2025-01-16", settings=settings, **asked)["value"].tolist()  # type: ignore[arg-type]

    assert values() == values(loaded_by=MORNING) == [4.65, 4.05]
    assert values(loaded_by=EVENING.isoformat()) == [4.65, 4.19]
    assert values(loaded_by=EVENING, series=["DGS2"]) == [4.19]
    assert values(loaded_by=NOON - dt.timedelta(hours=1)) == []
    with pytest.raises(InvalidInputError, match="with a time zone"):
        values(loaded_by="2025-01-15T12:00")
    with pytest.raises(InvalidInputError, match="is not an instant"):
        values(loaded_by="noon")
