"""Is a shock identified in this design? One verdict a shock, before any of its effects is read.

Belongs here: the rule that makes a verdict of tier, overlap, the past and the days before; what the past adds to the controls.
Does not belong here: the tests (exogeneity.py, events/), what a cell finds (finding.py), how its estimate bears other
specifications (specification.py).

The rule. A shock that is no surprise and no published external shock (tiers T3, T4) is an association at best. A shock of
which controls leave too little is not identified. If the past explains what is left of it, the variables it names enter the
controls (double selection) and the test is asked again; a shock that the past still explains is not identified. Where its
event days are known, the verdict of the days before the event holds for the months too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pandas as pd

from macro_assets.causal.belief.exogeneity import Exogeneity, exogeneity_test
from macro_assets.causal.engine.design import Gaps, control_block, lag_block, usable_rows
from macro_assets.causal.engine.multiplicity import holm
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.projection import Projection
from macro_assets.causal.engine.results import ASSOCIATION, IDENTIFIED, NOT_IDENTIFIED
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings
from macro_assets.causal.engine.variables import Shock

__all__ = ["DaysBefore", "ShockIdentification", "controls_with", "identify", "identify_shocks"]

LEVEL = 0.05
SMALLEST_OVERLAP = 0.10
SMALLEST_EFFECTIVE_N = 10.0
MOST_ADDED = 3


class DaysBefore(Protocol):
    """The verdict of the days before an event (events/identification.py)."""

    @property
    def verdict(self) -> str:
        """identified, association or not identified."""

    @property
    def reason(self) -> str:
        """One sentence."""


@dataclass(frozen=True)
class ShockIdentification:
    """Verdict on one shock.

    Attributes
    ----------
    verdict : identified, association or not identified. reason : in words, for a reader.
    past : the test against the past, None when nothing could be tested. p_adjusted : Holm over the shocks.
    past_again : the same with `added` among the controls, None when nothing was added.
    added : variables of the month before that entered the controls of this shock's effects.
    moves : outcome -> move of its estimate in the month of the shock when they entered, in standard errors.
    overlap : 1 - R2 of the shock on controls and own lags. effective_n : (sum v2)^2 / sum v4 of what is left.
    """

    shock: str
    verdict: str
    reason: str
    past: Exogeneity | None = None
    p_adjusted: float = float("nan")
    past_again: Exogeneity | None = None
    added: tuple[str, ...] = ()
    moves: Mapping[str, float] = field(default_factory=dict)
    overlap: float = float("nan")
    effective_n: float = float("nan")

    @property
    def worst_move(self) -> float:
        """Largest move of an estimate by the added controls, in standard errors; 0 when nothing was added."""
        return max((abs(move) for move in self.moves.values()), default=0.0)

    def moved(self, moves: Mapping[str, float]) -> ShockIdentification:
        """The same, with what the added controls did to the estimates."""
        worst = max(moves, key=lambda name: abs(moves[name]), default="")
        named = worst and self.verdict != NOT_IDENTIFIED
        text = (
            f" They move its effect on {worst} by {abs(moves[worst]):.1f} standard errors, the most." if named else ""
        )
        return replace(self, moves=dict(moves), reason=self.reason + text)


def identify_shocks(
    panel: EffectPanel, *, days: Mapping[str, DaysBefore] | None = None, settings: EffectSettings = DEFAULT
) -> dict[str, ShockIdentification]:
    """The verdict on every shock of a panel, with Holm's adjustment over the shocks.

    Parameters
    ----------
    panel : lags of all its outcomes and of its other shocks are what the past may hold.
    days : verdicts of event days by shock, where there are any.
    """
    controls = panel.controls.to_numpy(dtype=float)
    tests = {}
    for name in map(str, panel.shocks):
        values = panel.shocks[name].to_numpy(dtype=float)
        tests[name] = exogeneity_test(
            values, controls, _candidates(panel, name), lags=settings.lags, seed=settings.seed
        )
    asked = [name for name, test in tests.items() if test is not None]
    adjusted = dict(zip(asked, holm([test.p_value for test in tests.values() if test is not None]), strict=True))
    return {
        name: _verdict(panel, name, test, adjusted.get(name, float("nan")), (days or {}).get(name), settings)
        for name, test in tests.items()
    }


def identify(
    shock: Shock, past: Exogeneity | None, p_adjusted: float, again: Exogeneity | None, *, added: tuple[str, ...] = (),
    overlap: float = 1.0, effective_n: float = float("inf"), before: DaysBefore | None = None,
) -> ShockIdentification:  # fmt: skip
    """The rule of the module docstring, from its parts alone."""
    kind = f"{shock.name} is {shock.identification}"
    verdict, text = IDENTIFIED, _past_in_words(past, p_adjusted, added)
    if overlap < SMALLEST_OVERLAP or effective_n < SMALLEST_EFFECTIVE_N:
        verdict, text = (
            NOT_IDENTIFIED,
            (
                f"controls leave {overlap:.0%} of its variance, carried by {effective_n:.0f} effective months: too little to "
                "tell its effect from theirs"
            ),
        )
    elif past is not None and p_adjusted < LEVEL and (not added or (again is not None and again.p_value < LEVEL)):
        verdict = NOT_IDENTIFIED
        text = f"the past explains it (p = {p_adjusted:.3f}, above all {past.named[0] if past.named else 'several'}"
        text += ", also with these among the controls)" if again is not None else ")"
    elif not shock.may_be_causal:
        verdict = ASSOCIATION
    elif before is not None and before.verdict == NOT_IDENTIFIED:
        verdict, text = NOT_IDENTIFIED, f"on its event days: {before.reason[:1].lower()}{before.reason[1:].rstrip('.')}"
    elif before is not None:
        text = f"{text}; before its events: {before.reason[:1].lower()}{before.reason[1:].rstrip('.')}"
    else:
        text += "; its days are not known, so that news of the same month cannot be told apart: only its source speaks for it"
    found = ShockIdentification(shock.name, verdict, f"{kind}; {text}.", past, p_adjusted, again, added)
    return replace(found, overlap=overlap, effective_n=effective_n)


def controls_with(panel: EffectPanel, added: tuple[str, ...]) -> pd.DataFrame:
    """Controls of a panel and the month before of some of its outcomes and shocks.

    Before its first month an added variable stands at its mean: it says nothing then, and costs no month.
    """
    frame = panel.controls.copy()
    for name in added:
        source = panel.outcomes if name in panel.outcomes else panel.shocks
        past = source[name].shift(1)
        frame[f"{name} of the month before"] = past.fillna(past.mean())
    return frame


def _verdict(
    panel: EffectPanel, name: str, test: Exogeneity | None, p_adjusted: float, before: DaysBefore | None,
    settings: EffectSettings,
) -> ShockIdentification:  # fmt: skip
    values = panel.shocks[name].to_numpy(dtype=float)
    added: tuple[str, ...] = ()
    again = None
    if test is not None and p_adjusted < LEVEL:
        added = test.named[:MOST_ADDED]
        wider = controls_with(panel, added).to_numpy(dtype=float)
        again = exogeneity_test(values, wider, _candidates(panel, name), lags=settings.lags, seed=settings.seed)
    overlap, effective = _left(values, panel.controls.to_numpy(dtype=float), settings.lags)
    return identify(
        panel.shock(name), test, p_adjusted, again, added=added, overlap=overlap, effective_n=effective, before=before
    )


def _candidates(panel: EffectPanel, shock: str) -> dict[str, np.ndarray]:
    others = {str(name): panel.shocks[name].to_numpy(dtype=float) for name in panel.shocks if str(name) != shock}
    return {str(name): panel.outcomes[name].to_numpy(dtype=float) for name in panel.outcomes} | others


def _left(shock: np.ndarray, controls: np.ndarray, lags: int) -> tuple[float, float]:
    """1 - R2 of the shock on controls and own lags, and the effective number of months of what is left."""
    missing = ~np.isfinite(shock) | ~np.isfinite(controls).all(axis=-1)
    rows = usable_rows(0, len(shock) - 1, 0, lags, Gaps(tuple(map(int, np.flatnonzero(missing)))))
    design = np.column_stack([control_block(controls, rows, lags), lag_block(shock, shock, rows, lags)[:, :lags]])
    values = shock[rows.at(0)]
    left = Projection.onto(design).residuals(values[:, None])[:, 0]
    energy = float(left @ left)
    total = float(np.sum((values - values.mean()) ** 2))
    return energy / total if total else 0.0, energy**2 / max(float(np.sum(left**4)), np.finfo(float).tiny)


def _past_in_words(past: Exogeneity | None, p_adjusted: float, added: tuple[str, ...]) -> str:
    if past is None:
        return "the past could not be tested"
    if added:
        return f"the past explained it (p = {p_adjusted:.3f}) until {', '.join(added)} of the month before entered the controls"
    return f"{past.tested} lags of outcomes and other shocks do not explain it (p = {p_adjusted:.2f})"
