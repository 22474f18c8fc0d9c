"""The two factors beside every rival on the same months: one table of scores.

Belongs here: what is measured of published labels, and the table. Does not belong here: rivals (rivals/), the measures of
one history (quality.py), densities (densities.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.inference.longrun import hac_variance
from macro_assets.regimes.densities import ewma_scores, label_scores, monthly_returns, one_state_scores
from macro_assets.regimes.factors import Array
from macro_assets.regimes.history import RegimeHistory, regime_history
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.quality import label_quality
from macro_assets.regimes.rivals.presets import RIVALS
from macro_assets.regimes.rivals.published import Published
from macro_assets.signals.regime_features import regime_features
from macro_assets.tables.regimes import EWMA, ONE_STATE, TWO_FACTORS
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["TABLE", "Detection", "RegimeValidation", "detection", "validate", "validate_regimes"]

TABLE = "evaluation/regime_validation"
BANDWIDTH_MONTHS = 12
FEWEST_MONTHS = 60


@dataclass(frozen=True)
class Detection:
    """How soon recessions were called.

    Attributes
    ----------
    lag_days : median over recessions of the days from the end of the first month to the first month end called stress; zero
        where it was called already. missed : recessions in which no month was called. recessions : all that began and ended.
    """

    lag_days: float | None
    missed: int
    recessions: int


@dataclass(frozen=True)
class RegimeValidation(Displayed):
    """Scores of every way to find regimes on the same months.

    Attributes
    ----------
    scores : one row a model, the served one first; see the declared table. absent : rivals that could not run, and why.
    """

    scores: pd.DataFrame
    absent: Mapping[str, str]

    def score(self, model: str) -> pd.Series:
        """The row of one model."""
        return self.scores.set_index("model").loc[model]

    def summary(self) -> str:
        """Accuracy, duration, revisions, lag and density of each model."""
        first = self.scores.iloc[0]
        lines = [
            f"{first['months']} months, {first['first_month']:%Y-%m} to {first['last_month']:%Y-%m}, the same for all."
        ]
        for row in self.scores.to_dict("records"):
            density = (
                f"next month's return {row['density_gain']:+.3f} nats (standard error {row['density_stderr']:.3f})"
            )
            lines.append(f"  {row['model']}: {_labels_in_words(row)}{density}")
        return "\n".join([*lines, *(f"  {name}: absent, {reason}" for name, reason in self.absent.items())])

    def to_frame(self) -> pd.DataFrame:
        """One row a model."""
        return self.scores

    def table(self) -> pa.Table:
        """Rows of evaluation/regime_validation."""
        return table_of(self.scores, TABLE)

    def plot(self, ax: Axes | None = None) -> Axes:
        """Balanced accuracy of each model against the mean duration of its regimes."""
        from macro_assets.pictures.regimes import accuracy_and_duration

        rows = self.scores.dropna(subset=["balanced_accuracy"])
        return accuracy_and_duration(
            rows["model"].tolist(), rows["balanced_accuracy"].to_numpy(), rows["mean_duration_months"].to_numpy(), ax=ax
        )


def validate_regimes(
    monthly_cube: pa.Table, prices: pa.Table, nowcast: pd.DataFrame, *, refit_month: int = 12, minimum_months: int = 240
) -> RegimeValidation:
    """Publish every rival's labels month by month and score all on the months that each of them has.

    Parameters
    ----------
    monthly_cube, prices, nowcast : as for `answer`. refit_month, minimum_months : of every rival that is fitted.
    """
    features = regime_features(monthly_cube, prices)
    history = regime_history(nowcast, features)
    published, absent = {TWO_FACTORS: Published(history.labels["label"], history.newest)}, {}
    for name, rival in RIVALS.items():
        try:
            published[name] = rival.publish(features, minimum_months, refit_month)
        except ModuleNotFoundError as error:  # an extra that is not installed
            absent[name] = f"needs {error.name}: install the extra `evaluate`"
    return validate(history, published, monthly_returns(prices), absent)


def validate(
    history: RegimeHistory, published: Mapping[str, Published], returns: pd.DataFrame, absent: Mapping[str, str]
) -> RegimeValidation:
    """Score published labels on their common months.

    Raises
    ------
    InvalidInputError : fewer than 60 common months.
    """
    shared = reduce(lambda one, other: one.intersection(other), (each.labels.index for each in published.values()))
    months = pd.DatetimeIndex(shared).intersection(returns.index[returns["following"].notna()])
    if len(months) < FEWEST_MONTHS:
        raise InvalidInputError(
            f"{len(months)} months with labels of all models; scores need {FEWEST_MONTHS}.", remedy="Load more history."
        )
    base = one_state_scores(returns, months)
    rows = [
        _labelled(name, one, months, history.state) | _density(label_scores(returns, one.labels.loc[months]) - base)
        for name, one in published.items()
    ]
    rows += [
        {"model": ONE_STATE} | _density(np.zeros(len(months))),
        {"model": EWMA} | _density(ewma_scores(returns, months) - base),
    ]
    span = {"first_month": months[0], "last_month": months[-1], "months": len(months)}
    return RegimeValidation(
        pd.DataFrame(rows).assign(**span, served=lambda frame: frame["model"] == TWO_FACTORS), absent
    )


def detection(labels: pd.Series, state: pd.Series) -> Detection:
    """How soon each recession that began and ended within the labels was called.

    Parameters
    ----------
    labels : regime by month end. state : 1 in NBER recession months, 0 in others, NaN while unknown.
    """
    dated = state.reindex(labels.index)
    begins = labels.index[(dated == 1.0) & (dated.shift(1) == 0.0)]
    ends = labels.index[(dated == 0.0) & (dated.shift(1) == 1.0)]
    lags, recessions = [], 0
    for begin in begins:
        after = ends[ends > begin]
        if len(after):
            recessions += 1
            inside = labels.loc[begin : after[0] - pd.offsets.MonthEnd(1)]
            called = inside.index[inside == REGIMES[0]]
            lags += [(called[0] - begin).days] if len(called) else []
    return Detection(float(np.median(lags)) if lags else None, recessions - len(lags), recessions)


def _labels_in_words(row: dict[str, float]) -> str:
    """Measures of a row that has labels; empty for the others."""
    if not np.isfinite(row["mean_duration_months"]):
        return ""
    return (
        f"balanced accuracy {row['balanced_accuracy']:.2f}, {row['mean_duration_months']:.1f} months a regime, "
        f"{row['revision_rate']:.1%} revised, called {row['detection_lag_days']:.0f} days late "
        f"({row['missed_recessions']:.0f} of {row['recessions']:.0f} missed), "
    )


def _labelled(name: str, published: Published, months: pd.DatetimeIndex, state: pd.Series) -> dict[str, object]:
    labels = published.labels.loc[months]
    quality, found = label_quality(labels, published.newest, state), detection(labels, state)
    return {
        "model": name,
        "balanced_accuracy": quality.recession_balanced_accuracy,
        "recall": quality.recession_recall,
        "specificity": quality.recession_specificity,
        "stress_share": quality.share[REGIMES[0]],
        "mean_duration_months": quality.mean_duration_months,
        "switches_per_decade": quality.switches_per_decade,
        "revision_rate": quality.revision_rate,
        "detection_lag_days": found.lag_days,
        "missed_recessions": float(found.missed),
        "recessions": float(found.recessions),
    }


def _density(gain: Array) -> dict[str, object]:
    """Mean gain over one state, in nats a month, and its standard error."""
    return {
        "density_gain": float(gain.mean()),
        "density_stderr": float(np.sqrt(max(hac_variance(gain, BANDWIDTH_MONTHS)[0, 0], 0.0))),
    }
