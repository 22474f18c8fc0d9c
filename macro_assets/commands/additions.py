"""`macro-assets add-series`: ask FRED what a series is and write its catalogue entry.

Belongs here: the call and the sentence that says what happened. Does not belong here: the entry (catalog/additions.py).
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from macro_assets.catalog.additions import add_series
from macro_assets.settings import get_settings
from macro_assets.sources import FredSource


def add(series: str, directory: Path) -> str:
    source = FredSource(get_settings())
    info = source.info(series)
    release_id, release_name = source.release(series)
    directory.mkdir(parents=True, exist_ok=True)
    entry = add_series(series, {**_record(info), "release": {"id": release_id, "name": release_name}}, directory)
    return (
        f"{series} ({entry.title}, {entry.unit}, {entry.frequency}) is in {directory / 'series.yaml'}. "
        f"Look over its bounds and publication lag, set MACRO_CATALOG_DIR={directory}, then load its past: "
        f"materialise bronze/fred_history with config series: [{series}]."
    )


def _record(info: object) -> dict[str, object]:
    return dict(info) if isinstance(info, dict) else asdict(info)  # type: ignore[call-overload]
