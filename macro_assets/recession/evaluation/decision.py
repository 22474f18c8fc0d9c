"""Which candidate the stored walk-forward speaks for, and whether the gate lets it through.

Belongs here: the road from walk-forward rows to a decision, with what it was judged by. Does not belong here: the
conditions (gate.py), moving an alias (registry/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.recession import figures, presets
from macro_assets.recession.data import RecessionData
from macro_assets.recession.evaluation import gate
from macro_assets.recession.evaluation.evidence import Evidence, WindowRegret, beaten, regrets
from macro_assets.recession.evaluation.scoring import Panel, Sample, score_panel
from macro_assets.recession.training import fit_year
from macro_assets.vintage.frames import wide

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MINIMUM_ORIGINS = 120

__all__ = ["MINIMUM_ORIGINS", "Judgement", "enough_origins", "judge"]


@dataclass(frozen=True)
class Judgement(Displayed):
    """The gate's decision on the best candidate, with its evidence.

    Attributes
    ----------
    decision : of the gate on the best candidate that meets every condition, or on the best of all.
    evidence : by candidate, that simple rivals lose less. regrets : of the candidate by window.
    panel : scores of all candidates. forecasts : the walk-forward rows they rest on.
    sample : origins whose outcome is known. state : NBER state by as-of date.
    """

    decision: gate.GateDecision
    evidence: Mapping[str, Evidence]
    regrets: Mapping[str, tuple[WindowRegret, ...]]
    panel: Panel
    forecasts: pd.DataFrame
    sample: Sample
    state: pd.Series

    def summary(self) -> str:
        """The decision and its reasons."""
        verdict = "may become champion" if self.decision.promoted else "stays out"
        reasons = "; ".join(self.decision.reasons) or "every condition holds"
        span = f"{self.panel.origins} origins from {self.panel.first} to {self.panel.last}"
        return (
            f"{self.decision.candidate} {verdict}: {reasons}.\n{span}, {self.panel.events} with a recession ahead. "
            f"{self.calibration}"
        )

    @property
    def calibration(self) -> str:
        """Calibration error and slope with their block-bootstrap intervals; shown, never a condition."""
        score = self.panel.score(self.decision.candidate)
        error, slope = score.intervals["ece"], score.intervals["calibration_slope"]
        return (
            f"Expected calibration error {score.ece:.3f} [{error.low:.3f}, {error.high:.3f}], slope "
            f"{score.calibration_slope:.2f} [{slope.low:.2f}, {slope.high:.2f}]."
        )

    def numbers(self) -> dict[str, float]:
        """Scores of the candidate on the whole span, months of standing alarm, stress, and the restarted e-value."""
        name = self.decision.candidate
        score, rows = self.panel.score(name), self.forecasts[self.forecasts["candidate"] == name]
        return {
            "brier": score.brier,
            "log_score": score.log_score,
            "roc_auc": score.roc_auc,
            "onset_roc_auc": score.onset_auc,
            "alarm_months": float(self.regrets[name][0].alarm_months),
            "largest_movement_under_stress": float(rows["stress_worst"].max()),
            "largest_leverage": float(rows["leverage"].max()),
            "restarted_e_value": float(self.evidence[name].restarted[-1]),
        }

    def beaten(self, candidate: str) -> bool:
        """Whether the evidence demotes a candidate that speaks now; one without forecasts cannot be tested."""
        return candidate in self.evidence and gate.is_beaten(self.evidence[candidate])

    def to_frame(self) -> pd.DataFrame:
        """One row per condition of the gate: condition, value, limit, passed."""
        return pd.DataFrame([vars(finding) for finding in self.decision.findings])

    def plot(self, ax: Axes | None = None) -> Axes:
        """Probabilities of the candidate and of the lagged probit through time."""
        names = [self.decision.candidate, presets.PROBIT_LAG]
        return figures.probability_path(self.forecasts, self.state, names, ax)

    def figures(self) -> dict[str, Figure]:
        """Probabilities through time, reliability, ROC and precision of the candidate."""
        name = self.decision.candidate
        p = self.sample.probability[name].to_numpy()
        return {
            "probability_through_time": figures.as_figure(self.plot()),
            "reliability": figures.as_figure(figures.reliability(self.sample.y, p, name=name)),
            "roc_and_precision": figures.roc_and_precision(self.sample.y, p, name=name),
        }


def enough_origins(forecasts: pa.Table) -> bool:
    """Whether the walk-forward holds the origins that the gate asks for."""
    return len(forecasts["as_of"].unique()) >= MINIMUM_ORIGINS


def judge(forecasts: pa.Table, monthly_features: pa.Table, recession_targets: pa.Table) -> Judgement:
    """Score the stored walk-forward of true vintages and decide on its best eligible candidate that meets every condition.

    Parameters
    ----------
    forecasts : rows of evaluation/recession_walk_forward_monthly, mode vintage.

    Raises
    ------
    InvalidInputError : fewer than `MINIMUM_ORIGINS` origins, or none with a known outcome.
    """
    if not enough_origins(forecasts):
        raise InvalidInputError(
            f"The walk-forward holds {len(forecasts['as_of'].unique())} origins, the gate needs {MINIMUM_ORIGINS}.",
            remedy="Backfill evaluation/recession_walk_forward_monthly.",
        )
    data = RecessionData.from_tables("M", "vintage", monthly_features, recession_targets)
    frame = forecasts.to_pandas()
    rows = frame.assign(as_of=pd.to_datetime(frame["as_of"]))
    panel, sample = score_panel(data, rows), Sample.join(data, rows)
    names = gate.by_brier(panel)
    found = {name: regrets(sample, data.state, name) for name in names}
    evidence = {name: beaten(sample, name) for name in names}
    stress = rows.groupby("candidate")["stress_worst"].max()

    def decided(name: str, leak_count: int = 0) -> gate.GateDecision:
        worst = float(stress.get(name, float("nan")))
        return gate.decide(name, found[name], evidence[name], stress_worst=worst, leak_count=leak_count)

    best = next((name for name in names if decided(name).promoted), names[0])
    fitted = fit_year(data, data.index[-1], [presets.candidate(best)]).fitted[best]
    decision = decided(best, gate.leaks(fitted, wide(monthly_features, values="known_at")))
    return Judgement(decision, evidence, found, panel, rows, sample, data.state)
