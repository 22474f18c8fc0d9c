"""Spans of recessions, from peaks and troughs."""

from datetime import date, timedelta
from typing import Literal

import numpy as np

from macro_assets.catalog import TurningPoint, load_catalog
from macro_assets.signals.turning_points import recession_spans


def point(kind: Literal["peak", "trough"], year: int, month: int) -> TurningPoint:
    day = date(year, month, 1)
    return TurningPoint(kind=kind, month=day, announced=day + timedelta(days=200))


def days(*spans: tuple[str, str]) -> np.ndarray:
    return np.array(spans, dtype="datetime64[D]")


def test_a_recession_begins_the_month_after_its_peak_and_ends_with_its_trough() -> None:
    points = [point("peak", 2007, 12), point("trough", 2009, 6), point("peak", 2001, 3), point("trough", 2001, 11)]
    assert (recession_spans(points) == days(("2001-04-01", "2001-11-30"), ("2008-01-01", "2009-06-30"))).all()


def test_a_peak_without_a_trough_has_no_end_and_a_first_trough_no_beginning() -> None:
    spans = recession_spans([point("trough", 1991, 3), point("peak", 2020, 2)])
    assert spans[0, 0] == np.datetime64("2020-03-01")
    assert np.isnat(spans[0, 1])
    assert recession_spans([]).shape == (0, 2)


def test_the_catalogue_dates_every_recession_since_the_war() -> None:
    spans = recession_spans(load_catalog().turning_points)
    assert (np.diff(spans.ravel()[~np.isnat(spans.ravel())]) > 0).all()
    assert days(("2008-01-01", "2009-06-30"))[0].tolist() in spans.tolist()
