"""May a candidate become champion? Not worse than the baselines, calibrated, free of leaks.

Belongs here: the decision and its numbers. Does not belong here: promotion itself (registry), scores (scoring.py).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from macro_assets.errors import InvalidInputError
from macro_assets.recession.candidates import FittedCandidate
from macro_assets.recession.evaluation.scoring import Panel
from macro_assets.recession.presets import CHAMPIONS, LOGIT_L2, PROBIT_LAG, STATE
from macro_assets.signals.targets import assert_no_label

MUST_MATCH = (LOGIT_L2, PROBIT_LAG)
SIZE = 0.05
MAX_ECE = 0.06
TEST = "Diebold-Mariano on Brier losses, Bartlett kernel, one-sided 5 %"

__all__ = ["MAX_ECE", "MUST_MATCH", "SIZE", "TEST", "GateDecision", "GateFinding", "best_candidate", "decide", "leaks"]


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


def decide(panel: Panel, candidate: str, *, leak_count: int, max_ece: float = MAX_ECE) -> GateDecision:
    """Decide on one candidate from its walk-forward scores.

    Parameters
    ----------
    panel : walk-forward scores, of true vintages when judging for production.
    candidate : name in the panel. The L2 logit itself may be champion.
    leak_count : rows or columns that read what was not known, see `leaks`.
    max_ece : calibration error allowed; sampling alone gives about 0.02 to 0.05 on a few hundred origins.

    Raises
    ------
    InvalidInputError : the candidate knows the label, or the panel lacks it.
    """
    if candidate == STATE:
        raise InvalidInputError(
            f"Candidate {candidate!r} reads the label and can never be champion.", remedy="Decide on another candidate."
        )
    score = panel.score(candidate)
    findings = []
    for baseline in MUST_MATCH:
        if baseline == candidate:
            continue
        test = score.tests.get(baseline)
        if test is None:
            raise InvalidInputError(
                f"Candidate {candidate!r} was not compared with {baseline!r}.", remedy="Score both in one panel."
            )
        findings.append(GateFinding(f"not worse than {baseline} (p)", test.p_worse, SIZE, test.p_worse >= SIZE))
    findings.append(GateFinding("expected calibration error", score.ece, max_ece, score.ece <= max_ece))
    findings.append(GateFinding("leaks", float(leak_count), 0.0, leak_count == 0))
    return GateDecision(candidate, all(finding.passed for finding in findings), TEST, tuple(findings))


def best_candidate(panel: Panel, names: Sequence[str] = CHAMPIONS) -> str:
    """The eligible candidate with the smallest Brier score; one that could not be scored does not count."""
    present = {score.name: score.brier for score in panel.scores if score.name in names and math.isfinite(score.brier)}
    if not present:
        raise InvalidInputError(
            f"The panel has none of the eligible candidates {', '.join(names)}.", remedy="Walk one of them forward."
        )
    return min(present, key=lambda name: present[name])


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
