"""`macro-assets evaluate recession`: the walk-forward of every recession model on a home's own tables.

Belongs here: reading the tables a mode and a frequency need. Does not belong here: what is measured
(macro_assets/recession).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.recession.evaluation import EvaluationTable

SUFFIX = {"vintage": "", "revised": "_revised"}


def run(mode: str, frequency: str, first_origin: date | None, jobs: int) -> EvaluationTable:
    """Walk forward and score.

    Parameters
    ----------
    mode : "vintage" (each row as known on its day) or "revised" (newest values with publication lags); never mixed.
    frequency : "M" or "Q".
    first_origin : default where the mode's data allow it (evaluation.START).
    jobs : processes; the result does not depend on it.

    Raises
    ------
    InvalidInputError : another mode or frequency. TableNotFoundError : the features were never made.
    """
    if mode not in SUFFIX or frequency not in ("M", "Q"):
        raise InvalidInputError(f"mode {mode!r} and frequency {frequency!r} are not vintage or revised, M or Q.")
    from macro_assets.recession.evaluation import START, FeatureTables, evaluate

    lake = Lake.from_settings(get_settings())
    monthly = lake.read(f"features/recession_features_monthly{SUFFIX[mode]}")
    quarterly = lake.read(f"features/recession_features{SUFFIX[mode]}") if frequency == "Q" else None
    return evaluate(
        {mode: FeatureTables(monthly, quarterly)},
        lake.read("targets/recession_targets"),
        frequencies=(frequency,),
        start=START if first_origin is None else {mode: first_origin},
        n_jobs=jobs,
    )
