"""What the room answers from the tables of the lake: probabilities of the regimes, labels and the network, in one call.

Belongs here: tables in, declared tables and typed results out. Does not belong here: features (signals/regime_features.py),
factors and labels (factors.py, history.py), the nowcast (recession/nowcast.py), training (training.py), Dagster and MLflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike

from macro_assets.inference.display import Displayed
from macro_assets.regimes.history import RegimeHistory, regime_history
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.outcomes import AHEAD_MONTHS, quarter_outcomes
from macro_assets.regimes.quality import RegimeQuality, label_quality
from macro_assets.regimes.report import RegimeReport, report_of
from macro_assets.regimes.training import TrainedClassifier, classifier_inputs, train
from macro_assets.regimes.walk_forward import QuarterAhead, quarter_ahead
from macro_assets.signals.regime_features import regime_features
from macro_assets.tables.regimes import ATTENTION, TWO_FACTORS
from macro_assets.tables.rows import table_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PROBABILITIES", "RegimeAnswer", "answer", "probability_table"]

PROBABILITIES = "models/regime_probabilities"


@dataclass(frozen=True)
class RegimeAnswer(Displayed):
    """Regimes as known at the newest as-of date.

    Attributes
    ----------
    features : one row per month end. history : published labels. quality : measures of them, against NBER recessions.
    inputs : of the network, by month. network : trained on all known outcomes; it speaks for the newest month alone.
    past : what it and its teacher would have said on earlier months. report : the network against its teacher.
    """

    features: pd.DataFrame
    history: RegimeHistory
    quality: RegimeQuality
    inputs: pd.DataFrame
    network: TrainedClassifier
    past: QuarterAhead
    report: RegimeReport

    def table(self) -> pa.Table:
        """Rows of `models/regime_probabilities`: the two factors' and the network's, each fitted on months up to its own."""
        newest = self.network.predict(self.inputs).tail(1)
        newest = newest.assign(trained_through=pd.Timestamp(self.network.trained_through))
        earlier = self.past.network.assign(trained_through=self.past.trained_through)
        earlier = earlier[earlier.index < newest.index[0]]
        forecast = pd.concat([earlier, newest]) if len(earlier) else newest
        labelled = forecast.assign(label=forecast[list(REGIMES)].astype(float).idxmax(axis=1))
        return pa.concat_tables(
            [
                probability_table(self.history.labels, TWO_FACTORS),
                probability_table(labelled, ATTENTION, months_ahead=AHEAD_MONTHS),
            ]
        )

    def summary(self) -> str:
        """Current regime, quality of the labels, and whether the network adds anything."""
        return "\n".join([self.history.summary(), self.quality.summary(), self.report.summary()])

    def to_frame(self) -> pd.DataFrame:
        """Rows of `models/regime_probabilities`."""
        return self.table().to_pandas()

    def plot(self, ax: Axes | None = None, *, recessions: ArrayLike = ()) -> Axes:
        """Probabilities and labels over time; `recessions` (k, 2) first and last day are marked."""
        return self.history.plot(ax, recessions=recessions)


def answer(
    monthly_cube: pa.Table,
    prices: pa.Table,
    nowcast: pd.DataFrame,
    blocks: pd.DataFrame,
    *,
    seed: int = 0,
    epochs: int = 300,
    years: int = 10,
) -> RegimeAnswer:
    """Label every month as known then, train the network on what came a quarter later, and judge both.

    Parameters
    ----------
    monthly_cube : gold/monthly_cube. prices : silver/prices, for the volatility of the S&P 500.
    nowcast : the activity factor by month (`recession.nowcast_history`). blocks : what it reads (`recession.nowcast_inputs`):
        the network reads the same columns, with those of signals/regime_features.py.
    seed, epochs : of the network. years : of its history: one training each, see `quarter_ahead`.

    Raises
    ------
    InvalidInputError : too few months with both factors, or with an outcome.
    """
    features = regime_features(monthly_cube, prices)
    history = regime_history(nowcast, features)
    features = features.loc[: history.labels.index[-1]]
    inputs, came = classifier_inputs(blocks.join(features), history.labels["label"]), quarter_outcomes(history)
    past = quarter_ahead(inputs, history, came, years=years, seed=seed, epochs=epochs)
    network = train(inputs, came["label"].dropna(), seed=seed, epochs=epochs)
    quality = label_quality(history.labels["label"], history.newest, history.state)
    return RegimeAnswer(features, history, quality, inputs, network, past, report_of(past, came))


def probability_table(labels: pd.DataFrame, model: str, *, months_ahead: int = 0) -> pa.Table:
    """Rows of `models/regime_probabilities`, one per month and regime.

    Parameters
    ----------
    labels : indexed by as-of date: one probability column per regime, `label` and `trained_through`; months without
        probabilities are left out.
    model : that states them. months_ahead : of the month whose regime they are; 0 = the month itself.
    """
    frame = labels.rename_axis("as_of").reset_index()
    rows = frame.melt(
        id_vars=["as_of", "label", "trained_through"],
        value_vars=list(REGIMES),
        var_name="regime",
        value_name="probability",
    ).dropna(subset=["probability"])
    return table_of(rows.assign(model=model, months_ahead=months_ahead), PROBABILITIES)
