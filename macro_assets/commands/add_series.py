"""`macro-assets add-series`: read the description of a series from FRED and write its catalogue entry.

Belongs here: the request and the report of what was written. Does not belong here: the entry (catalog/additions.py).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from macro_assets.catalog.additions import add_series
from macro_assets.errors import EmptyDataError, InvalidInputError
from macro_assets.plausibility.bounds import bounds_of_history
from macro_assets.settings import get_settings
from macro_assets.sources.fred.records import SeriesInfo
from macro_assets.sources.fred.source import FredSource


def add(series: str, directory: Path) -> str:
    """Add the series to the catalogue in a folder; returns what to review and what to do next.

    Raises
    ------
    UnknownSeriesError : FRED has no such series. CatalogError : it does not fit an entry, or is one already.
    """
    source = FredSource(get_settings())
    info, (release_id, release_name) = source.info(series), source.release(series)
    record = asdict(info) | {
        "frequency_short": info.frequency,  # FRED's name of it, which the catalogue reads
        "release": {"id": release_id, "name": release_name},
    }
    entry = add_series(series, record, directory, bounds=_bounds(source, series, info))
    return (
        f"Added {series} ({entry.title}, {entry.unit}, {entry.frequency}, plausible from {entry.lower:g} to "
        f"{entry.upper:g} by its history) to {directory / 'series.yaml'}. "
        f"Review its bounds and publication lag, set MACRO_CATALOG_DIR={directory}, then load its history: "
        f"materialise bronze/fred_history with config series: [{series}]."
    )


def _bounds(source: FredSource, series: str, info: SeriesInfo) -> tuple[float, float] | None:
    """Bounds from every value the series ever had, to four digits; none where it has too few."""
    try:
        values = source.history(series, get_settings().current_day()).table["value"].drop_null().to_pylist()
        lower, upper = bounds_of_history(values, info.units.lower(), info.frequency[:1])
    except (EmptyDataError, InvalidInputError):
        return None
    return float(f"{lower:.4g}"), float(f"{upper:.4g}")
