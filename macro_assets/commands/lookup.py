"""Look-ups in a home: its tables, and what was known on a day.

Belongs here: rows of `tables` and `as-of`. Does not belong here: the rules behind the answers (lake, vintage).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    pass

EMPTY = "The lake has no tables yet. Run `macro-assets demo`, or materialise the bronze assets in Dagster."


def tables() -> list[dict[str, Any]]:
    """Every table the lake holds: rows, files, bytes, version, dates."""
    return [asdict(info) for info in Lake.from_settings(get_settings()).tables()]


def known_on(day: date, series: list[str], *, strict: bool) -> list[dict[str, Any]]:
    """The newest value of each series as known on a day, or every observation of the named series.

    Raises
    ------
    UnknownSeriesError : the catalogue has no such series; names the nearest ids.
    InvalidInputError : an id is not of a series or indicator.
    """
    from macro_assets.catalog import load_catalog
    from macro_assets.vintage.knowledge import require_observed

    catalog = load_catalog(get_settings().catalog_dir)
    for name in series:
        require_observed(name, catalog)
    frame = Lake.from_settings(get_settings()).as_of(day, strict=strict, series=series or None).to_pandas()
    if not series:
        newest = frame.dropna(subset=["value"]).sort_values("observation_date").groupby("series_id").tail(1)
        frame = newest.sort_values("series_id")
    entries = {name: catalog.find(name) for name in frame["series_id"].unique()}
    units = {name: "" if entry is None else entry.unit for name, entry in entries.items()}
    frame = frame.assign(unit=frame["series_id"].map(units))
    columns = ["series_id", "observation_date", "value", "unit", "known_from", "known_by", "realtime_start", "status"]
    rows: list[dict[str, Any]] = frame[columns].to_dict("records")
    return rows
