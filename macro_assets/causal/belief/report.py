"""Why one effect may be believed: the three words of a cell, and every check of its estimate.

Belongs here: one cell, judged and checked in full. Does not belong here: the words themselves (identification.py, finding.py,
specification.py), the checks (checks.py lists them), a whole grid (answers.py).

`causal` is said only when the shock is identified and the cell found an effect. Specification and checks inform: they
change neither word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from macro_assets.causal.belief.checks import CHECKS
from macro_assets.causal.belief.finding import finding
from macro_assets.causal.belief.identification import (
    DaysBefore,
    ShockIdentification,
    controls_with,
    identify_shocks,
)
from macro_assets.causal.belief.protocol import Cell, Check, CheckResult, Evidence
from macro_assets.causal.belief.sentences import Sizes, cell_sentence, sizes, typical_shock
from macro_assets.causal.belief.specification import specification
from macro_assets.causal.belief.stability import rolling_effects
from macro_assets.causal.engine.design import Rows, usable_rows
from macro_assets.causal.engine.effects import assemble, linear_cells, linear_parameters
from macro_assets.causal.engine.inputs import Sample, check_length, validate
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.reliability import simulated_coverage
from macro_assets.causal.engine.results import EffectEstimate
from macro_assets.causal.engine.settings import DEFAULT, EffectSettings, check_horizon
from macro_assets.causal.engine.variables import Observed, Outcome, Shock
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["BeliefReport", "belief_report", "belief_table", "examine", "required_settings"]

_ROW = (
    "shock", "outcome", "horizon", "tier", "label", "identification", "finding", "specification", "point", "lower", "upper",
    "p_value", "unit", "n", "sample_start", "sample_end", "sign_convention", "interval_unreliable", "expected_coverage",
)  # fmt: skip
_NO_EVIDENCE = Evidence()
SINGLE_CRITICAL = 1.959963984540054
"""Normal quantile that one cell alone must pass."""


@dataclass(frozen=True)
class BeliefReport(Displayed):
    """One cell, its words, what was asked of its estimate and answered.

    identification : of the shock. checks, results : in the same order. rolling : effect over the last ten years by date,
    with bands. size : the effect in units people think in.
    """

    html_columns: ClassVar[tuple[str, ...]] = ("name", "verdict", "value", "threshold", "unit", "text")

    estimate: EffectEstimate
    identification: ShockIdentification
    size: Sizes
    as_of: pd.Timestamp
    checks: tuple[Check, ...]
    results: tuple[CheckResult, ...]
    rolling: pd.DataFrame

    @property
    def label(self) -> str:
        """causal, association or not identified."""
        return self.estimate.label

    @property
    def failed(self) -> tuple[Check, ...]:
        """Checks that failed."""
        pairs = zip(self.checks, self.results, strict=True)
        return tuple(check for check, result in pairs if result.passed is False)

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
        """One flat row for a table of many cells: estimate, words, and the verdict of every check."""
        record = self.estimate.row()
        return {name: record[name] for name in _ROW} | {one.name: one.verdict for one in self.results}

    def to_frame(self) -> pd.DataFrame:
        """One row per check."""
        names = ("name", "verdict", "passed", "value", "threshold", "unit", "text")
        frame = pd.DataFrame([{name: getattr(one, name) for name in names} for one in self.results])
        estimate = self.estimate
        return frame.assign(
            shock=estimate.shock.name, outcome=estimate.outcome.name, horizon=estimate.horizon, tier=estimate.tier,
            label=self.label, n=estimate.n, sample_start=estimate.sample_start, sample_end=estimate.sample_end,
        )  # fmt: skip

    def sentence(self) -> str:
        """The cell in words."""
        return cell_sentence(self.estimate, self.size, self.as_of)

    def summary(self) -> str:
        """The sentence, why the shock is identified or not, and every check with its sentence."""
        words = self.estimate.words
        lines = [
            self.sentence(),
            f"  {self.identification.verdict.upper()}: {self.identification.reason}",
            f"  {words.specification.upper()}: moves by up to {abs(words.worst_move):.1f} standard errors in other "
            "specifications.",
        ]
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


def belief_report(
    outcome: pd.Series | Observed[Outcome],
    shock: pd.Series | Observed[Shock],
    controls: pd.DataFrame | None = None,
    *,
    horizon: int = 0,
    evidence: Evidence = _NO_EVIDENCE,
    before: DaysBefore | None = None,
    settings: EffectSettings = DEFAULT,
    checks: Sequence[Check] = CHECKS,
) -> BeliefReport:
    """One cell, judged and checked in full.

    Parameters
    ----------
    outcome, shock, controls, horizon : as in `estimate_effect`. A shock without a tier is an association at best; an
        outcome without a cost leaves economic significance open.
    evidence : recessions, benchmark control. before : verdict of the days before the shock's events, where there are any.
    settings : lags, level and seed; checks rest on the linear learner and equal-weighted cosines.
    checks : those to run, in the order of the report.

    Raises
    ------
    InvalidInputError : as in `estimate_effect`, or another learner or inference.
    """
    check_horizon(horizon)
    sample = validate(outcome, shock, controls)
    rows = usable_rows(0, len(sample.index) - 1, horizon, settings.lags)
    check_length(rows.count - 3, linear_parameters(sample, settings.lags) + 3, horizon)
    of, panel = sample.measured_shock.name, _panel_of(sample)
    found = identify_shocks(panel, days={of: before} if before else {}, settings=settings)[of]
    if found.added:
        wider = controls_with(panel, found.added)
        sample = replace(sample, controls=wider.to_numpy(), control_names=tuple(map(str, wider)))
    coverage = simulated_coverage(
        [sample], (max(horizon, 0),), lags=settings.lags, alpha=settings.alpha, seed=settings.seed
    )
    (covers,) = coverage.values()
    cell, estimate = examine(sample, rows, settings, evidence)
    own = finding(estimate, estimate.p_value, SINGLE_CRITICAL)
    words = {
        "identification": found.verdict,
        "finding": own.word,
        "detectable": own.detectable,
        "expected_coverage": covers,
    }
    return judged_report(cell, estimate.judged(**words), found, sample.index[-1], tuple(checks))


def _panel_of(sample: Sample) -> EffectPanel:
    """The panel of one cell."""
    of, on = sample.measured_shock.name, sample.measured_outcome.name
    return EffectPanel(
        pd.DataFrame({on: sample.outcome}, sample.index), pd.DataFrame({of: sample.shock}, sample.index),
        pd.DataFrame(sample.controls, sample.index, list(sample.control_names)),
        {on: sample.measured_outcome}, {of: sample.measured_shock},
    )  # fmt: skip


def examine(
    sample: Sample, rows: Rows, settings: EffectSettings, evidence: Evidence, shared: dict[Any, Any] | None = None
) -> tuple[Cell, EffectEstimate]:
    """One cell estimated, and its specification asked."""
    required_settings(settings)
    cells = linear_cells(sample, rows, settings.lags)
    cell = Cell(
        sample,
        rows,
        cells,
        assemble(sample, rows, cells, settings),
        settings,
        evidence,
        {} if shared is None else shared,
    )
    found = specification(cell)
    worst = max(found.moves.values(), key=abs, default=float("nan"))
    return cell, cell.estimate.judged(specification=found.word, worst_move=worst)


def judged_report(
    cell: Cell,
    estimate: EffectEstimate,
    found: ShockIdentification,
    as_of: pd.Timestamp,
    checks: tuple[Check, ...] = CHECKS,
) -> BeliefReport:
    """The report of an estimated cell: checks run, sizes stated."""
    results = tuple(check.run(cell) for check in checks)
    size = sizes(estimate, typical_shock(cell.sample.shock))
    return BeliefReport(estimate, found, size, as_of, checks, results, rolling_effects(cell))


def required_settings(settings: EffectSettings) -> None:
    """Refuse settings that the checks are not made for."""
    if (settings.learner, settings.inference) != (DEFAULT.learner, DEFAULT.inference):
        raise InvalidInputError(
            f"Checks rest on the {DEFAULT.learner} learner with {DEFAULT.inference} standard errors, not on "
            f"{settings.learner} with {settings.inference}.",
            remedy="Leave learner and inference of the settings at their defaults.",
        )


def belief_table(reports: Sequence[BeliefReport]) -> pd.DataFrame:
    """One row per cell with the verdict of every check."""
    return pd.DataFrame([report.row() for report in reports]).replace({np.nan: None})
