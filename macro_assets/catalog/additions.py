"""Adds a series to a user's catalogue from FRED's record of it.

Belongs here: the translation of a FRED record into an entry, and writing it. Does not belong here: querying FRED.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError

from macro_assets.catalog.catalog import Catalog
from macro_assets.catalog.files import read_yaml
from macro_assets.catalog.loader import load_catalog
from macro_assets.catalog.models import Release, Series
from macro_assets.catalog.periods import Frequency
from macro_assets.errors import CatalogError

__all__ = ["add_series", "series_from_fred"]

_USUAL_LAG_DAYS: dict[Frequency, int] = {"D": 1, "W": 6, "M": 30, "Q": 60, "A": 180}


def series_from_fred(
    info: Mapping[str, Any], *, release: Mapping[str, Any] | None = None, catalog: Catalog | None = None
) -> Series:
    """A catalogue entry from FRED's records of a series and of its release.

    Parameters
    ----------
    info : FRED's `series` record (`id`, `title`, `units`, `frequency_short`, `observation_start`, ...); may hold the
        release under `release`.
    release : FRED's `release` record (`id`, `name`).
    catalog : where the usual lag of the release is looked up; the current one when omitted.

    Returns
    -------
    An entry with the release's median lag (or the usual one of its frequency) and no bounds: edit what you know better.

    Raises
    ------
    CatalogError : the record lacks a field or has a frequency that no table can hold.
    """
    catalog = catalog or load_catalog()
    release = release or info.get("release") or {}
    release_id = int(release["id"]) if "id" in release else None
    frequency = _frequency(info)
    siblings = [] if release_id is None else catalog.of_release(release_id)
    lags = [entry.publication_lag_days for entry in siblings if entry.frequency == frequency]
    unit = str(info.get("units", "")).lower()
    try:
        return Series(
            id=str(info["id"]),
            title=str(info["title"]),
            unit=unit or "unknown",
            frequency=frequency,
            aggregation="last",
            transform=_transform(unit),
            release_id=release_id,
            publication_lag_days=round(statistics.median(lags)) if lags else _USUAL_LAG_DAYS[frequency],
            revised=frequency != "D",
            start=dt.date.fromisoformat(str(info["observation_start"])[:10]),
            groups=("added",),
        )
    except (KeyError, ValidationError, ValueError) as error:
        raise CatalogError(
            f"FRED's record of {info.get('id')!r} cannot be an entry: {error!r}.",
            remedy="Write the entry in series.yaml by hand.",
        ) from error


def _frequency(info: Mapping[str, Any]) -> Frequency:
    letter = str(info.get("frequency_short", ""))[:1].upper()
    for frequency in _USUAL_LAG_DAYS:
        if frequency == letter:
            return frequency
    raise CatalogError(
        f"FRED series {info.get('id')!r} has frequency {info.get('frequency_short')!r}; only D, W, M, Q and A fit.",
        remedy="Choose a series of one of these frequencies.",
    )


def _transform(unit: str) -> Literal["level", "diff", "log_diff"]:
    """Rates change by differences, changes stand as they are, all else grows."""
    if "change" in unit:
        return "level"
    return "diff" if "percent" in unit else "log_diff"


def add_series(
    series_id: str,
    info: Mapping[str, Any],
    path: Path | str,
    *,
    release: Mapping[str, Any] | None = None,
    bounds: tuple[float, float] | None = None,
) -> Series:
    """Append a series to a user's catalogue folder; the catalogue is loaded again to prove it.

    Parameters
    ----------
    series_id : FRED id; must be the id of the record.
    info, release : FRED's records, as for `series_from_fred`.
    path : the folder (`MACRO_CATALOG_DIR`); created when absent.
    bounds : smallest and largest plausible value, in the unit of the record; none are stated when omitted.

    Raises
    ------
    CatalogError : the id is in the catalogue already, or the record cannot be an entry.
    """
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    catalog = load_catalog(folder)
    if series_id in catalog.series:
        raise CatalogError(f"The catalogue already has {series_id!r}.", remedy=f"Edit it in {folder / 'series.yaml'}.")
    if info.get("id") != series_id:
        raise CatalogError(
            f"The record given for {series_id!r} is that of {info.get('id')!r}.", remedy="Query FRED for this id again."
        )
    entry = series_from_fred(info, release=release, catalog=catalog)
    record = release or info.get("release") or {}
    if entry.release_id is not None and entry.release_id not in catalog.releases:
        new = Release(
            id=entry.release_id, name=str(record.get("name", "unnamed")), publisher="see FRED", licence="see FRED"
        )
        _append(folder / "releases.yaml", "releases", new.model_dump())
    fields = entry.model_dump(exclude_defaults=True)
    if bounds is not None:
        fields |= dict(zip(("lower", "upper"), bounds, strict=True))
    fields["groups"] = list(entry.groups)
    _append(folder / "series.yaml", "series", fields)
    return load_catalog(folder).series[series_id]


def _append(path: Path, section: str, fields: dict[str, Any]) -> None:
    """Add one entry to a section; written to a draft and moved into place, so that a crash leaves the old file."""
    content = read_yaml(path) if path.is_file() else {}
    content.setdefault(section, []).append(fields)
    draft = path.with_suffix(".yaml.new")
    draft.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
    draft.replace(path)
