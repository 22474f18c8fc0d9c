"""Looking at what is there: tables, values as of a day, where one value comes from.

Belongs here: `tables`, `as-of`, `explain-value`, `data-dictionary`. Does not belong here: the questions' answers (lake, panels).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    import pandas as pd


def tables() -> list[dict[str, Any]]:
    """Every table the lake holds: rows, files, bytes, version, dates."""
    from dataclasses import asdict

    return [asdict(info) for info in Lake.from_settings(get_settings()).tables()]


def known_on(day: date, series: list[str], *, strict: bool) -> pd.DataFrame:
    """The newest value of each series as known on a day, or every observation of the named series."""
    import macro_assets

    frame = macro_assets.as_of(day, strict=strict, series=series or None)
    if series:
        return frame
    newest = frame.dropna(subset=["value"]).sort_values("observation_date").groupby("series_id").tail(1)
    return newest.sort_values("series_id").reset_index(drop=True)


def explain(series: str, observed: date, day: date) -> Any:
    """Which vintage of a value was the known one on a day, since when, and by which rule."""
    from macro_assets.catalog import load_catalog
    from macro_assets.panels import explain as explanation

    lake = Lake.from_settings(get_settings())
    where = {"series_id": series}
    return explanation.explain(
        lake.read("silver/observations", where=where), lake.read("bronze/fred_vintages", where=where),
        load_catalog(), series, observed, day,
    )
