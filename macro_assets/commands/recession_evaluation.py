"""`macro-assets evaluate recession`: the walk-forward of every recession model on a home's own tables.

Belongs here: reading the tables a mode and a frequency need. Does not belong here: what is measured
(macro_assets/recession).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.recession.evaluation import EvaluationTable

SUFFIX = {"revised": "_revised", "vintage": ""}
FREQUENCIES = ("M", "Q")
ALL = "all"


def run(
    modes: Sequence[str], frequencies: Sequence[str], first_origin: date | None, jobs: int, *, impacts: bool
) -> EvaluationTable:
    """Walk forward and score.

    Parameters
    ----------
    modes : "vintage" (each row as known on its day), "revised" (newest values with publication lags); one panel each,
        never mixed.
    frequencies : "M", "Q".
    first_origin : default where the mode's data allow it (evaluation.START).
    jobs : processes; the result does not depend on it.
    impacts : also walk stage 2 forward.

    Raises
    ------
    InvalidInputError : another mode or frequency. TableNotFoundError : the features were never made.
    """
    if not set(modes) <= set(SUFFIX) or not set(frequencies) <= {"M", "Q"}:
        raise InvalidInputError(f"modes {modes}, frequencies {frequencies}: there are {sorted(SUFFIX)}, and M and Q.")
    from macro_assets.recession.evaluation import START, FeatureTables, evaluate

    lake = Lake.from_settings(get_settings())

    def tables(mode: str) -> FeatureTables:
        monthly = lake.read(f"features/recession_features_monthly{SUFFIX[mode]}")
        wide = lake.read(f"features/recession_features{SUFFIX[mode]}") if "Q" in frequencies else None
        return FeatureTables(monthly, wide)

    return evaluate(
        {mode: tables(mode) for mode in modes},
        lake.read("targets/recession_targets"),
        frequencies=frequencies,
        start=START if first_origin is None else dict.fromkeys(modes, first_origin),
        with_impacts=impacts,
        n_jobs=jobs,
    )
