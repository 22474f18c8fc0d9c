"""What a release told, by hand: the forecast stands in the view of the day before, the outcome in that of the day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.signals.release_news import Autoregression, innovations, releases
from macro_assets_tests.vintage.facts import SMALL, bronze, observed
from macro_assets_tests.vintage.recorded import fred_vintages, in_order

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
    assert np.isnan(news(rows)["2005-10"])


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


def test_one_outlier_decides_neither_the_coefficients_nor_the_next_forecast() -> None:
    """One month of minus sixty percent among growth of one and two: its own error is whole, the next one is not sixty."""
    quiet = np.tile([1.0, 2.0], 10)
    stricken = np.append(quiet, -60.0)
    model = Autoregression(lags=1, window=30, minimum=4)
    calm, shaken = model.fit(quiet), model.fit(stricken)
    assert calm is not None
    assert shaken is not None
    np.testing.assert_array_equal(shaken.coefficients, calm.coefficients)
    assert shaken.ahead(np.array([-60.0])) == pytest.approx(3.0 - shaken.low)
    assert shaken.low == pytest.approx(1.0 - 10.0)  # median 1, interquartile range 1
    assert shaken.ahead(np.array([2.0])) == pytest.approx(1.0)


def test_growth_within_ten_interquartile_ranges_is_no_outlier() -> None:
    near, far = np.append(np.tile([1.0, 2.0], 10), -8.9), np.append(np.tile([1.0, 2.0], 10), -9.1)
    model = Autoregression(lags=1, window=30, minimum=4)
    design = np.column_stack([np.ones(20), near[:-1]])
    plain = np.linalg.lstsq(design, near[1:], rcond=None)[0]
    kept, left_out = model.fit(near), model.fit(far)
    assert kept is not None
    assert left_out is not None
    np.testing.assert_allclose(kept.coefficients, plain)
    assert abs(left_out.coefficients[1] - plain[1]) > 0.1


def test_no_forecast_from_outliers_alone_and_no_bound_where_growth_does_not_vary() -> None:
    model = Autoregression(lags=1, window=30, minimum=4)
    assert model.fit(np.array([1.0, 1.0, 50.0, 1.0, 1.0, 90.0, 1.0])) is not None
    scattered = np.array([1.0, 1.1, 900.0, 1.0, -900.0, 1.1, 900.0, 1.05, -900.0])
    found = model.fit(scattered)
    assert found is None or np.isfinite(found.coefficients).all()


@pytest.mark.archive
def test_payrolls_of_2020_are_news_of_their_size_and_the_months_after_are_not_their_echo(archive_dir: Path) -> None:
    """Fitted through April 2020 the forecast of the next release was off by 165 percent; employment rose by two."""
    rows = pq.read_table(archive_dir / "fred" / "observations.parquet", filters=[("series_id", "=", "PAYEMS")])
    table = observed(fred_vintages(in_order(rows)), load_catalog())
    ends = np.arange("2019-02", "2022-01", dtype="datetime64[M]").astype("datetime64[D]") - 1
    found = innovations(releases(table, "PAYEMS"), ends, Autoregression(lags=3, window=120, minimum=60))
    value = {str(day)[:7]: float(value) for day, value in zip(found.as_of, found.value, strict=True)}
    assert value["2020-06"] == pytest.approx(-14.6, abs=0.1)
    assert value["2020-07"] == pytest.approx(1.87, abs=0.01)
    assert max(abs(value[month]) for month in value if month not in ("2020-06", "2020-08")) < 2.0
