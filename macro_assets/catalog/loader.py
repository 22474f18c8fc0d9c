"""Merges the YAML files into one validated catalogue.

Belongs here: merging a user's folder over the embedded one, saying where an entry is wrong. Does not belong here:
finding and reading files (files.py), fields and rules (models.py, references.py), writing entries (additions.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from macro_assets.catalog import events, models
from macro_assets.catalog.catalog import Catalog
from macro_assets.catalog.files import EMBEDDED, FILES, Content, check_folder, read_yaml
from macro_assets.catalog.own import OwnFile, read_own, stamps_of
from macro_assets.catalog.references import check_ids, check_references
from macro_assets.errors import CatalogError
from macro_assets.settings import get_settings

__all__ = ["load_catalog"]

_EntryT = TypeVar("_EntryT", bound=BaseModel)


def load_catalog(directory: Path | str | None = None) -> Catalog:
    """The catalogue: the embedded files, with a user's folder merged over them.

    Parameters
    ----------
    directory : folder with any of the files of `FILES`; an entry there replaces the embedded one of the same id, a
        list of names replaces the list. Default: the setting `MACRO_CATALOG_DIR`, else none.

    Raises
    ------
    CatalogError : a file, a section, an entry or a reference is wrong or not understood; names file, entry and field.
    """
    chosen = Path(directory) if directory is not None else get_settings().catalog_dir
    if chosen is not None and chosen != EMBEDDED:
        check_folder(chosen)
    folders = (EMBEDDED,) if chosen is None or chosen == EMBEDDED else (EMBEDDED, chosen)
    stamps = tuple(path.stat().st_mtime_ns for folder in folders for name in FILES if (path := folder / name).is_file())
    own = get_settings().own_data
    return _load(folders, stamps, own, stamps_of(own))


@lru_cache(maxsize=8)
def _load(
    folders: tuple[Path, ...], stamps: tuple[int, ...], own: Path | None, own_stamps: tuple[tuple[str, int], ...]
) -> Catalog:
    files = {name: [(f / name, read_yaml(f / name)) for f in folders if (f / name).is_file()] for name in FILES}
    releases = _entries(files["releases.yaml"], "releases", models.Release, "id")
    licences = {number: release.licence for number, release in releases.items()}
    series = {
        key: _completed(entry, licences)
        for key, entry in _entries(files["series.yaml"], "series", models.Series, "id").items()
    }
    assets = _entries(files["assets.yaml"], "assets", models.Asset, "symbol")
    points = _entries(files["nber.yaml"], "turning_points", models.TurningPoint, ("kind", "month"))
    catalog = Catalog(
        series=series,
        assets=assets,
        outcomes=_outcomes(files["assets.yaml"], assets),
        indicators=_entries(files["indicators.yaml"], "indicators", models.Indicator, "id"),
        economies=_names(files["indicators.yaml"], "economies"),
        releases=releases,
        shocks=_entries(files["shocks.yaml"], "shocks", models.Shock, "name"),
        events=_entries(files["events.yaml"], "events", events.Event, "name"),
        families=_entries(files["events.yaml"], "families", events.Family, "name"),
        splices=_entries(files["series.yaml"], "splices", models.Splice, "name"),
        turning_points=tuple(sorted(points.values(), key=lambda point: point.month)),
    )
    catalog = _with_own(catalog, own)
    check_ids(catalog)
    check_references(catalog)
    return catalog


def _with_own(catalog: Catalog, folder: Path | None) -> Catalog:
    """The catalogue with the entries of a user's own files after its own."""
    taken = (catalog.series, catalog.assets, catalog.outcomes, catalog.shocks, catalog.indicators, catalog.splices)
    found = read_own(folder, [name for section in taken for name in section])
    series = {name: one.as_series() for name, one in found.files.items()}
    outcomes = {one.name: one for one in map(OwnFile.as_outcome, found.files.values()) if one is not None}
    shocks = {one.name: one for one in map(OwnFile.as_shock, found.files.values()) if one is not None}
    return catalog.model_copy(
        update={
            "series": catalog.series | series, "outcomes": catalog.outcomes | outcomes, "own": found.files,
            "shocks": catalog.shocks | shocks, "own_faults": found.faults,
        }
    )  # fmt: skip


def _entries(sources: Content, section: str, model: type[_EntryT], key: str | tuple[str, ...]) -> dict[Any, _EntryT]:
    """Validated entries of one section by key; those of a later file replace earlier ones."""
    merged: dict[Any, _EntryT] = {}
    for path, content in sources:
        seen: set[Any] = set()
        for position, raw in enumerate(content.get(section, [])):
            entry = _validated(raw, model, path, section, position)
            name = getattr(entry, key) if isinstance(key, str) else tuple(getattr(entry, part) for part in key)
            if name in seen:
                raise CatalogError(f"{path}, section {section!r}: Duplicate entry {name!r}.", remedy="Remove one.")
            seen.add(name)
            merged[name] = entry
    return merged


def _validated(raw: Any, model: type[_EntryT], path: Path, section: str, position: int) -> _EntryT:
    labels = (raw[name] for name in ("id", "symbol", "name", "month") if name in raw) if isinstance(raw, dict) else ()
    label = next(iter(labels), None)
    entry = f"entry {label!r}" if label else f"entry number {position + 1}"
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        problems = "; ".join(f"field {'.'.join(map(str, p['loc'])) or '(entry)'}: {p['msg']}" for p in error.errors())
        raise CatalogError(
            f"{path}, section {section!r}, {entry}: {problems}.",
            remedy="Correct it; the embedded entries show every field.",
        ) from error


def _names(sources: Content, section: str) -> tuple[str, ...]:
    names: Iterable[Any] = ()
    for source, content in sources:
        names = content.get(section) or names
        odd = [name for name in names if not isinstance(name, str)]
        if odd or len(set(names)) < len(tuple(names)):
            raise CatalogError(
                f"{source}, section {section}: " + (f"{odd[0]!r} is not a text." if odd else "Duplicate entry."),
                remedy="Quote the codes (YAML reads a bare NO as false) and name each once.",
            )
    return tuple(names)


def _completed(entry: models.Series, licences: dict[int, str]) -> models.Series:
    """A series with the licence of its release and its page at FRED where it names none itself."""
    inherited = licences.get(entry.release_id, "") if entry.release_id is not None else ""
    return entry.model_copy(
        update={
            "licence": entry.licence or inherited or "see the page of the series",
            "source_url": entry.source_url or f"https://fred.stlouisfed.org/series/{entry.id}",
        }
    )


def _outcomes(sources: Content, assets: dict[str, models.Asset]) -> dict[str, models.Outcome]:
    """Monthly outcomes by name: one per asset that declares it, and those made from series, in the declared order."""
    found = _entries(sources, "outcomes_from_series", models.Outcome, "name")
    for asset in assets.values():
        if asset.outcome in found:
            raise CatalogError(
                f"Duplicate outcome {asset.outcome!r}: assets.yaml, entry {asset.symbol!r}, field outcome.",
                remedy="Give one of them another name.",
            )
        if asset.outcome:
            found[asset.outcome] = models.Outcome(
                name=asset.outcome,
                title=asset.title,
                source="asset",
                id=asset.symbol,
                kind="return" if asset.kind == "price" else "change",
                unit=asset.unit,
                cost_bp=asset.cost_bp,
                cost_in_unit=asset.cost_in_unit,
            )
    path, content = sources[-1]
    unknown = [name for name in content.get("outcome_order", []) if name not in found]
    if unknown and len(sources) > 1:  # a user's folder may well leave out outcomes of the embedded order
        raise CatalogError(
            f"{path}, section 'outcome_order': Unknown outcome {unknown[0]!r}.",
            remedy=f"Available: {', '.join(found)}.",
        )
    order = [name for name in _names(sources, "outcome_order") if name in found]
    return {name: found[name] for name in order + [name for name in found if name not in order]}
