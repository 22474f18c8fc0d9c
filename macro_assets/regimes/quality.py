"""How good published labels are: against recessions, in persistence, and against what the newest fit would call them.

Belongs here: measures of labels. Does not belong here: forecasts by the network (report.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.inference.scores import class_recalls
from macro_assets.regimes.factors import RECESSION
from macro_assets.regimes.names import REGIMES
from macro_assets.tables.regimes import TWO_FACTORS
from macro_assets.vintage.quality import Finding, finding

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RegimeQuality", "broken_distributions", "contradicted_labels", "label_quality"]

TOLERANCE = 1e-9


@dataclass(frozen=True)
class RegimeQuality(Displayed):
    """Measures of labels as published; shares are fractions, durations months."""

    first_month: pd.Timestamp
    last_month: pd.Timestamp
    n_months: int
    share: dict[str, float]
    mean_duration_months: float
    switches_per_decade: float
    revision_rate: float
    recession_revision_rate: float
    recession_recall: float | None
    recession_specificity: float | None

    @property
    def recession_balanced_accuracy(self) -> float | None:
        """Mean of recall and specificity of the recession regime, where recessions are given and both occur."""
        if self.recession_recall is None or self.recession_specificity is None:
            return None
        return (self.recession_recall + self.recession_specificity) / 2

    def numbers(self) -> dict[str, float]:
        """What is to be plotted over time; without accuracy where no recession is known."""
        accuracy = self.recession_balanced_accuracy
        return {
            "mean_duration_months": self.mean_duration_months,
            "switches_per_decade": self.switches_per_decade,
            "revision_rate": self.revision_rate,
        } | ({} if accuracy is None else {"balanced_accuracy": accuracy})

    def summary(self) -> str:
        """The measures in words."""
        shares = ", ".join(f"{name} {part:.0%}" for name, part in self.share.items())
        lines = [
            f"Labels published {self.first_month:%Y-%m} to {self.last_month:%Y-%m} ({self.n_months} months): {shares}.",
            f"A regime lasts {self.mean_duration_months:.1f} months on average "
            f"({self.switches_per_decade:.1f} switches in ten years).",
            f"The newest fit would label {self.revision_rate:.1%} of the months otherwise "
            f"({self.recession_revision_rate:.1%} into or out of recession).",
        ]
        if self.recession_balanced_accuracy is not None:
            lines.append(
                f"Against NBER recessions: balanced accuracy {self.recession_balanced_accuracy:.2f} "
                f"(recall {self.recession_recall:.2f}, specificity {self.recession_specificity:.2f})."
            )
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """One row per measure."""
        rows = {
            **{f"share of {name}": part for name, part in self.share.items()},
            "mean duration, months": self.mean_duration_months,
            "switches per decade": self.switches_per_decade,
            "label revision rate": self.revision_rate,
            "recession label revision rate": self.recession_revision_rate,
            "recession recall": self.recession_recall,
            "recession specificity": self.recession_specificity,
            "recession balanced accuracy": self.recession_balanced_accuracy,
        }
        return pd.DataFrame({"measure": list(rows), "value": [np.nan if v is None else v for v in rows.values()]})

    def plot(self, ax: Axes | None = None) -> Axes:
        """Share of the months under each label."""
        from macro_assets.pictures.regimes import label_shares

        finding = f"A regime lasts {self.mean_duration_months:.0f} months on average"
        return label_shares(list(self.share), list(self.share.values()), finding, ax=ax)


def label_quality(labels: pd.Series, newest: pd.Series, recession: pd.Series | None = None) -> RegimeQuality:
    """Measure labels as they were published.

    Parameters
    ----------
    labels : regime of each month as published, in time order.
    newest : what the newest fit would call the same months.
    recession : 1 in NBER recession months, 0 otherwise, NaN where unknown, by month end; judged where known.

    Raises
    ------
    InvalidInputError : there is no label.
    """
    if labels.empty:
        raise InvalidInputError("There are no labels to measure.", remedy="Load months after the first fit.")
    called, again = labels.to_numpy(dtype=str), newest.loc[labels.index].to_numpy(dtype=str)
    switches = int((called[1:] != called[:-1]).sum())
    recall, specificity = _against(recession, labels)
    return RegimeQuality(
        first_month=labels.index[0],
        last_month=labels.index[-1],
        n_months=len(called),
        share={name: float((called == name).mean()) for name in REGIMES},
        mean_duration_months=len(called) / (switches + 1),
        switches_per_decade=switches / len(called) * 120,
        revision_rate=float((again != called).mean()),
        recession_revision_rate=float(((again == REGIMES[0]) != (called == REGIMES[0])).mean()),
        recession_recall=recall,
        recession_specificity=specificity,
    )


def broken_distributions(table: pa.Table) -> Finding:
    """Months in which a model's probabilities leave [0, 1], do not add up to one, or stand under more than one label.

    Parameters
    ----------
    table : rows of models/regime_probabilities.
    """
    frame = table.to_pandas()
    months = frame.groupby(["as_of", "model"], as_index=False).agg(
        total=("probability", "sum"), smallest=("probability", "min"), regimes=("regime", "nunique"),
        labels=("label", "nunique"),
    )  # fmt: skip
    whole = (months["total"] - 1.0).abs().le(TOLERANCE) & months["smallest"].ge(0.0)
    failing = months[~(whole & months["regimes"].eq(len(REGIMES)) & months["labels"].eq(1))]
    return finding(
        failing,
        len(months),
        "The probabilities of all {n} months and models add up to one.",
        "The probabilities of {k} of {n} months and models are not a distribution under one label.",
    )


def contradicted_labels(table: pa.Table) -> Finding:
    """Months whose label contradicts their own odds: a recession below the band that it is left at, or none above the one it
    is entered at.

    Parameters
    ----------
    table : rows of models/regime_probabilities; those of the two factors are judged.
    """
    frame = table.to_pandas()
    rows = frame[(frame["regime"] == REGIMES[0]) & (frame["model"] == TWO_FACTORS)]
    stress = rows["label"] == REGIMES[0]
    contradicted = (stress & (rows["probability"] < RECESSION.leave)) | (
        ~stress & (rows["probability"] > RECESSION.enter)
    )
    return finding(
        rows[contradicted],
        len(rows),
        "The labels of all {n} months fit their odds of a recession.",
        "The labels of {k} of {n} months contradict their odds of a recession.",
    )


def _against(recession: pd.Series | None, labels: pd.Series) -> tuple[float | None, float | None]:
    if recession is None:
        return None, None
    dated = recession.reindex(labels.index).dropna()
    recalls = class_recalls(dated > 0.5, labels.loc[dated.index] == REGIMES[0]) if len(dated) else {}
    if len(recalls) < 2:
        return None, None
    return recalls[True], recalls[False]
