"""Whether entries agree with each other: every id says one thing, every name that an entry uses exists.

Belongs here: rules over more than one entry. Does not belong here: rules within one (models.py, makers.py).
"""

from __future__ import annotations

from macro_assets.catalog.catalog import Catalog
from macro_assets.catalog.makers import Gap, Innovation, RateChange, SpreadChange
from macro_assets.catalog.models import Shock
from macro_assets.errors import CatalogError

__all__ = ["check_ids", "check_references"]


def check_ids(catalog: Catalog) -> None:
    """An id must say one thing: what `Catalog.resolve` answers may not depend on the order of its look-ups.

    Raises
    ------
    CatalogError : two sections hold the same id.
    """
    sections: dict[str, str] = {}
    for section in ("series", "assets", "shocks", "outcomes"):
        for name in getattr(catalog, section):
            if name in sections:
                raise CatalogError(
                    f"Duplicate id {name!r}: the catalogue has it in {sections[name]} and in {section}.",
                    remedy="Rename one of them.",
                )
            sections[name] = section


def check_references(catalog: Catalog) -> None:
    """Releases, series, splices and inputs that entries name must exist.

    Raises
    ------
    CatalogError : names the file, the entry, the field and what does not exist.
    """
    for entry in catalog.series.values():
        if entry.release_id is not None and entry.release_id not in catalog.releases:
            raise CatalogError(
                f"Unknown release {entry.release_id}: series.yaml, entry {entry.id!r}, field release_id.",
                remedy="Add the release to releases.yaml.",
            )
    for splice in catalog.splices.values():
        for field, name in (("daily", splice.daily), ("monthly", splice.monthly), ("minus", splice.minus)):
            if name is not None and name not in catalog.series:
                raise _no_series(f"series.yaml, splice {splice.name!r}, field {field}", name, catalog)
    for outcome in catalog.outcomes.values():
        if outcome.source == "series" and outcome.id not in catalog.series:
            raise _no_series(f"assets.yaml, outcome {outcome.name!r}, field id", outcome.id, catalog)
    for shock in catalog.shocks.values():
        _check_shock(shock, catalog)


def _check_shock(shock: Shock, catalog: Catalog) -> None:
    """Inputs and parameters of the recipe."""
    where, maker = f"shocks.yaml, entry {shock.name!r}, field", shock.maker
    for name in shock.inputs:
        if ":" not in name and catalog.find(name) is None:
            raise CatalogError(f"{where} inputs: Unknown id {name!r}.", remedy=_hint(name, catalog))
    if isinstance(maker, Innovation | Gap):
        series = catalog.series.get(maker.series)
        if series is None:
            raise _no_series(f"{where} maker.series", maker.series, catalog)
        if series.frequency not in ("M", "Q"):
            raise CatalogError(
                f"{where} maker.series: {maker.series!r} has frequency {series.frequency}.",
                remedy="Name a monthly or quarterly series.",
            )
    if isinstance(maker, RateChange | SpreadChange) and maker.splice not in catalog.splices:
        raise CatalogError(
            f"{where} maker.splice: Unknown splice {maker.splice!r}.",
            remedy=f"Available: {', '.join(catalog.splices)}.",
        )


def _no_series(where: str, name: str, catalog: Catalog) -> CatalogError:
    return CatalogError(f"{where}: The catalogue has no series {name!r}.", remedy=_hint(name, catalog))


def _hint(name: str, catalog: Catalog) -> str:
    near = catalog.suggest(name)
    return f"Did you mean {' or '.join(near)}?" if near else "Add it to the catalogue, or correct the name."
