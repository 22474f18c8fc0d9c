"""Why an effect may be believed: every check of one cell, and the word it earns.

Belongs here: running the checks and the rule for `causal`, `association` and `not identified`.
Does not belong here: the checks themselves (placebos.py, robustness.py, stability.py).

The rule: a cell is `causal` when its shock is a high-frequency surprise (T1) or a published external shock (T2) and
every required check passes. It is `not identified` when the lead placebo, the placebo outcome or overlap fails,
whatever the tier: then the estimate answers no question. Everything else is an `association`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from macro_assets.causal.belief.checks import BeliefCheck, Cell
from macro_assets.causal.belief.placebos import (
    injected_effect,
    lead_placebo,
    placebo_outcome,
    placebo_shock,
    random_common_cause,
)
from macro_assets.causal.belief.robustness import (
    Recession,
    economic_significance,
    leave_one_recession_out,
    overlap,
    trimmed,
    unobserved_confounding,
)
from macro_assets.causal.belief.stability import rolling_effects, stability_check
from macro_assets.causal.engine.design import usable_rows
from macro_assets.causal.engine.effects import Settings, assemble, linear_cells
from macro_assets.causal.engine.inputs import check_length, check_settings, clean_series, validate
from macro_assets.causal.engine.results import ASSOCIATION, CAUSAL, NOT_IDENTIFIED, EffectEstimate
from macro_assets.causal.engine.windows import one_pair
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["CAUSAL_TIERS", "TIERS", "BeliefReport", "belief_grid", "belief_report", "belief_table"]

TIERS = {
    "T1": "a high-frequency surprise",
    "T2": "a published external shock",
    "T3": "a statistical innovation: markets may have known it before",
    "T4": "a raw change: it answers the same news as prices, so it identifies no effect of its own",
    "": "a treatment of unknown tier",
}
CAUSAL_TIERS = ("T1", "T2")
_ROW = (
    "treatment", "outcome", "horizon", "tier", "label", "point", "lower", "upper", "p_value", "unit", "n", "sample_start",
    "sample_end", "sign_convention", "interval_unreliable", "expected_coverage",
)  # fmt: skip
_IDENTIFYING = ("lead_placebo", "placebo_outcome", "overlap")


@dataclass(frozen=True)
class BeliefReport:
    """One cell, its checks and its label. rolling : effect over the last ten years by date, with bands."""

    estimate: EffectEstimate
    checks: tuple[BeliefCheck, ...]
    rolling: pd.DataFrame

    @property
    def label(self) -> str:
        """causal, association or not identified."""
        return self.estimate.label

    @property
    def failed(self) -> tuple[BeliefCheck, ...]:
        """Checks that failed."""
        return tuple(check for check in self.checks if check.passed is False)

    def check(self, name: str) -> BeliefCheck:
        """One check by name.

        Raises
        ------
        InvalidInputError : no such check.
        """
        for found in self.checks:
            if found.name == name:
                return found
        raise InvalidInputError(f"No check {name!r}.", remedy=f"Names: {', '.join(c.name for c in self.checks)}.")

    def row(self) -> dict[str, Any]:
        """One flat row for a table of many cells: estimate, label, and the verdict of every check."""
        record = self.estimate.row()
        return {name: record[name] for name in _ROW} | {check.name: check.verdict for check in self.checks}

    def to_frame(self) -> pd.DataFrame:
        """One row per check."""
        frame = pd.DataFrame([vars(check) | {"verdict": check.verdict} for check in self.checks])
        estimate = self.estimate
        return frame.assign(
            treatment=estimate.treatment, outcome=estimate.outcome, horizon=estimate.horizon, tier=estimate.tier,
            label=self.label, n=estimate.n, sample_start=estimate.sample_start, sample_end=estimate.sample_end,
        )  # fmt: skip

    def reason(self) -> str:
        """One sentence on the label."""
        estimate = self.estimate
        kind = f"{estimate.treatment} is {TIERS.get(estimate.tier, TIERS[''])}"
        if self.label == CAUSAL:
            return f"{kind}, and every required check passes: the effect may be called causal."
        failed = [check.name for check in self.failed if check.required]
        broken = f"; failed: {', '.join(failed)}" if failed else ""
        if self.label == NOT_IDENTIFIED:
            return f"{kind}{broken}. No effect is identified: the estimate must not be read as one."
        return f"{kind}{broken}. An association, not an effect."

    def summary(self) -> str:
        """The estimate, its label and every check with its sentence."""
        lines = [self.estimate.summary(), f"  {self.label.upper()}: {self.reason()}"]
        lines += [f"  [{check.verdict}] {check.name}: {check.explanation}" for check in self.checks]
        return "\n".join(lines)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Rolling effect with bands beside the full-sample effect."""
        from macro_assets.pictures.effects import plot_rolling

        return plot_rolling(self, ax=ax)


def belief_report(
    outcome: pd.Series,
    treatment: pd.Series,
    controls: pd.DataFrame | None = None,
    *,
    tier: str = "",
    horizon: int = 0,
    lags: int = 2,
    placebo: pd.Series | None = None,
    recessions: Sequence[Recession] = (),
    transaction_cost: float | None = None,
    benchmark: str | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> BeliefReport:
    """Every check of one cell.

    Parameters
    ----------
    outcome, treatment, controls, horizon, lags, alpha, seed : as in `estimate_effect`.
    tier : identification tier of the treatment (T1 to T4); without one the best label is `association`.
    placebo : one-period outcome on the same index that cannot react.
    recessions : (first, last) months, for leave-one-recession-out.
    transaction_cost : round trip, in the unit of the outcome.
    benchmark : control to compare the robustness value with; default the strongest.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, or an unknown tier.
    """
    options = _Options(horizon, lags, recessions, transaction_cost, benchmark, alpha, seed)
    return _report(outcome, treatment, controls, tier, placebo, options, {})


@dataclass(frozen=True)
class _Options:
    """What `belief_report` was asked for beside its series."""

    horizon: int
    lags: int
    recessions: Sequence[Recession]
    transaction_cost: float | None
    benchmark: str | None
    alpha: float
    seed: int


def _report(
    outcome: pd.Series,
    treatment: pd.Series,
    controls: pd.DataFrame | None,
    tier: str,
    placebo: pd.Series | None,
    asked: _Options,
    shared: dict[Any, Any],
) -> BeliefReport:
    """`belief_report`; shared : what cells of the same treatment and controls have in common (Cell.once)."""
    horizon, lags, alpha, seed = asked.horizon, asked.lags, asked.alpha, asked.seed
    check_settings(horizon, lags, alpha)
    if tier not in TIERS:
        raise InvalidInputError(f"Unknown tier {tier!r}.", remedy="Use T1, T2, T3, T4 or nothing.")
    sample = validate(outcome, treatment, controls)
    rows = usable_rows(0, len(sample.index) - 1, horizon, lags)
    check_length(rows.count - 3, 2 + sample.controls.shape[1] * (lags + 1) + 2 * lags + 3, horizon)
    cells = linear_cells(sample, rows, lags)
    estimate = assemble(sample, rows, cells, Settings("linear", "ewc", lags, alpha, seed))
    cell = Cell(sample, rows, lags, cells, estimate, seed, alpha, shared)
    values, name = None, ""
    if placebo is not None:
        series = clean_series(placebo, "placebo")
        if not series.index.equals(sample.index):
            raise InvalidInputError("placebo is not on the index of the outcome.", remedy="Reindex it first.")
        values, name = series.to_numpy(), str(series.name or "")
    checks = (
        lead_placebo(cell), placebo_outcome(cell, values, name), overlap(cell), placebo_shock(cell),
        injected_effect(cell), random_common_cause(cell), leave_one_recession_out(cell, asked.recessions),
        trimmed(cell), unobserved_confounding(cell, asked.benchmark),
        economic_significance(cell, asked.transaction_cost), stability_check(cell), _interval(estimate),
    )  # fmt: skip
    labelled = estimate.labelled(tier, _label(tier, checks))
    return BeliefReport(labelled, checks, rolling_effects(cell))


def _interval(estimate: EffectEstimate) -> BeliefCheck:
    return BeliefCheck(
        "interval_reliable", not estimate.interval_unreliable, estimate.expected_coverage, 0.90, "coverage", True,
        f"simulation at this persistence, n and horizon covers {estimate.expected_coverage:.2f} for a nominal "
        f"{1 - estimate.alpha:.2f}",
    )  # fmt: skip


def _label(tier: str, checks: Sequence[BeliefCheck]) -> str:
    failed = {check.name for check in checks if check.passed is False and check.required}
    if failed & set(_IDENTIFYING):
        return NOT_IDENTIFIED
    return CAUSAL if tier in CAUSAL_TIERS and not failed else ASSOCIATION


def belief_grid(
    outcomes: pd.DataFrame,
    treatments: pd.DataFrame,
    controls: pd.DataFrame | None,
    *,
    tiers: Mapping[str, str],
    horizons: Sequence[int] = (0,),
    lags: int = 2,
    placebo: pd.Series | None = None,
    recessions: Sequence[Recession] = (),
    transaction_costs: Mapping[str, float] | None = None,
    alpha: float = 0.05,
    seed: int = 0,
) -> tuple[BeliefReport, ...]:
    """Reports of every cell of a grid, in the order treatment, outcome, horizon.

    Frames as in `estimate_grid`: columns may start late or end early. `placebo` may do so too; cells it does not fully
    cover are checked without it.
    """
    costs = transaction_costs or {}
    reports = []
    for shock in treatments:
        shared: dict[Any, Any] = {}
        for asset in outcomes:
            y, t, x = one_pair(outcomes, treatments, controls, str(asset), str(shock))
            covered = placebo is not None and y.index.isin(placebo.dropna().index).all()
            for horizon in horizons:
                asked = _Options(horizon, lags, recessions, costs.get(str(asset)), None, alpha, seed)
                beside = placebo.loc[y.index] if covered and placebo is not None else None
                reports.append(_report(y, t, x, tiers.get(str(shock), ""), beside, asked, shared))
    return tuple(reports)


def belief_table(reports: Sequence[BeliefReport]) -> pd.DataFrame:
    """One row per cell with the verdict of every check."""
    return pd.DataFrame([report.row() for report in reports]).replace({np.nan: None})
