"""The candidates of the evaluation: baselines, the source document's models, and those meant to beat them.

Belongs here: names, columns and settings. Does not belong here: how they are fitted (candidates.py, estimators.py).
"""

from __future__ import annotations

from typing import Any

from macro_assets.recession.candidates import Candidate
from macro_assets.recession.estimators import Boosting, Climatology, Forest, LogitL1, LogitPath, Probit
from macro_assets.recession.selection import Selector
from macro_assets.signals.recession.monthly_spec import CLASSIC, FINANCIAL

SEED_CLASSIFIER: dict[str, Any] = {
    "n_estimators": 200, "max_depth": 6, "learning_rate": 0.05, "subsample": 0.8, "colsample_bytree": 0.8,
    "random_state": 42,
}  # fmt: skip
SEED_REGRESSOR: dict[str, Any] = {
    "n_estimators": 100, "max_depth": 5, "learning_rate": 0.05, "subsample": 0.8, "colsample_bytree": 0.8,
    "random_state": 42,
}  # fmt: skip
SHALLOW: dict[str, Any] = {
    "n_estimators": 150, "max_depth": 2, "learning_rate": 0.05, "subsample": 0.8, "colsample_bytree": 0.5,
    "min_child_weight": 5, "random_state": 42,
}  # fmt: skip

CLIMATOLOGY, STATE = "climatology", "nber_state"
PROBIT, PROBIT_LAG, LOGIT_L2 = "probit_spread", "probit_spread_lag", "logit_l2"
FINANCIAL_ONLY, CHAMPION = "financial_only", "logit_path"
BASELINES = (CLIMATOLOGY, PROBIT, PROBIT_LAG, LOGIT_L2)
CHAMPIONS = (CHAMPION, LOGIT_L2, "random_forest", "boosting_shallow", FINANCIAL_ONLY)
SPREAD, SPREAD_LAG = "term_spread", "term_spread_lag_6m"

__all__ = ["BASELINES", "CHAMPION", "CHAMPIONS", "CLIMATOLOGY", "FINANCIAL_ONLY", "LOGIT_L2", "PROBIT", "PROBIT_LAG",
           "SEED_CLASSIFIER", "SEED_REGRESSOR", "STATE", "candidates", "fast_candidates"]  # fmt: skip


def fast_candidates() -> list[Candidate]:
    """Candidates on the compact columns: baselines first."""
    return [
        Candidate(CLIMATOLOGY, "frequency of the event in training", Climatology(), columns=(SPREAD,)),
        Candidate(PROBIT, "probit on the 10-year minus 3-month spread", Probit(), columns=(SPREAD,)),
        Candidate(PROBIT_LAG, "probit on the spread and its two-quarter lag", Probit(), columns=(SPREAD, SPREAD_LAG)),
        Candidate(LOGIT_L2, "L2 logit on fifteen classic indicators", LogitPath((0.1,)), columns=CLASSIC),
        Candidate("logit_l1", "L1 logit on all compact indicators", LogitL1(0.1)),
        Candidate(FINANCIAL_ONLY, "L2 logit on rates, credit and equity only", LogitPath((0.1,)), columns=FINANCIAL),
        Candidate("random_forest", "random forest on all compact indicators", Forest(), calibrated=True, folds=3),
        Candidate("boosting_shallow", "depth-2 boosting, calibrated", Boosting(SHALLOW), calibrated=True, folds=3),
        Candidate("xgboost_compact", "source settings on compact indicators, calibrated", Boosting(SEED_CLASSIFIER),
                  calibrated=True, folds=3),
        Candidate(CHAMPION, "L2 logit averaged over a path of penalties, calibrated by cycle", LogitPath(),
                  calibrated=True),
        Candidate(STATE, "CHEAT: the true NBER state of the month, known months later", LogitPath((1.0,)),
                  feature_set="state", columns=("nber_state",)),
        Candidate("announced_state", "last announced NBER state", LogitPath((1.0,)), feature_set="state",
                  columns=("announced_state",)),
    ]  # fmt: skip


def candidates(*, wide: bool = False) -> list[Candidate]:
    """All candidates; with `wide` also those that select among the thousands of quarterly columns."""
    chosen = fast_candidates()
    if wide:
        selector = Selector()
        chosen += [
            Candidate("xgboost_seed", "source settings on selected quarterly columns, calibrated in time order",
                      Boosting(SEED_CLASSIFIER), "wide", selector=selector, calibrated=True, folds=3),
            Candidate("forest_seed", "random forest on selected quarterly columns", Forest(trees=100), "wide",
                      selector=selector, calibrated=True, folds=3),
            Candidate("logit_seed", "L2 logit on selected quarterly columns", LogitPath((0.1,)), "wide",
                      selector=selector, calibrated=True, folds=3),
        ]  # fmt: skip
    return chosen
