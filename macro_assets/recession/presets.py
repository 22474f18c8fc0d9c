"""The candidates of the evaluation: baselines, the source document's models, and those meant to beat them.

Belongs here: the one list of candidates, with their columns and settings. Does not belong here: how they are fitted
(candidates.py, estimators.py), which of them is champion (registry/champions.py).

To add a candidate, append it to `CANDIDATES`: training, evaluation, the tables of answers and the contract test go over
that list. A new kind of model also needs an estimator (estimators.py) and, if the gate may promote it, a graph
(export/recession.py).
"""

from __future__ import annotations

from typing import Any

from macro_assets.errors import InvalidInputError
from macro_assets.recession.candidates import Candidate
from macro_assets.recession.columns import refuse_unknown
from macro_assets.recession.data import STATE_COLUMNS
from macro_assets.recession.estimators import (
    Boosting,
    Climatology,
    DocumentBoosting,
    Forest,
    LogitL1,
    LogitPath,
    Probit,
)
from macro_assets.recession.nested import NestedVotes
from macro_assets.recession.selection import Selector
from macro_assets.signals.recession import monthly_spec
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
BASELINES = (CLIMATOLOGY, PROBIT, PROBIT_LAG, LOGIT_L2)
DOCUMENT = "document"
DEFAULT = "bounded_votes"  # speaks while the registry has no champion, and is then called unproven
COMPARED = (
    LOGIT_L2,
    PROBIT_LAG,
    "logit_path",
    "xgboost_compact",
    "xgboost_seed",
)  # stand beside the champion in reports
SPREAD, SPREAD_LAG = "term_spread", "term_spread_lag_6m"

__all__ = ["BASELINES", "CANDIDATES", "CHAMPIONS", "CLIMATOLOGY", "COMPARED", "DEFAULT", "DOCUMENT", "LOGIT_L2", "PROBIT",
           "PROBIT_LAG", "SEED_CLASSIFIER", "SEED_REGRESSOR", "STATE", "candidate", "candidates",
           "refuse_inconsistent"]  # fmt: skip

_SELECTOR = Selector()

CANDIDATES: tuple[Candidate, ...] = (
    Candidate(CLIMATOLOGY, "frequency of the event in training", Climatology(), columns=(SPREAD,)),
    Candidate(PROBIT, "probit on the 10-year minus 3-month spread", Probit(), columns=(SPREAD,)),
    Candidate(PROBIT_LAG, "probit on the spread and its two-quarter lag", Probit(), columns=(SPREAD, SPREAD_LAG)),
    Candidate(LOGIT_L2, "L2 logit on fifteen classic indicators", LogitPath((0.1,)), columns=CLASSIC, eligible=True),
    Candidate("logit_l1", "L1 logit on all compact indicators", LogitL1(0.1)),
    Candidate("financial_only", "L2 logit on rates, credit and equity only", LogitPath((0.1,)), columns=FINANCIAL,
              eligible=True),
    Candidate("random_forest", "random forest on all compact indicators", Forest(), calibrated=True, folds=3,
              eligible=True),
    Candidate("boosting_shallow", "depth-2 boosting, calibrated", Boosting(SHALLOW), calibrated=True, folds=3,
              eligible=True),
    Candidate("xgboost_compact", "source settings on compact indicators, calibrated", Boosting(SEED_CLASSIFIER),
              calibrated=True, folds=3),
    Candidate(DEFAULT, "five votes, each within 2 log-odds of the base rate; design chosen inside each training window",
              NestedVotes(tuple(monthly_spec.names())), columns=tuple(monthly_spec.names()), calibrated=True, bounded=True,
              eligible=True),
    Candidate("logit_bounded", "L2 logit on all compact indicators over a path of penalties, never sharpened", LogitPath(),
              calibrated=True, bounded=True, eligible=True),
    Candidate("logit_path", "UNBOUNDED: looks best on years like those learned from, fails on unlike ones; sharpened by a "
              "slope learned by cycle", LogitPath(), calibrated=True, eligible=True),
    Candidate(STATE, "CHEAT: the true NBER state of the month, known months later", LogitPath((1.0,)),
              feature_set="state", columns=(STATE_COLUMNS[0],)),
    Candidate("announced_state", "last announced NBER state", LogitPath((1.0,)), feature_set="state",
              columns=(STATE_COLUMNS[1],)),
    Candidate(DOCUMENT, "the source document's own recipe: forest to 50 columns, VIF, weighted boosting in a sigmoid of three "
              "stratified folds", DocumentBoosting(SEED_CLASSIFIER), "wide", selector=_SELECTOR, folds=1),
    Candidate("xgboost_seed", "source settings on selected quarterly columns, calibrated in time order",
              Boosting(SEED_CLASSIFIER), "wide", selector=_SELECTOR, calibrated=True, folds=3),
    Candidate("forest_seed", "random forest on selected quarterly columns", Forest(trees=100), "wide",
              selector=_SELECTOR, calibrated=True, folds=3),
    Candidate("logit_seed", "L2 logit on selected quarterly columns", LogitPath((0.1,)), "wide", selector=_SELECTOR,
              calibrated=True, folds=3),
)  # fmt: skip
CHAMPIONS = tuple(one.name for one in CANDIDATES if one.eligible)


def candidates(*, wide: bool = False) -> list[Candidate]:
    """All candidates on compact columns and on the state; with `wide` also those on the thousands of quarterly ones."""
    return [one for one in CANDIDATES if wide or one.feature_set != "wide"]


def candidate(name: str) -> Candidate:
    """The candidate of a name.

    Raises
    ------
    InvalidInputError : no such candidate.
    """
    for one in CANDIDATES:
        if one.name == name:
            return one
    raise InvalidInputError(
        f"Unknown candidate {name!r}.", remedy=f"Available: {', '.join(each.name for each in CANDIDATES)}."
    )


def refuse_inconsistent(listed: tuple[Candidate, ...]) -> None:
    """Refuse a list with a duplicate name, an unknown column, or an eligible candidate that reads the label.

    Raises
    ------
    InvalidInputError : names the candidate.
    """
    names = [one.name for one in listed]
    for one in listed:
        if names.count(one.name) > 1:
            raise InvalidInputError(f"Duplicate candidate {one.name!r}.", remedy="Rename one of them.")
        if one.eligible and one.feature_set == "state":
            raise InvalidInputError(
                f"Candidate {one.name!r} reads the label and can never be champion.", remedy="Set eligible=False."
            )
        if one.feature_set != "wide":
            available = STATE_COLUMNS if one.feature_set == "state" else monthly_spec.names()
            refuse_unknown(one.columns, available, f"Candidate {one.name!r}")


refuse_inconsistent(CANDIDATES)
