"""Every check of the list: it can fail, it can pass, and reports, asset checks and the documentation name it."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import CHECKS, CheckResult, Evidence, belief_report
from macro_assets.causal.belief.declarations import checks_table
from macro_assets.causal.belief.protocol import Cell, Check
from macro_assets_tests.causal.panels import ASSET, SHOCK, panel

NAMES = [check.name for check in CHECKS]
YEAR = [(pd.Timestamp("2008-01-31"), pd.Timestamp("2008-12-31"))]


def _clean():
    y, t, x = panel("iid_surprise", n=360, seed=2)
    return y, t, x, Evidence(recessions=YEAR), 0.0002


def _seasonal():
    """A calendar both follow and no control knows: moved by a year, the shock still meets the outcome."""
    y, t, x, evidence, cost = _clean()
    season = pd.Series(np.sin(2 * np.pi * np.arange(360) / 12), y.index)
    return y + 3 * season, t + 3 * season, x, evidence, cost


def _short():
    """So few degrees of freedom that four random controls matter."""
    return *panel("S3", n=110, seed=1, controls=20), Evidence(), None


def _one_year():
    y, t, x, evidence, cost = _clean()
    y, t = y.copy(), t.copy()
    t["2008"] *= 6.0
    y["2008"] -= 4.0 * t["2008"]
    return y, t, x, evidence, cost


def _weak():
    y, t, x, evidence, _ = _clean()
    return y - 0.45 * t + 4.0 * x["x0"], t, x, evidence, 10.0


def _broken():
    y, t, x, evidence, cost = _clean()
    return y + 1.5 * (np.arange(360) >= 200) * t, t, x, evidence, cost


FAILING = {
    "placebo_shock": _seasonal,
    "injected_effect": _seasonal,
    "random_common_cause": _short,
    "leave_one_recession_out": _one_year,
    "trimmed": _one_year,
    "unobserved_confounding": _weak,
    "economic_significance": _weak,
    "stability": _broken,
}
"""A world in which each check fails; a check without one fails the test by its name."""


def _results(world) -> dict[str, CheckResult]:
    y, t, x, evidence, cost = world()
    report = belief_report(replace(ASSET, cost=cost).observed(y), SHOCK.observed(t), x, evidence=evidence)
    return {result.name: result for result in report.results}


@pytest.fixture(scope="module")
def clean() -> dict[str, CheckResult]:
    return _results(_clean)


def test_every_check_has_a_world_in_which_it_fails() -> None:
    assert sorted(FAILING) == sorted(NAMES)
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_it_passes_in_a_clean_world(clean: dict[str, CheckResult], name: str) -> None:
    assert clean[name].passed is True


@pytest.mark.parametrize("name", NAMES)
def test_it_fails_where_it_must(name: str) -> None:
    assert _results(FAILING[name])[name].passed is False


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_it_says_what_it_asks_and_what_it_found(clean: dict[str, CheckResult], check: Check) -> None:
    result = clean[check.name]
    assert check.words.endswith(".")
    assert check.words[0].isupper()
    assert np.isfinite(result.value)
    assert result.unit
    assert result.text
    frame = result.to_frame()
    assert set(frame["verdict"]) == {"passed"}
    assert len(result.plot().get_yticklabels()) == len(frame)


@pytest.mark.parametrize(("months", "runs"), [(99, False), (100, True)])
def test_random_controls_are_added_while_twenty_degrees_of_freedom_remain(months: int, runs: bool) -> None:
    """Two months of lags, 66 parameters and four more controls with two lags: 19 and 20 are left."""
    y, t, x = panel("S3", n=months, seed=1, controls=20)
    result = belief_report(ASSET.observed(y), SHOCK.observed(t), x).result("random_common_cause")
    assert (result.passed is not None) == runs


def test_without_evidence_the_checks_that_need_it_only_inform() -> None:
    y, t, x = panel("iid_surprise", n=240)
    results = {result.name: result for result in belief_report(y, t, x).results}
    informs = {name for name, result in results.items() if result.verdict == "informs"}
    assert informs == {"leave_one_recession_out", "economic_significance"}


def test_a_check_of_ones_own_joins_the_report_and_changes_no_word() -> None:
    @dataclass(frozen=True)
    class Fridays:
        name: ClassVar[str] = "fridays"
        words: ClassVar[str] = "No shock falls on a Friday."

        def run(self, cell: Cell) -> CheckResult:
            share = float(np.mean(cell.sample.index.dayofweek == 4))
            return CheckResult(self.name, share == 0.0, share, 0.0, "share", f"{share:.0%} fall on one")

    y, t, x = panel("iid_surprise", n=360, seed=2)
    report = belief_report(y, replace(SHOCK, tier="T1").observed(t), x, checks=(*CHECKS, Fridays()))
    assert report.label == "causal"
    assert "fridays" in {check.name for check in report.failed}
    assert report.row()["fridays"] == "failed"
    assert "| fridays | No shock falls on a Friday. |" in checks_table((Fridays(),))
