"""Whether entries agree with each other: every id says one thing, every name that an entry uses exists.

Belongs here: rules over more than one entry. Does not belong here: rules within one (models.py, makers.py).
"""

from __future__ import annotations

from macro_assets.catalog.catalog import Catalog
from macro_assets.catalog.events import Event, Family, ReleaseEvents
from macro_assets.catalog.makers import Gap, Innovation, RateChange, SpreadChange, StatedSeries
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
    for event in catalog.events.values():
        _check_event(event, catalog)
    for family in catalog.families.values():
        _check_family(family, catalog)


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
    if isinstance(maker, StatedSeries) and maker.series not in catalog.series:
        raise _no_series(f"{where} maker.series", maker.series, catalog)
    if isinstance(maker, RateChange | SpreadChange) and maker.splice not in catalog.splices:
        raise CatalogError(
            f"{where} maker.splice: Unknown splice {maker.splice!r}.",
            remedy=f"Available: {', '.join(catalog.splices)}.",
        )


def _check_event(event: Event, catalog: Catalog) -> None:
    """Its shock, and for a release: that its days are recorded and its series has a forecast."""
    where = f"events.yaml, entry {event.name!r}, field"
    shock = _shock_of(event.shock, where, catalog)
    if not isinstance(event.source, ReleaseEvents):
        return
    release = catalog.releases.get(event.source.release)
    if release is None or release.days != "recorded":
        raise CatalogError(
            f"{where} source.release: The days of release {event.source.release} are not recorded days of publication.",
            remedy="Events need true days: "
            + ", ".join(f"{one.id} ({one.name})" for one in catalog.releases.values() if one.days == "recorded")
            + " have them.",
        )
    if not isinstance(shock.maker, Innovation):
        raise CatalogError(
            f"{where} shock: {shock.name!r} is made by {shock.maker.name!r}, not by a real-time forecast.",
            remedy="Name a shock with the maker innovation.",
        )


def _check_family(family: Family, catalog: Catalog) -> None:
    where = f"events.yaml, family {family.name!r}, field"
    _shock_of(family.shock, where, catalog)
    moved = catalog.series.get(family.moves)
    if ":" in family.moves:
        if all(member.input != family.moves for member in family.members):
            raise CatalogError(
                f"{where} moves: {family.moves!r} is not among its members.", remedy="Add it, or name a daily series."
            )
        return _check_outcomes(family, where, catalog)
    if moved is None:
        raise _no_series(f"{where} moves", family.moves, catalog)
    if moved.frequency != "D":
        raise CatalogError(
            f"{where} moves: {family.moves!r} has frequency {moved.frequency}.", remedy="Name a daily series."
        )
    _check_outcomes(family, where, catalog)


def _check_outcomes(family: Family, where: str, catalog: Catalog) -> None:
    unknown = [name for member in family.members for name in member.built_from if name not in catalog.outcomes]
    if unknown:
        raise CatalogError(f"{where} built_from: Unknown outcome {unknown[0]!r}.", remedy=_hint(unknown[0], catalog))


def _shock_of(name: str, where: str, catalog: Catalog) -> Shock:
    if name not in catalog.shocks:
        raise CatalogError(f"{where} shock: Unknown shock {name!r}.", remedy=_hint(name, catalog))
    return catalog.shocks[name]


def _no_series(where: str, name: str, catalog: Catalog) -> CatalogError:
    return CatalogError(f"{where}: The catalogue has no series {name!r}.", remedy=_hint(name, catalog))


def _hint(name: str, catalog: Catalog) -> str:
    near = catalog.suggest(name)
    return f"Did you mean {' or '.join(near)}?" if near else "Add it to the catalogue, or correct the name."
