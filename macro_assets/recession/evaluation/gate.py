"""May a candidate become champion, and may the champion stay? Regret, evidence, stress, leaks.

Belongs here: the limits, the decision and its numbers. Does not belong here: promotion itself (registry), regret and evidence
(evidence.py), scores (scoring.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from macro_assets.errors import InvalidInputError
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.evaluation.evidence import Evidence, WindowRegret
from macro_assets.recession.evaluation.scoring import Panel
from macro_assets.recession.presets import CHAMPIONS, STATE
from macro_assets.recession.votes import LARGEST_MOVEMENT
from macro_assets.signals.targets import assert_no_label

MAX_REGRET = 0.01
MAX_ALARM_MONTHS = 12
MAX_EVIDENCE = 400.0  # half-years: while the champion is not worse, one false alarm in two centuries
TEST = (
    "Brier regret of at most 0.01 in three windows; restarted e-value below 400; no family of inputs moves the probability by "
    "more than 0.35"
)

__all__ = ["MAX_ALARM_MONTHS", "MAX_EVIDENCE", "MAX_REGRET", "TEST", "GateDecision", "GateFinding", "by_brier", "decide",
           "is_beaten", "leaks"]  # fmt: skip


@dataclass(frozen=True)
class GateFinding:
    """One condition: what was asked, the number, whether it holds."""

    condition: str
    value: float
    limit: float
    passed: bool


@dataclass(frozen=True)
class GateDecision:
    """Whether a candidate may be promoted, and why."""

    candidate: str
    promoted: bool
    test: str
    findings: tuple[GateFinding, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Conditions that failed, in words."""
        failed = [f for f in self.findings if not f.passed]
        return tuple(f"{f.condition}: {f.value:.4g} against a limit of {f.limit:.4g}" for f in failed)


def decide(
    candidate: str, regrets: Sequence[WindowRegret], evidence: Evidence, *, stress_worst: float, leak_count: int
) -> GateDecision:
    """Decide on one candidate from its walk-forward.

    Parameters
    ----------
    candidate : its name. regrets, evidence : see evidence.py, on true vintages when judging for production.
    stress_worst : largest movement of its probability in any scenario of stress; missing fails.
    leak_count : rows or columns that read what was not known, see `leaks`.

    Raises
    ------
    InvalidInputError : the candidate knows the label.
    """
    if candidate == STATE:
        raise InvalidInputError(
            f"Candidate {candidate!r} reads the label and can never be champion.", remedy="Decide on another candidate."
        )
    beaten = float(evidence.restarted[-1])
    findings = [
        *(one for regret in regrets for one in _window(regret)),
        GateFinding("evidence that simple rivals lose less (restarted e-value)", beaten, MAX_EVIDENCE, not is_beaten(evidence)),
        _at_most("largest movement under stress", stress_worst, LARGEST_MOVEMENT),
        _at_most("leaks", float(leak_count), 0.0),
    ]  # fmt: skip
    return GateDecision(candidate, all(finding.passed for finding in findings), TEST, tuple(findings))


def is_beaten(evidence: Evidence) -> bool:
    """Whether the evidence says that simple rivals have begun to lose less: such a champion is demoted."""
    return bool(evidence.restarted[-1] >= MAX_EVIDENCE)


def by_brier(panel: Panel, names: Sequence[str] = CHAMPIONS) -> list[str]:
    """The eligible candidates by their Brier score, smallest first; one that could not be scored does not count."""
    present = {score.name: score.brier for score in panel.scores if score.name in names and math.isfinite(score.brier)}
    if not present:
        raise InvalidInputError(
            f"The panel has none of the eligible candidates {', '.join(names)}.", remedy="Walk one of them forward."
        )
    return sorted(present, key=lambda name: present[name])


def leaks(fitted: FittedCandidate, known_at: pd.DataFrame | None = None) -> int:
    """Columns that carry the label, plus feature cells known only after their as-of date.

    Parameters
    ----------
    fitted : its inputs are searched for the recession indicator.
    known_at : knowledge days [as_of, feature] of the feature table, or None to check names only.
    """
    count = 0
    try:
        assert_no_label(fitted.columns)
    except InvalidInputError:
        count += 1
    if fitted.candidate.feature_set == "state":
        count += 1
    if known_at is not None:
        days = known_at.reindex(columns=list(fitted.columns)).apply(pd.to_datetime)
        count += int(days.gt(pd.Series(known_at.index, index=known_at.index), axis=0).to_numpy().sum())
    return count


def _window(regret: WindowRegret) -> tuple[GateFinding, ...]:
    """Two regrets; where the window holds no event nothing can be tested and months of alarm count alone."""
    if not regret.tests:
        name = f"cannot test, {regret.window}: months of alarm"
        return (_at_most(name, float(regret.alarm_months), float(MAX_ALARM_MONTHS)),)
    return (
        _at_most(f"Brier regret against climatology, {regret.window}", regret.against_climatology, MAX_REGRET),
        _at_most(f"Brier regret against the mean of simple rivals, {regret.window}", regret.against_rivals, MAX_REGRET),
    )


def _at_most(condition: str, value: float, limit: float) -> GateFinding:
    return GateFinding(condition, value, limit, value <= limit)
