"""What a release told, by hand: the forecast stands in the view of the day before, the outcome in that of the day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from macro_assets.signals.release_news import Autoregression, innovations, releases
from macro_assets_tests.vintage.facts import SMALL, bronze, observed

MODEL = Autoregression(lags=1, window=20, minimum=4)
MONTHS = [dt.date(2005, month, 1) for month in range(1, 10)]
ENDS = np.arange("2005-02", "2006-01", dtype="datetime64[M]").astype("datetime64[D]") - 1


def released(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(4)).replace(day=14)


def level(growth: list[float]) -> float:
    return float(100.0 * np.exp(sum(growth) / 100.0))


def news(rows: list[tuple]) -> dict[str, float]:
    table = observed(bronze(rows), SMALL)
    found = innovations(releases(table, "MONTHLY"), ENDS, MODEL)
    return {str(day)[:7]: value for day, value in zip(found.as_of, found.value, strict=True)}


PAST = [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0]
"""Growth from February to August, in percent: each month is three less the month before, so the forecast is."""


def regular() -> list[tuple]:
    """January to August as first published."""
    return [("MONTHLY", month, released(month), level(PAST[:at]), "published") for at, month in enumerate(MONTHS[:8])]


def test_a_forecast_never_sees_a_revision_of_the_release_day() -> None:
    """August stands at plus one percent until the day of September's release, which restates it to plus six.

    Known the day before: August grew by one percent, so the forecast is 3 - 1 = 2 percent. Known on the day: September
    grew by three percent against the restated August. The error is 3 - 2 = 1 percent. A forecast on the view of the
    release day would start from August's six percent.
    """
    day = released(MONTHS[8])
    rows = [
        *regular(),
        ("MONTHLY", MONTHS[7], day, level([*PAST[:-1], 6.0]), "published"),
        ("MONTHLY", MONTHS[8], day, level([*PAST[:-1], 6.0, 3.0]), "published"),
    ]
    assert news(rows)["2005-10"] == pytest.approx(1.0, abs=1e-9)


def test_a_revision_known_the_day_before_is_in_the_forecast() -> None:
    """Restated a day earlier, August's six percent is the growth that the forecast starts from."""
    day = released(MONTHS[8])
    rows = [
        *regular(),
        ("MONTHLY", MONTHS[7], day - dt.timedelta(1), level([*PAST[:-1], 6.0]), "published"),
        ("MONTHLY", MONTHS[8], day, level([*PAST[:-1], 6.0, 3.0]), "published"),
    ]
    past = np.array([*PAST[:-1], 6.0])
    design = np.column_stack([np.ones(6), past[:-1]])
    constant, slope = np.linalg.lstsq(design, past[1:], rcond=None)[0]
    assert news(rows)["2005-10"] == pytest.approx(3.0 - constant - 6.0 * slope, abs=1e-9)
    assert abs(news(rows)["2005-10"] - 1.0) > 0.1


def test_a_revision_alone_is_no_release() -> None:
    late = released(MONTHS[7]) + dt.timedelta(20)
    rows = [*regular(), ("MONTHLY", MONTHS[7], late, level([*PAST[:-1], 6.0]), "published")]
    assert news(rows)["2005-10"] == 0.0


@pytest.mark.parametrize(("gap", "bridged"), [(2, True), (3, False)])
def test_levels_are_bridged_over_two_months_that_never_came_and_not_over_three(gap: int, bridged: bool) -> None:
    missing = MONTHS[2 : 2 + gap]
    table = observed(bronze([row for row in regular() if row[1] not in missing]), SMALL)
    series = releases(table, "MONTHLY")
    levels = series.levels(series.day[-1], int(series.newest[-1]), 8)
    inside = levels[2 : 2 + gap]
    assert np.isfinite(inside).all() == bridged
    if bridged:
        np.testing.assert_allclose(np.diff(levels[1 : 3 + gap]), (levels[2 + gap] - levels[1]) / (gap + 1))
