"""What a provider is: one typed declaration, from which everything that names it is derived.

Belongs here: the type of the declaration, and what follows from it alone. Does not belong here: the declarations
(`<provider>/provider.py`, listed in providers.py), Dagster (defs/bronze), requests (`<provider>/source.py`).
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from macro_assets.errors import MacroAssetsError, UnknownSeriesError
from macro_assets.sources.coverage import Answer, through_day_ended
from macro_assets.tables.spec import TableSpec

if TYPE_CHECKING:
    import pyarrow as pa

    from macro_assets.catalog import Catalog
    from macro_assets.settings import Settings
    from macro_assets.sources.batch import SourceBatch
    from macro_assets.sources.statements import SeriesStatement

__all__ = ["EVERYTHING", "Choice", "Credential", "Provider", "Query"]

SourceT = TypeVar("SourceT")
EVERYTHING = "everything"
"""The one id of a provider whose single fetch brings all it has."""


@dataclass(frozen=True)
class Query:
    """One id to fetch, and what an adapter may look at while it does.

    Parameters
    ----------
    id : of the catalogue.
    start, end : vintage days whose facts are wanted; of a history the first day of the id and the last vintage day.
    catalog : what exists.
    stored : reads the facts of this id that are kept already, in the bronze schema; costs nothing until called.
    """

    id: str
    start: dt.date
    end: dt.date
    catalog: Catalog
    stored: Callable[[], pa.Table]


@dataclass(frozen=True)
class Choice:
    """A field of the run configuration that narrows what is loaded.

    Parameters
    ----------
    field : its name, e.g. `series`. kind : type of its items.
    description : for the person who fills it in.
    ids : the ids of the catalogue that items stand for; refuses items that the catalogue does not hold.
    """

    field: str
    kind: type[str] | type[int]
    description: str
    ids: Callable[[Catalog, Sequence[Any]], list[str]]


@dataclass(frozen=True)
class Credential:
    """A key that the provider asks for: its setting, its length, where to get one."""

    setting: str
    length: int
    remedy: str


@dataclass(frozen=True)
class Provider(Generic[SourceT]):
    """Everything that the rest of the package must know of one provider.

    Parameters
    ----------
    name : of its folder, its resource and its node in the graph.
    title, about, terms, link : for people; `terms` says what may be done with the data.
    description : what its table holds, for the UI. past : the same for the history asset; empty = as its table.
    kind : Dagster's icon.
    table : the bronze table it fills. A replaced table has one asset, loaded with the histories.
    setting : field of `Settings` with its address. public_address : where it is reached when that field is empty.
    adapter : class in `<name>/source.py` that is built from settings. client : distribution of its library; empty = none.
    entries : its part of the catalogue by id; None when one fetch brings everything.
    window : facts that began in a range of days; None when there is no daily asset.
    states_all : whether its answers state every fact that began in the days asked for, so that one it no longer states
        is retracted.
    history : everything up to a day; None when the windows are enough.
    states : what it says of one id (bronze/series_facts); None = it says nothing, and no fact of it is moved back.
    choices : how a run may be narrowed.
    pool, pool_size : Dagster's pool and how many of its runs may overlap; empty = no pool.
    rate_setting : field of `Settings` with the most requests a minute; empty = no limit of our own.
    refresh : loaded with the daily refresh, by a daily job of its own (its outages stop nothing else), or whole
        every week.
    cadence : how often its content changes: when its table counts as stale.
    releases : (release id, day) of a range of days, for the release sensor; None = no sensor.
    release_days : all days on which a release was published, up to a day (bronze/release_days); None = it keeps none.
    time_zone : whose midnight ends its days. complete : through which day an answer leaves nothing to be added.
    covered : ids that one answer covers, as they stand in `bronze/coverage`; None = the id that was asked for.
    cumulative : every answer states all that stands, so it covers all days before it.
    checks : further checks of its table by their names in defs/checks/bronze.py.
    credential : the key it asks for.
    is_local : a folder of this machine: nothing to reach, and each of its files can fail alone.
    broken : of the catalogue and the ids with stored facts, what cannot be asked for and why, by name; None = nothing.
    """

    name: str
    title: str
    about: str
    terms: str
    link: str
    kind: str
    description: str
    table: TableSpec
    setting: str
    adapter: str
    cadence: Literal["day", "week", "year"]
    refresh: Literal["daily", "own job", "weekly"]
    entries: Callable[[Catalog], Mapping[str, Any]] | None = None
    window: Callable[[SourceT, Query], SourceBatch] | None = None
    history: Callable[[SourceT, Query], SourceBatch] | None = None
    states: Callable[[SourceT, str], SeriesStatement] | None = None
    past: str = ""
    states_all: bool = False
    public_address: str = ""
    client: str = ""
    choices: tuple[Choice, ...] = ()
    pool: str = ""
    pool_size: int = 1
    rate_setting: str = ""
    releases: Callable[[SourceT, dt.date, dt.date], list[tuple[int, dt.date]]] | None = None
    release_days: Callable[[SourceT, int, dt.date], list[dt.date]] | None = None
    time_zone: str = "America/New_York"
    complete: Callable[[Answer], dt.date | None] = through_day_ended
    covered: Callable[[Catalog, str], list[str]] | None = None
    cumulative: bool = False
    checks: tuple[str, ...] = ()
    credential: Credential | None = field(default=None, repr=False)
    is_local: bool = False
    broken: Callable[[Catalog, Collection[str]], Mapping[str, MacroAssetsError]] | None = None

    @property
    def history_key(self) -> str:
        """Key of the asset that loads the past: the table's own where it is replaced whole."""
        return self.table.name if self.table.mode == "replaced" else f"bronze/{self.name}_history"

    @property
    def asset_keys(self) -> tuple[str, ...]:
        """Keys of its bronze assets; all of them write its table."""
        daily = (self.table.name,) if self.window else ()
        return (*daily, self.history_key) if self.history else daily

    @property
    def silver(self) -> str:
        """The silver table its facts go to; empty = none."""
        rule = self.table.dated_by
        return "silver/prices" if rule == "bars" else "silver/observations" if rule else ""

    def open(self, settings: Settings) -> SourceT:
        """Its adapter; the client is imported only now."""
        module = import_module(f"{__package__}.{self.name}.source")
        source: SourceT = getattr(module, self.adapter)(settings)
        return source

    def address(self, settings: Settings) -> str:
        """Where its client goes."""
        return str(getattr(settings, self.setting) or self.public_address)

    def covers(self, catalog: Catalog, name: str) -> list[str]:
        """Ids in `bronze/coverage` that an answer to one id covers."""
        return self.covered(catalog, name) if self.covered else [name]

    def ids(self, catalog: Catalog, chosen: Mapping[str, Sequence[Any]], last: dt.date) -> dict[str, dt.date]:
        """What a run loads: ids that existed by a day, each with its first day.

        Parameters
        ----------
        chosen : items of the fields of `choices`; nothing chosen = all of the catalogue.
        last : last vintage day of the run.

        Raises
        ------
        UnknownSeriesError, InvalidInputError : an item that the catalogue does not hold.
        """
        if self.entries is None:
            return {EVERYTHING: dt.date.min}
        entries: Mapping[str, Any] = self.entries(catalog)
        named = [one for choice in self.choices for one in choice.ids(catalog, chosen.get(choice.field, ()))]
        ids = named if any(chosen.values()) else list(entries)
        starts = {name: getattr(entries[name], "start", dt.date.min) for name in ids}
        return {name: start for name, start in starts.items() if start <= last}


def by_name(section: str, file: str) -> Callable[[Catalog, Sequence[str]], list[str]]:
    """Choice of ids by name: each must be an entry of a section of the catalogue.

    Parameters
    ----------
    section : attribute of the catalogue. file : where a user would add the entry.
    """

    def chosen(catalog: Catalog, names: Sequence[str]) -> list[str]:
        entries = getattr(catalog, section)
        for name in names:
            if name not in entries:
                near = difflib.get_close_matches(name.upper(), entries, n=2)
                hint = f"Did you mean {' or '.join(near)}? " if near else ""
                raise UnknownSeriesError(f"The catalogue has no {name!r} in {section}.", remedy=f"{hint}Edit {file}.")
        return list(dict.fromkeys(names))

    return chosen
