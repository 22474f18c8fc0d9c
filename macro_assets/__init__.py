"""Point-in-time macro data, causal effects, market regimes and recession odds.

Belongs here: the names a notebook starts with, imported only when they are used.
Does not belong here: anything that imports pandas, Dagster or a model library at import time.
"""

import os
from typing import TYPE_CHECKING, Any

# One thread per library: processes do the parallel work, and OpenMP's spinning costs more than it gives.
# Set before the first import of numpy, torch or xgboost; a value from outside wins.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

if TYPE_CHECKING:
    from datetime import date

    import pandas as pd

    from macro_assets.settings import Settings

__version__ = "0.1.0"
__all__ = ["__version__", "as_of"]


def as_of(
    day: "date | str", *, strict: bool = False, series: "list[str] | None" = None, settings: "Settings | None" = None
) -> "pd.DataFrame":
    """What was known at the end of one day: the newest published value of every observation.

    Parameters
    ----------
    day : the day looked back from, as a date or `"2008-10-31"`.
    strict : refuse values whose time of publication is only assumed (`known_by = pseudo`).
    series : ids to read; all when omitted.
    settings : where the lake is; the environment (`MACRO_*`) when omitted.

    Returns
    -------
    One row per series and observation date, in the catalogue's units, with `known_from` and `known_by`.

    Raises
    ------
    TableNotFoundError : the lake holds no observations yet.
    LakeError : `strict` and a value of that day has no recorded vintage.
    """
    from datetime import date

    from macro_assets.lake import Lake
    from macro_assets.settings import get_settings

    when = date.fromisoformat(day) if isinstance(day, str) else day
    lake = Lake.from_settings(settings or get_settings())
    options: dict[str, Any] = {} if series is None else {"series": series}
    return lake.as_of(when, strict=strict, **options).to_pandas()
