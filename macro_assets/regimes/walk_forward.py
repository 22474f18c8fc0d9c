"""What the network and its teacher would have said then: yearly fits on outcomes known that day, carried forward.

Belongs here: origins and the months each fit speaks for. Does not belong here: training (training.py), outcomes (outcomes.py),
scores (report.py), today's network (answers.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from macro_assets.regimes.history import RegimeHistory
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.training import MINIMUM_WINDOWS, train, transition_shares, windows

__all__ = ["QuarterAhead", "quarter_ahead"]


@dataclass(frozen=True)
class QuarterAhead:
    """Forecasts of the regime a quarter ahead, by month; all frames have a column a regime and share their index.

    Attributes
    ----------
    network : the network's. teacher : the probabilities of the two factors, moved a quarter ahead by the shares of outcomes
        after each label. shares : of outcomes alone. trained_through : origin of the fit behind each month.
    """

    network: pd.DataFrame
    teacher: pd.DataFrame
    shares: pd.DataFrame
    trained_through: pd.Series


def quarter_ahead(
    inputs: pd.DataFrame, history: RegimeHistory, came: pd.DataFrame, *, years: int, seed: int = 0, epochs: int = 300
) -> QuarterAhead:
    """Forecasts of the months after each yearly fit.

    Parameters
    ----------
    inputs : of the network (`classifier_inputs`), one row per month; row t is known at the end of month t.
    history : published labels; the refits of its nowcast are the origins. came : `quarter_outcomes` of the history.
    years : newest refits, at most, that are origins (months must follow one, and 60 windows with a known outcome precede it);
        0 = none.
    seed, epochs : of the network.

    Returns
    -------
    Month t between two origins is the answer of what was fitted at the earlier one, on outcomes known by then.
    """
    days = windows(inputs)[1]
    ready = [day for day in history.refits if _seen(came, day).index.isin(days).sum() >= MINIMUM_WINDOWS]
    chosen = [day for day in ready if day < inputs.index[-1]]
    origins = chosen[-years:] if years else []
    parts: dict[str, list[pd.DataFrame]] = {"network": [], "teacher": [], "shares": []}
    through = []
    for origin, end in zip(origins, [*origins, inputs.index[-1]][1:], strict=True):
        seen = _seen(came, origin)
        fitted = train(inputs.loc[:origin], seen, seed=seed, epochs=epochs)
        stated = fitted.predict(inputs.loc[:end])
        stated = stated[stated.index > origin]
        own = history.labels.loc[stated.index, list(REGIMES)].to_numpy(dtype=float)
        moves = transition_shares(history.labels["label"].map(REGIMES.index).loc[:origin], seen)
        counts = seen.value_counts().reindex(list(REGIMES)).fillna(0.0).to_numpy() + 1.0
        parts["network"].append(stated)
        parts["teacher"].append(pd.DataFrame(own @ moves, stated.index, list(REGIMES)))
        parts["shares"].append(
            pd.DataFrame(np.tile(counts / counts.sum(), (len(stated), 1)), stated.index, list(REGIMES))
        )
        through.append(pd.Series(origin, stated.index))
    if not through:
        empty = pd.DataFrame(columns=list(REGIMES), index=inputs.index[:0], dtype=float)
        return QuarterAhead(empty, empty, empty, pd.Series(index=inputs.index[:0], dtype="datetime64[ns]"))
    network, teacher, shares = (pd.concat(parts[name]) for name in ("network", "teacher", "shares"))
    return QuarterAhead(network, teacher, shares, pd.concat(through))


def _seen(came: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Outcomes that were known on a day."""
    return came.loc[came["label"].notna() & (pd.to_datetime(came["known_at"]) <= day), "label"]
