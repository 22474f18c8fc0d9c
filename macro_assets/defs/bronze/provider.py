"""From a provider's declaration to its part of the graph: node, daily asset, history asset.

Belongs here: what Dagster must know of any provider. Does not belong here: the declarations (sources/<provider>/),
loading and accounting (loading.py), checks (defs/checks/bronze.py), jobs and schedules (defs/automation).
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import dagster as dg
from pydantic import Field, create_model

from macro_assets.defs.bronze.answers import read_coverage, record
from macro_assets.defs.bronze.asking import Ask, windows
from macro_assets.defs.bronze.lacking import set_aside
from macro_assets.defs.bronze.loading import gather, result, rows_accounted_spec
from macro_assets.defs.bronze.screening import screener
from macro_assets.defs.failures import typed_failures
from macro_assets.defs.partitions import DAILY_VINTAGES, ONE_YEAR_PER_RUN, day_range
from macro_assets.defs.publishing import Result
from macro_assets.defs.versions import code_version
from macro_assets.settings import get_settings
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.provider import Provider, Query
from macro_assets.tables.spec import TableSpec

ASK = (Ask, Field(default=Ask.days, description="Which days each id is asked for. days: those of the run. morning: from "
    "its watermark or seven days back, whichever is earlier. missing: only ids that lack a day, from the watermark. "
    "weekly: 400 days, ended series too."))  # fmt: skip
THROUGH = (str, Field(default="", description="Last vintage day to load, YYYY-MM-DD; empty = today."))


def node(provider: Provider[Any]) -> dg.AssetSpec:
    """The provider as an external node: lineage starts where the data come from."""
    limit = ""
    if provider.rate_setting:
        rate = getattr(get_settings(), provider.rate_setting)
        limit = f" At most {rate} requests a minute (MACRO_{provider.rate_setting.upper()})."
    link = f" ({provider.link})" if provider.link else ""
    about = f"{provider.title}{link}. {provider.about} Terms: {provider.terms}{limit}"
    return dg.AssetSpec(provider.name, group_name="providers", kinds={"api"}, description=about)


def assets(provider: Provider[Any]) -> list[dg.AssetsDefinition]:
    """The bronze assets of a provider: the daily one where it has windows, the history where it has one."""
    found = [_daily(provider)] if provider.window else []
    return [*found, _history(provider)] if provider.history else found


def _daily(provider: Provider[Any]) -> dg.AssetsDefinition:
    config_of_run = _config(provider, ask=ASK)
    declared = _declared(provider, provider.table.name, provider.description)

    def vintages(context: dg.AssetExecutionContext, config: config_of_run) -> Result:  # type: ignore[valid-type]
        first, last = day_range(context.partition_keys)
        return _load(context, provider, provider.window, config, (first, last))

    asset: dg.AssetsDefinition = dg.asset(**declared, partitions_def=DAILY_VINTAGES, backfill_policy=ONE_YEAR_PER_RUN)(
        vintages
    )
    return asset


def _history(provider: Provider[Any]) -> dg.AssetsDefinition:
    config_of_run = _config(provider, through=THROUGH)
    declared = _declared(provider, provider.history_key, provider.past or provider.description)

    def history(context: dg.AssetExecutionContext, config: config_of_run) -> Result:  # type: ignore[valid-type]
        today, through = context.resources.clock.today(), getattr(config, "through", "")
        last = min(date.fromisoformat(through), today) if through else today
        return _load(context, provider, provider.history, config, (None, last))

    asset: dg.AssetsDefinition = dg.asset(**declared)(history)
    return asset


def _declared(provider: Provider[Any], key: str, description: str) -> dict[str, Any]:
    """What both assets of a provider have in common."""
    return {
        "key": key.split("/"),
        "group_name": "bronze",
        "kinds": {"deltalake", provider.kind},
        "code_version": code_version(__name__, also=rests_on(provider)),
        "description": description,
        "pool": provider.pool or None,
        "deps": [dg.AssetKey(provider.name)],
        "check_specs": [rows_accounted_spec(key.split("/"))],
        "required_resource_keys": {"catalog", "clock", "lake", provider.name},
    }


def _ids_stored(lake: Any, table: TableSpec) -> set[str]:
    """Ids of which a table holds facts that count."""
    return set(lake.read(table.name, [*table.key, "status"], missing_ok=True)[table.key[0]].unique().to_pylist())


def rests_on(provider: Provider[Any]) -> tuple[str, ...]:
    """What the assets of a provider reach by no import: its declaration and adapter, and through resources the lake."""
    folder, resources = f"macro_assets.sources.{provider.name}", "macro_assets.defs.resources"
    return (f"{folder}.provider", f"{folder}.source", f"{resources}.LakeResource", f"{resources}.CatalogResource")


def _config(provider: Provider[Any], **more: Any) -> type[dg.Config]:
    """The typed run configuration: a list of items for each choice of the provider."""
    fields: dict[str, Any] = {
        choice.field: (list[choice.kind], Field(default=[], description=choice.description))  # type: ignore[name-defined]
        for choice in provider.choices
    }
    return create_model(f"{provider.name}_config", __base__=dg.Config, **fields, **(more if provider.window else {}))


def _load(
    context: dg.AssetExecutionContext,
    provider: Provider[Any],
    fetch: Callable[[Any, Query], SourceBatch] | None,
    config: dg.Config,
    days: tuple[date | None, date],
) -> Result:
    """Fetch every chosen id for its days, load what came in one commit, and record what was answered."""
    assert fetch is not None
    table, clock = provider.table, context.resources.clock
    with typed_failures(context):
        source, lake = getattr(context.resources, provider.name).get(), context.resources.lake.get()
        catalog, coverage = context.resources.catalog.get(), read_coverage(lake)
        chosen = {choice.field: getattr(config, choice.field) for choice in provider.choices}
        starts = provider.ids(catalog, chosen, days[1])
        asked = {name: (days[0] or start, days[1]) for name, start in starts.items()}
        if days[0]:
            ask = getattr(config, "ask", Ask.days)
            asked = windows(ask, provider, catalog, starts, (days[0], days[1]), coverage)

        def query(name: str) -> Query:
            def stored() -> Any:
                return lake.read(table.name, where={table.key[0]: name} if provider.entries else None, missing_ok=True)

            return Query(name, *asked[name], catalog, stored)

        progress = f"{days[0]} to {days[1]}: " if days[0] else f"history to {days[1]}: "
        tally = gather(
            asked, lambda name: fetch(source, query(name)), lake, table,
            log=context.log, clock=clock.now, windows=asked, whole=not days[0], states_all=provider.states_all,
            progress=progress, alone=provider.is_local, screen=screener(lake, provider, catalog, clock.today()),
        )  # fmt: skip
        tally.lacking = set_aside(lake, provider, catalog, tally.answers)
        record(lake, provider, catalog, tally.answers, coverage)
        if provider.broken:
            tally.failed |= provider.broken(catalog, _ids_stored(lake, table))
        tally.raise_failures()
    return result(tally, table, lake, coverage=days[0] is None)
