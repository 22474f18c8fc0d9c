"""Rules of single checks that a clean and a broken world do not reach: months that carry, moved shocks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import Evidence, Shock, belief_report
from macro_assets.causal.belief.moved import MovedShock
from macro_assets.causal.belief.protocol import Cell, CheckResult
from macro_assets.errors import InvalidInputError
from macro_assets_tests.causal.panels import ASSET, SHOCK, panel


def report(y: pd.Series, t: pd.Series, x: pd.DataFrame, evidence: Evidence | None = None, tier: str = "T1"):
    shock = replace(SHOCK, tier=tier)
    return belief_report(ASSET.observed(y), shock.observed(t), x, evidence=evidence or Evidence())


def test_one_month_that_carries_the_shock_is_not_enough_whatever_the_controls_leave() -> None:
    y, t, x = panel("iid_surprise", n=360, seed=2)
    t = t * 0.001
    t.iloc[200] = 50.0
    found = report(y, t, x).identification
    assert found.overlap > 0.5
    assert found.verdict == "not identified"
    assert "effective months" in found.reason


def test_a_recession_that_moves_the_estimate_by_a_few_standard_errors_is_seen() -> None:
    y, t, x = panel("iid_surprise", n=360, seed=2)
    y = y.copy()
    y["2008"] -= 8.0 * t["2008"]
    found = report(y, t, x, Evidence(recessions=[(pd.Timestamp("2008-01-31"), pd.Timestamp("2008-12-31"))]))
    assert 2.0 < found.result("leave_one_recession_out").value < 20.0
    assert found.result("leave_one_recession_out").passed is False


def test_a_moved_shock_is_moved_by_a_year_or_more() -> None:
    cells: list[Cell] = []

    class Look:
        name, words = "look", "Looks."

        def run(self, cell: Cell) -> CheckResult:
            cells.append(cell)
            return CheckResult("look", None, 0.0, 0.0, "", "")

    y, t, x = panel("iid_surprise", n=120, seed=2)
    belief_report(ASSET.observed(y), SHOCK.observed(t), x, checks=(Look(),))  # type: ignore[arg-type]
    moved = MovedShock.of(cells[0], np.arange(120.0), 400, 1)
    steps = np.array([int(np.flatnonzero(row == 0.0)[0]) for row in moved.shock])
    assert np.minimum(steps, 120 - steps).min() == 12


def test_controls_given_as_a_text_are_refused() -> None:
    from macro_assets.causal.engine.alignment import _month_before

    frame = pd.DataFrame({"a": [1.0]}, pd.DatetimeIndex(["2000-01-31"]))
    with pytest.raises(InvalidInputError, match="the text 'a', not a list"):
        _month_before(frame, "a", last=pd.Timestamp("2000-03-31"))


def test_a_shock_knows_its_tier() -> None:
    assert Shock("s", tier="T1").may_be_causal
    assert not Shock("s", tier="T3").may_be_causal
