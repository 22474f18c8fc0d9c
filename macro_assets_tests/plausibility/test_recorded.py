"""The table of limits and its promises, on recorded data."""

import json
import math
from pathlib import Path

import pytest

from macro_assets.catalog import load_catalog
from macro_assets.plausibility import validation
from macro_assets.plausibility.limits import LIMITS, RESTATED_RATIO
from macro_assets.plausibility.study import histories_of
from macro_assets.plausibility.validation import SPLIT, History, Rate
from macro_assets_tests.conftest import REPOSITORY

REPORT = REPOSITORY / "docs" / "quarantine_validation.json"


@pytest.fixture(scope="module")
def histories(archive_dir: Path) -> list[History]:
    return [history.bounded() for history in histories_of(archive_dir, load_catalog())]


@pytest.mark.archive
def test_the_limits_are_those_that_recorded_data_set(histories: list[History]) -> None:
    fitted = validation.largest_steps(histories)
    for key, limit in LIMITS.items():
        if limit.factor == 3.0:
            size, series, day = fitted[key]
            assert (series, day) == (limit.series, limit.day)
            assert size == pytest.approx(limit.largest, abs=1e-5)
    assert set(fitted) == {key for key, limit in LIMITS.items() if limit.factor == 3.0}


@pytest.mark.archive
def test_no_true_value_is_set_aside(histories: list[History]) -> None:
    judged, alarms = validation.false_alarms(histories)
    assert judged > 600_000
    assert alarms == []


def test_the_report_keeps_what_the_page_promises() -> None:
    report = json.loads(REPORT.read_text())
    assert report["false_alarms"]["set_aside"] == []
    for row in report["newest_value"]:
        kind, factor, share = row["kind"], row["factor"], row["share"]
        if kind in ("level", "oil"):  # ten times more claims is what March 2020 was
            assert share >= (0.95 if factor in (10.0, 0.1) else 0.99), row
    rates = [row for row in report["newest_value"] if row["kind"] == "rate"]
    for factor, least in ((10.0, 0.4), (100.0, 0.8), (1000.0, 0.98), (0.1, 0.8), (0.01, 0.8), (0.001, 0.8)):
        same = [row for row in rates if row["factor"] == factor]
        assert sum(row["caught"] for row in same) >= least * sum(row["injected"] for row in same), factor
    for name in ("whole_vintage", "whole_history"):
        assert {row["share"] for row in report[name]} == {1.0}


def test_a_study_counts_what_it_injects() -> None:
    from macro_assets.plausibility.judge import Rules
    from macro_assets_tests.plausibility.series import monthly

    growing = History("X", Rules("dollars", "M"), tuple(monthly([100.0 * 1.01**at for at in range(100)])))
    newest = {rate.factor: rate for rate in validation.newest_values([growing])}
    later = sum(fact.begin >= SPLIT for fact in growing.facts)
    assert {factor: (rate.injected, rate.share) for factor, rate in newest.items()} == dict.fromkeys(
        validation.FACTORS, (later, 1.0)
    )
    blind = validation.newest_values([growing], [1.5])
    assert blind == [Rate("level", "M", 1.5, later, 0)]
    assert math.isnan(Rate("level", "M", 1.5, 0, 0).share)
    assert validation.histories_restated([growing], [RESTATED_RATIO * 1.01])[0].share == 1.0
    assert (
        validation.first_loads([growing], [10.0])[0].share == 0.0
    )  # no bounds, nothing stored: nothing to hold it against
    assert validation.largest_steps([growing])["level", "M"][0] == pytest.approx(math.log(1.01))
