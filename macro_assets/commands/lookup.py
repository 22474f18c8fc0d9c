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
    from macro_assets.lake.strict import Strict

EMPTY = "The lake has no tables yet. Run `macro-assets demo`, or materialise the bronze assets in Dagster."


def tables() -> list[dict[str, Any]]:
    """Every table the lake holds: rows, files, bytes, version, dates."""
    return [asdict(info) for info in Lake.from_settings(get_settings()).tables()]


def known_on(
    day: date, series: list[str], *, strict: Strict, loaded_by: str | None = None
) -> tuple[list[dict[str, Any]], list[str]]:
    """The newest value of each series as known on a day, or every observation of the named series.

    Returns
    -------
    Rows, and in words what the view leaves out or cannot show.

    Raises
    ------
    UnknownSeriesError : the catalogue has no such series; names the nearest ids.
    InvalidInputError : an id is not of a series or indicator, or the day lies in the future.
    LakeError : `strict="refuse"`, and a value has no recorded vintage.
    """
    import macro_assets
    from macro_assets.catalog import load_catalog
    from macro_assets.vintage.knowledge import require_observed

    catalog = load_catalog(get_settings().catalog_dir)
    for name in series:
        require_observed(name, catalog)
    frame = macro_assets.as_of(day, strict=strict, series=series or None, loaded_by=loaded_by)
    notes = [frame.attrs["coverage"], *([frame.attrs["left_out"].summary()] if strict else [])]
    for name in ("observation_date", "known_from", "realtime_start"):
        frame[name] = frame[name].dt.date
    if not series:
        newest = frame.dropna(subset=["value"]).sort_values("observation_date").groupby("series_id").tail(1)
        frame = newest.sort_values("series_id")
    entries = {name: catalog.find(name) for name in frame["series_id"].unique()}
    units = {name: "" if entry is None else entry.unit for name, entry in entries.items()}
    frame = frame.assign(unit=frame["series_id"].map(units))
    columns = ["series_id", "observation_date", "value", "unit", "known_from", "known_by", "realtime_start", "status"]
    rows: list[dict[str, Any]] = frame[columns].to_dict("records")
    return rows, [note for note in notes if note]
