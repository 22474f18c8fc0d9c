"""`macro-assets own-data`: the files of your own that are declared, and confirming that rows of one are gone.

Belongs here: options, lines for people, closing the facts that a file no longer states. Does not belong here: reading
files (sources/own_data), loading them (the asset of the table), what a declaration may say (catalog/own.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from macro_assets.commands.output import report_errors, show
from macro_assets.errors import InvalidInputError, OwnDataError

if TYPE_CHECKING:
    import pyarrow as pa

    from macro_assets.catalog import Catalog
    from macro_assets.catalog.own import OwnFile
    from macro_assets.lake import Lake

TABLE = "bronze/own_data"
app = typer.Typer(no_args_is_help=True, help="Files of your own (MACRO_OWN_DATA): series and shocks.")
Home = Annotated[Path, typer.Option(help="Folder with the lake.", envvar="MACRO_HOME")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Name = Annotated[str, typer.Argument(metavar="ID", help="Id of the series, as its declaration states it.")]


@app.command("list")
def list_files(home: Home = Path("macro_home"), as_json: Json = False) -> None:
    """Show what is declared, what it is used as, and what is wrong with a file."""
    from macro_assets.commands.home import use_home

    with report_errors():
        use_home(home)
        show(lines(), json=as_json, nothing="No file is declared. Set MACRO_OWN_DATA; see docs/own_data.md.")


@app.command("confirm-removal")
def confirm_removal(
    name: Name,
    whole: Annotated[
        bool, typer.Option("--whole", help="Close every stored fact: the next load states the whole file.")
    ] = False,
    home: Home = Path("macro_home"),
) -> None:
    """Close the stored facts that a file no longer states; the lake keeps them, and no reader sees them any more."""
    from macro_assets.commands.home import use_home

    with report_errors():
        use_home(home)
        closed, kept = close(name, whole=whole)
        typer.echo(f"{closed} facts of {name} are closed, {kept} stand. Rebuild silver, or let automation do so.")


def lines() -> list[dict[str, Any]]:
    """One line for each declaration, for each that is not valid, and for each series whose declaration is gone."""
    lake, own, faults = _opened()
    stored = _counts(lake)
    rows = [
        {"id": name, "file": one.data_file().name, "used_as": _uses(one), "stored_facts": stored.pop(name, 0),
         "problem": _problem(lake, one)}
        for name, one in own.items()
    ]  # fmt: skip
    rows += [
        {"id": name, "file": "", "used_as": "", "stored_facts": facts, "problem": "no valid declaration"}
        for name, facts in stored.items()
    ]
    return rows + [
        {"id": "", "file": file, "used_as": "", "stored_facts": 0, "problem": problem}
        for file, problem in faults.items()
    ]


def close(name: str, *, whole: bool) -> tuple[int, int]:
    """Retract stored facts of a series.

    Parameters
    ----------
    whole : all of them; else those that its file no longer states, which are all where it has no file.

    Returns
    -------
    Facts retracted, and facts that stand.

    Raises
    ------
    InvalidInputError : nothing is stored under the id, or nothing of it is gone. OwnDataError : its file is not valid.
    """
    from macro_assets.lake import LoadWindow

    lake, own, faults = _opened()
    stored = lake.read(TABLE, where={"series_id": name}, missing_ok=True)
    if not stored.num_rows:
        raise InvalidInputError(
            f"Nothing is stored of own series {name!r}.", remedy=f"Stored: {', '.join(_counts(lake)) or 'none'}."
        )
    if name not in own and faults and not whole:
        raise OwnDataError(
            f"The declaration of {name} may be one that is not valid: {', '.join(faults)}.", remedy="Correct it first."
        )
    standing = stored.slice(0, 0) if whole or name not in own else _standing(own[name], stored)
    if standing.num_rows == stored.num_rows:
        raise InvalidInputError(f"The file of {name} states every stored fact.", remedy="Nothing is to be confirmed.")
    last = max(stored["realtime_start"].to_pylist())
    report = lake.load(TABLE, standing.drop_columns(["loaded_at"]), window=LoadWindow((name,), None, last))
    if name not in own:
        _record_end(lake, name)
    return report.retracted, standing.num_rows


def _record_end(lake: Lake, name: str) -> None:
    """A series that is gone has no vintage days to come."""
    from macro_assets.defs.bronze.answers import Fetched, read_coverage, record
    from macro_assets.settings import get_settings
    from macro_assets.sources.providers import PROVIDERS

    provider, settings = next(one for one in PROVIDERS if one.table.name == TABLE), get_settings()
    now, today = settings.current_instant(), settings.current_day()
    ended = Fetched(name, (today, today), now, now, None)
    record(lake, provider, _catalog(), [ended], read_coverage(lake))


def _opened() -> tuple[Lake, dict[str, OwnFile], dict[str, str]]:
    from macro_assets.lake import Lake
    from macro_assets.settings import get_settings

    catalog = _catalog()
    return Lake.from_settings(get_settings()), catalog.own, catalog.own_faults


def _catalog() -> Catalog:
    from macro_assets.catalog import load_catalog
    from macro_assets.settings import get_settings

    return load_catalog(get_settings().catalog_dir)


def _standing(own: OwnFile, stored: pa.Table) -> pa.Table:
    from macro_assets.sources.own_data.facts import still_stated
    from macro_assets.sources.own_data.source import read_file

    return still_stated(read_file(own), stored) if own.data_file().is_file() else stored.slice(0, 0)


def _counts(lake: Lake) -> dict[str, int]:
    rows = lake.read(TABLE, missing_ok=True).group_by("series_id").aggregate([([], "count_all")])
    return dict(sorted(zip(rows["series_id"].to_pylist(), rows["count_all"].to_pylist(), strict=True)))


def _uses(one: OwnFile) -> str:
    shock = "" if one.shock is None else f"shock ({one.shock.tier}, stated by you)"
    return ", ".join(
        filter(None, ["series", shock, "outcome" if one.outcome else "", "feature" if one.feature else ""])
    )


def _problem(lake: Lake, one: OwnFile) -> str:
    from macro_assets.settings import get_settings
    from macro_assets.sources.own_data.source import OwnDataSource

    settings = get_settings()
    try:
        stored = lake.read(TABLE, where={"series_id": one.id}, missing_ok=True)
        OwnDataSource(settings).window(one, settings.current_day(), stored)
    except OwnDataError as error:
        return str(error)
    return ""
