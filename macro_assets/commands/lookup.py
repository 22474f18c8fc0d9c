"""Look-ups in a home: tables, values as of a day, where one value comes from.

Belongs here: `tables`, `as-of`, `explain-value`. Does not belong here: the rules behind the answers (lake, vintage).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.vintage.explain import ValueExplanation

EMPTY = "The lake has no tables yet. Run `macro-assets demo`, or materialise the bronze assets in Dagster."


def tables() -> list[dict[str, Any]]:
    """Every table the lake holds: rows, files, bytes, version, dates."""
    return [asdict(info) for info in Lake.from_settings(get_settings()).tables()]


def known_on(day: date, series: list[str], *, strict: bool) -> list[dict[str, Any]]:
    """The newest value of each series as known on a day, or every observation of the named series.

    Raises
    ------
    UnknownSeriesError : the catalogue has no such series; names the nearest ids.
    """
    from macro_assets.catalog import load_catalog

    catalog = load_catalog(get_settings().catalog_dir)
    units = _units(catalog)
    for name in series:
        if name not in units:
            catalog.require(name)
    frame = Lake.from_settings(get_settings()).as_of(day, strict=strict, series=series or None).to_pandas()
    if not series:
        newest = frame.dropna(subset=["value"]).sort_values("observation_date").groupby("series_id").tail(1)
        frame = newest.sort_values("series_id")
    frame = frame.assign(unit=[units.get(name, "") for name in frame["series_id"]])
    columns = ["series_id", "observation_date", "value", "unit", "known_from", "known_by", "realtime_start", "status"]
    rows: list[dict[str, Any]] = frame[columns].to_dict("records")
    return rows


def _units(catalog: Catalog) -> dict[str, str]:
    """Unit of every id that silver/observations may hold."""
    units = {name: series.unit for name, series in catalog.series.items()}
    return units | {
        f"{name}.{economy}": indicator.unit for name, indicator in catalog.indicators.items()
        for economy in catalog.economies
    }  # fmt: skip


def explain(series: str, observed: date, day: date) -> ValueExplanation:
    """Which vintage of a value was the known one on a day, since when, and by which rule."""
    from macro_assets.catalog import load_catalog
    from macro_assets.vintage import explain as explanation

    lake = Lake.from_settings(get_settings())
    where = {"series_id": series}
    return explanation.explain(
        lake.read("silver/observations", where=where),
        lake.read("bronze/fred_vintages", where=where, missing_ok=True),
        load_catalog(get_settings().catalog_dir),
        series,
        observed,
        day,
    )
