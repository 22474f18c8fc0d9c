"""Reads the YAML files into one validated catalogue.

Belongs here: finding files, merging a user's folder over the embedded one, saying where an entry is wrong.
Does not belong here: fields and rules (models.py), writing entries (additions.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from macro_assets.catalog.catalog import Catalog
from macro_assets.catalog.makers import Gap, Innovation, RateChange, SpreadChange
from macro_assets.catalog.models import (
    Asset,
    Indicator,
    Outcome,
    Release,
    Series,
    Shock,
    Splice,
    TurningPoint,
)
from macro_assets.errors import CatalogError
from macro_assets.settings import get_settings

__all__ = ["EMBEDDED", "FILES", "load_catalog", "read_yaml"]

EMBEDDED = Path(__file__).parent
FILES = ("series.yaml", "releases.yaml", "assets.yaml", "indicators.yaml", "shocks.yaml", "nber.yaml")
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_EntryT = TypeVar("_EntryT", bound=BaseModel)


def load_catalog(directory: Path | str | None = None) -> Catalog:
    """The catalogue: the embedded files, with a user's folder merged over them.

    Parameters
    ----------
    directory : folder with any of the files of `FILES`; an entry there replaces the embedded one of the same id, a
        list of names replaces the list. Default: the setting `MACRO_CATALOG_DIR`, else none.

    Raises
    ------
    CatalogError : a file, an entry or a reference is wrong; the text names file, entry and field.
    """
    chosen = Path(directory) if directory is not None else get_settings().catalog_dir
    if chosen is not None and not chosen.is_dir():
        raise CatalogError(f"there is no catalogue folder {chosen}.", remedy="Make it, or unset MACRO_CATALOG_DIR.")
    folders = (EMBEDDED,) if chosen is None or chosen == EMBEDDED else (EMBEDDED, chosen)
    stamps = tuple(path.stat().st_mtime_ns for folder in folders for name in FILES if (path := folder / name).is_file())
    return _load(folders, stamps)


def read_yaml(path: Path) -> dict[str, Any]:
    """One file as a mapping; empty files are empty mappings."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.YAMLError as error:
        raise CatalogError(f"{path} is no valid YAML: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise CatalogError(f"{path} must be a mapping of sections, not a {type(content).__name__}.")
    return content


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...], stamps: tuple[int, ...]) -> Catalog:
    files = {name: [(f / name, read_yaml(f / name)) for f in folders if (f / name).is_file()] for name in FILES}
    releases = _entries(files["releases.yaml"], "releases", Release, "id")
    licences = {number: release.licence for number, release in releases.items()}
    series = {
        key: _completed(entry, licences)
        for key, entry in _entries(files["series.yaml"], "series", Series, "id").items()
    }
    assets = _entries(files["assets.yaml"], "assets", Asset, "symbol")
    points = _entries(files["nber.yaml"], "turning_points", TurningPoint, ("kind", "month"))
    catalog = Catalog(
        series=series,
        assets=assets,
        outcomes=_outcomes(files["assets.yaml"], assets),
        indicators=_entries(files["indicators.yaml"], "indicators", Indicator, "id"),
        economies=_names(files["indicators.yaml"], "economies"),
        releases=releases,
        shocks=_entries(files["shocks.yaml"], "shocks", Shock, "name"),
        splices=_entries(files["series.yaml"], "splices", Splice, "name"),
        turning_points=tuple(sorted(points.values(), key=lambda point: point.month)),
    )
    _check_ids(catalog)
    _check_references(catalog)
    return catalog


def _entries(
    sources: list[tuple[Path, dict[str, Any]]], section: str, model: type[_EntryT], key: str | tuple[str, ...]
) -> dict[Any, _EntryT]:
    """Validated entries of one section by key; those of a later file replace earlier ones."""
    merged: dict[Any, _EntryT] = {}
    for path, content in sources:
        seen: set[Any] = set()
        for position, raw in enumerate(content.get(section) or []):
            entry = _validated(raw, model, path, section, position)
            name = getattr(entry, key) if isinstance(key, str) else tuple(getattr(entry, part) for part in key)
            if name in seen:
                raise CatalogError(f"{path}, section {section!r}: {name!r} is there twice.", remedy="Remove one.")
            seen.add(name)
            merged[name] = entry
    return merged


def _validated(raw: Any, model: type[_EntryT], path: Path, section: str, position: int) -> _EntryT:
    label = (
        next((raw[name] for name in ("id", "symbol", "name", "month") if name in raw), None)
        if isinstance(raw, dict)
        else None
    )
    where = (
        f"{path}, section {section!r}, entry {label!r}"
        if label
        else f"{path}, section {section!r}, entry number {position + 1}"
    )
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(f"field {'.'.join(map(str, p['loc'])) or '(entry)'}: {p['msg']}" for p in error.errors())
        raise CatalogError(f"{where}: {problems}.") from error


def _names(sources: list[tuple[Path, dict[str, Any]]], section: str) -> tuple[str, ...]:
    names: Iterable[Any] = ()
    for _, content in sources:
        names = content.get(section) or names
    return tuple(str(name) for name in names)


def _completed(entry: Series, licences: dict[int, str]) -> Series:
    """A series with the licence of its release and its page at FRED where it names none itself."""
    inherited = licences.get(entry.release_id, "") if entry.release_id is not None else ""
    return entry.model_copy(
        update={
            "licence": entry.licence or inherited or "see the page of the series",
            "source_url": entry.source_url or f"https://fred.stlouisfed.org/series/{entry.id}",
        }
    )


def _outcomes(sources: list[tuple[Path, dict[str, Any]]], assets: dict[str, Asset]) -> dict[str, Outcome]:
    """Monthly outcomes by name: one per asset that declares it, and those made from series, in the declared order."""
    found = _entries(sources, "outcomes_from_series", Outcome, "name")
    for asset in assets.values():
        if asset.outcome:
            found[asset.outcome] = Outcome(
                name=asset.outcome,
                title=asset.title,
                source="asset",
                id=asset.symbol,
                kind="return" if asset.kind == "price" else "change",
                unit=asset.unit,
                cost_bp=asset.cost_bp,
                cost_in_unit=asset.cost_in_unit,
            )
    order = [name for name in _names(sources, "outcome_order") if name in found]
    return {name: found[name] for name in order + [name for name in found if name not in order]}


def _check_ids(catalog: Catalog) -> None:
    """An id must say one thing: what `Catalog.resolve` answers may not depend on the order of its questions."""
    kinds: dict[str, str] = {}
    for kind in ("series", "assets", "shocks", "outcomes"):
        for name in getattr(catalog, kind):
            if name in kinds:
                raise CatalogError(
                    f"Duplicate id {name!r}: the catalogue has it in {kinds[name]} and in {kind}.",
                    remedy="Rename one of them.",
                )
            kinds[name] = kind


def _check_references(catalog: Catalog) -> None:
    for entry in catalog.series.values():
        if entry.release_id is not None and entry.release_id not in catalog.releases:
            raise CatalogError(
                f"series.yaml, entry {entry.id!r}, field release_id: releases.yaml has no release {entry.release_id}.",
                remedy="Add the release there.",
            )
    for splice in catalog.splices.values():
        for field, name in (("daily", splice.daily), ("monthly", splice.monthly), ("minus", splice.minus)):
            if name is not None and name not in catalog.series:
                raise CatalogError(f"series.yaml, splice {splice.name!r}, field {field}: no series {name!r}.")
    for outcome in catalog.outcomes.values():
        if outcome.source == "series" and outcome.id not in catalog.series:
            raise CatalogError(f"assets.yaml, outcome {outcome.name!r}, field id: no series {outcome.id!r}.")
    for shock in catalog.shocks.values():
        _check_shock(shock, catalog)


def _check_shock(shock: Shock, catalog: Catalog) -> None:
    """Inputs and the parameters of the recipe must name what exists."""
    where = f"shocks.yaml, entry {shock.name!r}, field"
    for name in shock.inputs:
        if ":" not in name and catalog.find(name) is None:
            near = catalog.suggest(name)
            hint = f"Did you mean {' or '.join(near)}?" if near else "Add it to the catalogue."
            raise CatalogError(f"{where} inputs: Unknown id {name!r}.", remedy=hint)
    maker = shock.maker
    if isinstance(maker, Innovation | Gap):
        series = catalog.series.get(maker.series)
        if series is None or series.frequency not in ("M", "Q"):
            problem = "has no series" if series is None else f"has frequency {series.frequency} for"
            raise CatalogError(
                f"{where} maker.series: The catalogue {problem} {maker.series!r}.",
                remedy="Name a monthly or quarterly series.",
            )
    if isinstance(maker, RateChange | SpreadChange) and maker.splice not in catalog.splices:
        raise CatalogError(
            f"{where} maker.splice: Unknown splice {maker.splice!r}.",
            remedy=f"Available: {', '.join(catalog.splices)}.",
        )
