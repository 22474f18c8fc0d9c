"""Why an effect may be believed: every check of one cell, and the word it earns.

Belongs here: running the checks and the rule for `causal`, `association` and `not identified`.
Does not belong here: the checks themselves (checks.py lists them), cells of a whole grid (answers.py).

The rule: a cell is `causal` when its shock is a high-frequency surprise (T1) or a published external shock (T2) and
every required check passes. It is `not identified` when the lead placebo, the placebo outcome or overlap fails,
whatever the tier: then the estimate answers no question. Everything else is an `association`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from macro_assets.causal.belief.checks import CHECKS
from macro_assets.causal.belief.protocol import Cell, Check, CheckResult, Evidence
from macro_assets.causal.belief.stability import rolling_effects
from macro_assets.causal.engine.design import usable_rows
from macro_assets.causal.engine.effects import assemble, linear_cells, linear_parameters
from macro_assets.causal.engine.inputs import check_length, clean_series, same_index, validate
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.results import ASSOCIATION, CAUSAL, NOT_IDENTIFIED, EffectEstimate
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings, check_horizon
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BeliefReport", "belief_grid", "belief_report", "belief_table", "label_of"]

_ROW = (
    "shock", "outcome", "horizon", "tier", "label", "point", "lower", "upper", "p_value", "unit", "n", "sample_start",
    "sample_end", "sign_convention", "interval_unreliable", "expected_coverage",
)  # fmt: skip
_NO_EVIDENCE = Evidence()


@dataclass(frozen=True)
class BeliefReport(Displayed):
    """One cell, what was asked of it and answered, and its label.

    checks, results : in the same order. rolling : effect over the last ten years by date, with bands.
    """

    html_columns: ClassVar[tuple[str, ...]] = ("name", "verdict", "required", "value", "threshold", "unit", "text")

    estimate: EffectEstimate
    checks: tuple[Check, ...]
    results: tuple[CheckResult, ...]
    rolling: pd.DataFrame

    @property
    def label(self) -> str:
        """causal, association or not identified."""
        return self.estimate.label

    @property
    def failed(self) -> tuple[Check, ...]:
        """Required checks that failed."""
        return _failed(self.checks, self.results)

    @property
    def not_run(self) -> tuple[Check, ...]:
        """Required checks without a verdict: what they need is not there."""
        pairs = zip(self.checks, self.results, strict=True)
        return tuple(check for check, result in pairs if check.required and result.passed is None)

    def result(self, name: str) -> CheckResult:
        """The result of one check by name.

        Raises
        ------
        InvalidInputError : no such check.
        """
        for found in self.results:
            if found.name == name:
                return found
        raise InvalidInputError(
            f"Unknown check {name!r}.", remedy=f"Available: {', '.join(one.name for one in self.results)}."
        )

    def row(self) -> dict[str, Any]:
        """One flat row for a table of many cells: estimate, label, and the verdict of every check."""
        record = self.estimate.row()
        return {name: record[name] for name in _ROW} | {one.name: one.verdict for one in self.results}

    def to_frame(self) -> pd.DataFrame:
        """One row per check."""
        names = ("name", "verdict", "passed", "value", "threshold", "unit", "text")
        frame = pd.DataFrame([{name: getattr(one, name) for name in names} for one in self.results])
        estimate = self.estimate
        return frame.assign(
            required=[check.required for check in self.checks], shock=estimate.shock.name, outcome=estimate.outcome.name,
            horizon=estimate.horizon, tier=estimate.tier, label=self.label, n=estimate.n,
            sample_start=estimate.sample_start, sample_end=estimate.sample_end,
        )  # fmt: skip

    def reason(self) -> str:
        """One sentence on the label."""
        shock = self.estimate.shock
        kind = f"{shock.name} is {shock.identification}"
        if self.label == CAUSAL:
            unasked = ", ".join(check.name for check in self.not_run)
            ran = (
                f"every required check that could run passes (not run: {unasked})"
                if unasked
                else "every required check passes"
            )
            return f"{kind}, and {ran}: the effect may be called causal."
        failed = ", ".join(check.name for check in self.failed)
        broken = f"; failed: {failed}" if failed else ""
        if self.label == NOT_IDENTIFIED:
            return f"{kind}{broken}. No effect is identified: the estimate must not be read as one."
        return f"{kind}{broken}. An association, not an effect."

    def summary(self) -> str:
        """The estimate, its label and every check with its sentence."""
        lines = [self.estimate.summary(), f"  {self.label.upper()}: {self.reason()}"]
        return "\n".join([*lines, *(f"  {one.summary()}" for one in self.results)])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Rolling effect with bands; dashed: the full-sample effect."""
        from macro_assets.pictures import effects, style

        frame, estimate = self.rolling, self.estimate
        axes = effects.over_time(
            frame.index,
            frame["effect"],
            frame["lower"],
            frame["upper"],
            unit=estimate.unit,
            reference=estimate.point,
            ax=ax,
        )
        style.title(
            axes, f"{estimate.shock.name} on {estimate.outcome.name}: {self.label}",
            "effect over the last ten years; dashed: over the whole sample",
        )  # fmt: skip
        return axes


def _failed(checks: Sequence[Check], results: Sequence[CheckResult]) -> tuple[Check, ...]:
    return tuple(
        check for check, result in zip(checks, results, strict=True) if check.required and result.passed is False
    )


def label_of(shock: Shock, checks: Sequence[Check], results: Sequence[CheckResult]) -> str:
    """The word a cell earns: the rule of the module docstring."""
    failed = _failed(checks, results)
    if any(check.identifies for check in failed):
        return NOT_IDENTIFIED
    return CAUSAL if shock.may_be_causal and not failed else ASSOCIATION


def belief_report(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    controls: pd.DataFrame | None = None,
    *,
    horizon: int = 0,
    evidence: Evidence = _NO_EVIDENCE,
    settings: EffectSettings = DEFAULT,
    checks: Sequence[Check] = CHECKS,
) -> BeliefReport:
    """Every check of one cell.

    Parameters
    ----------
    outcome, shock, controls, horizon : as in `estimate_effect`. A shock without a tier earns `association` at best; an
        outcome without a cost leaves economic significance open.
    evidence : placebo outcome, recessions, benchmark control.
    settings : lags, level and seed; checks rest on the linear learner and equal-weighted cosines.
    checks : those to run, in the order of the report.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, another learner or inference, or a placebo on another index.
    """
    return _report(outcome, shock, controls, horizon, evidence, settings, tuple(checks), {})


def _report(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    controls: pd.DataFrame | None,
    horizon: int,
    evidence: Evidence,
    settings: EffectSettings,
    checks: tuple[Check, ...],
    shared: dict[Any, Any],
) -> BeliefReport:
    """`belief_report`; shared : what cells of the same shock and controls have in common (Cell.once)."""
    check_horizon(horizon)
    if (settings.learner, settings.inference) != (DEFAULT.learner, DEFAULT.inference):
        raise InvalidInputError(
            f"Checks rest on the {DEFAULT.learner} learner with {DEFAULT.inference} standard errors, not on "
            f"{settings.learner} with {settings.inference}.",
            remedy="Leave learner and inference of the settings at their defaults.",
        )
    sample = validate(outcome, shock, controls)
    rows = usable_rows(0, len(sample.index) - 1, horizon, settings.lags)
    check_length(rows.count - 3, linear_parameters(sample, settings.lags) + 3, horizon)
    if evidence.placebo is not None:
        what = "The placebo"
        same_index(sample.index, pd.DatetimeIndex(clean_series(evidence.placebo, what).index), what)
    cells = linear_cells(sample, rows, settings.lags)
    estimate = assemble(sample, rows, cells, settings)
    cell = Cell(sample, rows, cells, estimate, settings, evidence, shared)
    results = tuple(check.run(cell) for check in checks)
    label = label_of(sample.measured_shock, checks, results)
    return BeliefReport(estimate.labelled(label), checks, results, rolling_effects(cell))


def belief_grid(
    panel: EffectPanel,
    *,
    horizons: Sequence[int] = (0,),
    evidence: Evidence = _NO_EVIDENCE,
    settings: EffectSettings = DEFAULT,
    checks: Sequence[Check] = CHECKS,
) -> tuple[BeliefReport, ...]:
    """Reports of every cell of a panel, in the order shock, outcome, horizon.

    The placebo of the evidence may start late or end early; cells it does not fully cover are checked without it.
    """
    reports = []
    for shock in map(str, panel.shocks):
        shared: dict[Any, Any] = {}
        for outcome in map(str, panel.outcomes):
            y, t, x = panel.pair(outcome, shock)
            here = evidence.on(y.index)
            reports += [_report(y, t, x, horizon, here, settings, tuple(checks), shared) for horizon in horizons]
    return tuple(reports)


def belief_table(reports: Sequence[BeliefReport]) -> pd.DataFrame:
    """One row per cell with the verdict of every check."""
    return pd.DataFrame([report.row() for report in reports]).replace({np.nan: None})
