"""The names a notebook starts with: `import macro_assets; macro_assets.as_of("2008-10-31")`.

Belongs here: single calls over the lake for people. Does not belong here: rules (`vintage/`), storage (`lake/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from macro_assets.catalog import load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.settings import Settings, get_settings
from macro_assets.vintage.knowledge import require_observed

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.vintage.explain import ValueExplanation


def as_of(
    day: date | str, *, strict: bool = False, series: Sequence[str] | None = None, settings: Settings | None = None
) -> pd.DataFrame:
    """What was known at the end of one day: the newest published value of every observation.

    Parameters
    ----------
    day : the day looked back from, as a date or `"2008-10-31"`.
    strict : refuse values whose time of publication is only assumed (`known_by = pseudo`).
    series : list of ids to read; all when omitted.
    settings : where the lake is; the environment (`MACRO_*`) when omitted.

    Returns
    -------
    One row per series and observation date, in the catalogue's units, with `known_from` and `known_by`. Dates are
    `datetime64`, so `frame.set_index("observation_date").value.resample("QE").mean()` works. A series of which nothing
    was known yet has no row.

    Raises
    ------
    InvalidInputError : `day` is not a date, `series` is not a list, or an id is that of a ticker, shock or outcome.
    UnknownSeriesError : the catalogue and the lake have no such series; names the nearest ids.
    TableNotFoundError : the lake holds no observations yet.
    LakeError : `strict` and a value of that day has no recorded vintage.
    """
    chosen = settings or get_settings()
    frame = Lake.from_settings(chosen).as_of(_date(day), strict=strict, series=series).to_pandas(date_as_object=False)
    for name in set(series or ()) - set(frame["series_id"]):
        require_observed(name, load_catalog(chosen.catalog_dir))
    return frame


def explain_value(
    series: str, observed: date | str, as_of: date | str, *, settings: Settings | None = None
) -> ValueExplanation:
    """Which vintage of one value counted on a day, since when, by which rule, and what came before and after.

    Parameters
    ----------
    series : id of a series, or `indicator.economy`.
    observed : any day of the period meant; daily and weekly series need FRED's own date.
    as_of : the day looked back from.
    settings : where the lake is; the environment (`MACRO_*`) when omitted.

    Raises
    ------
    InvalidInputError : a day is not a date, or nothing was ever published about the period.
    UnknownSeriesError : the catalogue has no such series; names the nearest ids.
    """
    from macro_assets.vintage.explain import explain

    chosen = settings or get_settings()
    lake, where = Lake.from_settings(chosen), {"series_id": series}
    observations = lake.read("silver/observations", where=where)
    stated = lake.read("bronze/series_facts", where=where, missing_ok=True)
    return explain(observations, stated, load_catalog(chosen.catalog_dir), series, _date(observed), _date(as_of))


def _date(day: date | str) -> date:
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except (ValueError, TypeError):
        raise InvalidInputError(f"'{day}' is not a date.", remedy='Write it as "2008-10-31".') from None
