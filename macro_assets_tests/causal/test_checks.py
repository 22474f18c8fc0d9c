"""Every check of the list: it can fail, it can pass, and reports, asset checks and the documentation name it."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import CHECKS, CheckResult, Evidence, belief_report
from macro_assets.causal.belief.declarations import checks_table
from macro_assets.causal.belief.protocol import Cell, Check
from macro_assets.causal.belief.report import label_of
from macro_assets_tests.causal.panels import ASSET, SHOCK, panel

NAMES = [check.name for check in CHECKS]
YEAR = [(pd.Timestamp("2008-01-31"), pd.Timestamp("2008-12-31"))]


def _clean():
    y, t, x = panel("iid_surprise", n=360, seed=2)
    noise = pd.Series(np.random.default_rng(8).standard_normal(360), y.index, name="noise")
    return y, t, x, Evidence(noise, recessions=YEAR), 0.0002


def _anticipated():
    y, t, x, evidence, cost = _clean()
    return y + 0.6 * t.shift(-1).fillna(0.0), t, x, evidence, cost


def _reacting_placebo():
    y, t, x, evidence, cost = _clean()
    return y, t, x, replace(evidence, placebo=(y + 0.3 * t).rename("copy")), cost


def _explained():
    y, t, x, evidence, cost = _clean()
    return y, 0.1 * t + 3.0 * x["x0"], x, evidence, cost


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


def _persistent():
    y, t, x = panel("S3", n=120, seed=3, controls=2)
    walk = pd.Series(np.cumsum(np.random.default_rng(5).standard_normal(120)), t.index)
    return y, walk + 0.1 * t, x, Evidence(), None


FAILING = {
    "lead_placebo": _anticipated,
    "placebo_outcome": _reacting_placebo,
    "overlap": _explained,
    "placebo_shock": _seasonal,
    "injected_effect": _seasonal,
    "random_common_cause": _short,
    "leave_one_recession_out": _one_year,
    "trimmed": _one_year,
    "unobserved_confounding": _weak,
    "economic_significance": _weak,
    "stability": _broken,
    "interval_reliable": _persistent,
}
"""A world in which each check fails; a check without one fails the test by its name."""


def _results(world) -> dict[str, CheckResult]:
    y, t, x, evidence, cost = world()
    horizon = 12 if world is _persistent else 0
    report = belief_report(
        replace(ASSET, cost=cost).observed(y), SHOCK.observed(t), x, evidence=evidence, horizon=horizon
    )
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
    assert not check.identifies or check.required, "what identifies is required"
    frame = result.to_frame()
    assert set(frame["verdict"]) == {"passed"}
    assert len(result.plot().get_yticklabels()) == len(frame)


@pytest.mark.parametrize("check", CHECKS, ids=NAMES)
def test_a_failure_costs_the_word_it_is_said_to_cost(check: Check) -> None:
    """Every other check passes; the label follows from `required`, `identifies` and the tier alone."""
    results = [CheckResult(one.name, one.name != check.name, 0.0, 0.0, "", "") for one in CHECKS]
    words = {}
    for tier in ("T1", "T2", "T3", "T4", ""):
        best = "causal" if tier in ("T1", "T2") else "association"
        fallen = "not identified" if check.identifies else "association"
        words[tier] = fallen if check.required else best
    assert {tier: label_of(replace(SHOCK, tier=tier), CHECKS, results) for tier in words} == words
    row = next(line for line in checks_table().splitlines() if line.startswith(f"| {check.name} |"))
    assert row.endswith("| informs |") == (not check.required)
    assert row.endswith("| not identified |") == check.identifies


def test_a_check_that_could_not_run_costs_nothing() -> None:
    open_results = [CheckResult(one.name, None, float("nan"), 0.0, "", "") for one in CHECKS]
    assert label_of(replace(SHOCK, tier="T2"), CHECKS, open_results) == "causal"


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
    assert informs == {"placebo_outcome", "leave_one_recession_out", "economic_significance"}


def test_a_check_of_ones_own_joins_the_report_and_its_label() -> None:
    @dataclass(frozen=True)
    class Fridays:
        name: ClassVar[str] = "fridays"
        words: ClassVar[str] = "No shock falls on a Friday."
        required: ClassVar[bool] = True
        identifies: ClassVar[bool] = False

        def run(self, cell: Cell) -> CheckResult:
            share = float(np.mean(cell.sample.index.dayofweek == 4))
            return CheckResult(self.name, share == 0.0, share, 0.0, "share", f"{share:.0%} fall on one")

    y, t, x = panel("iid_surprise", n=360, seed=2)
    report = belief_report(y, replace(SHOCK, tier="T1").observed(t), x, checks=(*CHECKS, Fridays()))
    assert report.label == "association"
    assert "failed: fridays" in report.reason()
    assert report.row()["fridays"] == "failed"
    assert "| fridays | No shock falls on a Friday. | at best an association |" in checks_table((Fridays(),))
