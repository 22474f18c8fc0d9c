"""Rivals of the activity factor alone: they say whether it is a recession; what is left is calm or normal by volatility.

Belongs here: Markov switching of the activity index, and the unemployment rule. Does not belong here: three-state models
(hmm_labels.py, jump.py), the factors that are served (../factors.py).
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd

from macro_assets.regimes.factors import Array, States, Volatility, with_hysteresis
from macro_assets.regimes.names import REGIMES
from macro_assets.regimes.rivals.published import Published, refit_rows

__all__ = ["RISE_PP", "markov_labels", "sahm_labels"]

RISE_PP = 0.5
"""Rise of unemployment that calls a recession, in percentage points."""


def sahm_labels(features: pd.DataFrame) -> Published:
    """A recession while the mean unemployment of three months stands half a point above its low of the year before.

    Nothing is estimated, so the newest labels are the published ones. Source: Sahm (2019), Direct Stimulus Payments.
    """
    called = with_hysteresis(-features["unemployment_rise_pp"].to_numpy(dtype=float), -RISE_PP, -RISE_PP)
    begun = features["unemployment_rise_pp"].notna().cummax().to_numpy()
    labels = _with_volatility(features, called)[begun]
    return Published(labels, labels)


def markov_labels(features: pd.DataFrame, *, refit_month: int = 12, minimum_months: int = 240) -> Published:
    """A recession while the low state of a two-state Markov switching mean of the activity index is the likelier one.

    Filtered probabilities; parameters from a fit once a year on the months up to it. Source: Hamilton (1989), Econometrica 57;
    estimation by statsmodels.
    """
    activity = features["activity"].dropna()
    months = pd.DatetimeIndex(activity.index)
    refits = refit_rows(months, refit_month, minimum_months)
    values, stress, start = activity.to_numpy(dtype=float), np.zeros(len(activity), dtype=bool), None
    for number, row in enumerate(refits):
        end = refits[number + 1] if number + 1 < len(refits) else len(activity)
        low, start = _low_state(values, row, start)
        stress[row:end] = low[row:end]
    kept = features.loc[months]
    return Published(_with_volatility(kept, stress).iloc[refits[0] :], _with_volatility(kept, low))


def _low_state(activity: Array, row: int, start: Array | None) -> tuple[States, Array]:
    """(n,) whether the low state is likelier given the months up to each one, by a fit on the first `row` + 1; its parameters.

    start : parameters of the fit before.
    """
    from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # starts that do not converge; the filter says whether the states are told apart
        model = MarkovRegression(activity[: row + 1], k_regimes=2, switching_variance=True)
        found = np.asarray(model.fit(start_params=start, disp=False).params)
        filtered = MarkovRegression(activity, k_regimes=2, switching_variance=True).filter(found)
    names = list(model.param_names)
    means = [found[names.index(f"const[{state}]")] for state in (0, 1)]
    likely = np.asarray(filtered.filtered_marginal_probabilities)[:, int(np.argmin(means))]
    return np.asarray(likely > 0.5), found


def _with_volatility(features: pd.DataFrame, stress: States) -> pd.Series:
    """Labels: stress where it is called, else calm or normal by the volatility factor; months without it are normal."""
    measured = features[["log_volatility_6m", "log_volatility_6m_stderr"]].ffill(limit=3).dropna()
    calm = pd.Series(Volatility.of(*measured.to_numpy(dtype=float).T).calm, measured.index)
    quiet = calm.reindex(features.index).fillna(value=False).to_numpy(dtype=bool)
    return pd.Series(np.array(REGIMES)[np.where(stress, 0, np.where(quiet, 1, 2))], features.index)
