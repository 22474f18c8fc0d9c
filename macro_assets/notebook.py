"""The names a notebook starts with: `import macro_assets; macro_assets.as_of("2008-10-31")`.

Belongs here: single calls over the lake for people. Does not belong here: rules (`vintage/`), storage (`lake/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog import load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake, snapshot
from macro_assets.lake.conform import instant
from macro_assets.lake.reach import limits_of, refuse_future
from macro_assets.lake.strict import Strict, left_out, refuse
from macro_assets.settings import Settings, get_settings
from macro_assets.tables.bronze import BRONZE
from macro_assets.vintage.knowledge import RULES, observations, require_observed

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.vintage.explain import ValueExplanation


def as_of(
    day: date | str,
    *,
    strict: Strict = False,
    series: Sequence[str] | None = None,
    loaded_by: datetime | str | None = None,
    settings: Settings | None = None,
) -> pd.DataFrame:
    """What was known at the end of one day: the newest published value of every observation.

    Parameters
    ----------
    day : the day looked back from, as a date or `"2008-10-31"`.
    strict : leave out values that were not recorded by the day (`known_by` pseudo, before the vintage they stand in, or
        compiled) and count them in `frame.attrs["left_out"]`; `"refuse"` raises where there are any.
    series : list of ids to read; all when omitted.
    loaded_by : the same view from what this lake held at an instant, with time zone, e.g. `"2026-01-05T12:00+00:00"`: a
        correction that a provider made later, and dates back, is undone.
    settings : where the lake is; the environment (`MACRO_*`) when omitted.

    Returns
    -------
    One row per series and observation date, in the catalogue's units, with `known_from` and `known_by`. Dates are
    `datetime64`, so `frame.set_index("observation_date").value.resample("QE").mean()` works. A series of which nothing
    was known yet has no row. `frame.attrs["coverage"]` says what the lake cannot show of the day; empty where it can.

    Raises
    ------
    InvalidInputError : `day` is not a date or lies in the future, `series` is not a list, or an id is that of a ticker,
        shock or outcome.
    UnknownSeriesError : the catalogue and the lake have no such series; names the nearest ids.
    TableNotFoundError : the lake holds no observations yet.
    LakeError : `strict="refuse"` and a value of that day has no recorded vintage.
    """
    chosen, asked = settings or get_settings(), _date(day)
    refuse_future(asked, chosen.current_day())
    lake = Lake.from_settings(chosen)
    standing = _view(lake, chosen, asked, series, loaded_by, strict=False)
    report = left_out(standing, asked)
    if strict == "refuse":
        refuse(report)
    view = _view(lake, chosen, asked, series, loaded_by, strict=strict) if strict and report.facts else standing
    frame = view.to_pandas(date_as_object=False)
    held = lake.info("silver/observations")
    frame.attrs["coverage"] = limits_of(asked, held.first, held.last)
    if strict:
        frame.attrs["left_out"] = report
    for name in set(series or ()) - set(standing["series_id"].to_pylist()):
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
    InvalidInputError : a day is not a date, `as_of` lies in the future, or nothing was ever published about the period.
    UnknownSeriesError : the catalogue has no such series; names the nearest ids.
    """
    from macro_assets.vintage.explain import explain

    chosen = settings or get_settings()
    refuse_future(_date(as_of), chosen.current_day())
    lake, where = Lake.from_settings(chosen), {"series_id": series}
    facts = lake.read("silver/observations", where=where)
    stated = lake.read("bronze/series_facts", where=where, missing_ok=True)
    return explain(facts, stated, load_catalog(chosen.catalog_dir), series, _date(observed), _date(as_of))


def _view(
    lake: Lake, chosen: Settings, day: date, series: Sequence[str] | None, loaded_by: datetime | str | None, *,
    strict: Strict,
) -> pa.Table:  # fmt: skip
    if loaded_by is None:
        return lake.as_of(day, strict=strict, series=series)
    if isinstance(series, str):
        raise InvalidInputError(f"Argument series is the text {series!r}.", remedy=f"Write series=[{series!r}].")
    return snapshot(_observations(lake, chosen, _instant(loaded_by), series), day, strict=strict)


def _observations(lake: Lake, chosen: Settings, loaded_by: datetime, series: Sequence[str] | None) -> pa.Table:
    """What `silver/observations` would hold if nothing had been loaded after an instant."""
    dated: dict[str, list[pa.Table]] = {}
    for table in BRONZE:
        if table.dated_by in RULES:
            where = {"series_id": list(series)} if series and table.key[0] == "series_id" else None
            rows = lake.read(table.name, where=where, missing_ok=True, loaded_by=loaded_by)
            dated.setdefault(table.dated_by, []).append(rows)
    stated = lake.read("bronze/series_facts", missing_ok=True)
    stated = stated.filter(pc.less_equal(stated["received_at"], pa.scalar(loaded_by, stated["received_at"].type)))
    tables = {rule: pa.concat_tables(parts) for rule, parts in dated.items()}
    found = observations(tables, load_catalog(chosen.catalog_dir), stated)
    return found if series is None else found.filter(pc.is_in(found["series_id"], pa.array(list(series), pa.string())))


def _instant(moment: datetime | str) -> datetime:
    try:
        return instant(moment if isinstance(moment, datetime) else datetime.fromisoformat(moment))
    except (ValueError, TypeError):
        raise InvalidInputError(
            f"'{moment}' is not an instant.", remedy='Write it with a time zone: "2026-01-05T12:00+00:00".'
        ) from None


def _date(day: date | str) -> date:
    if isinstance(day, datetime):
        return day.date()
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except (ValueError, TypeError):
        raise InvalidInputError(f"'{day}' is not a date.", remedy='Write it as "2008-10-31".') from None
