"""What the Dagster UI says about an asset: the asset's own text, then facts derived from its declaration.

Belongs here: rows, units, source, cadence and access of any asset, as lines under its description. Does not belong here:
what an asset holds and how to use it: that text stands beside the asset.
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import TableSpec, unit_of

HOMEPAGES = {
    one.name: f"[{one.title}]({one.link})" if one.link else f"{one.title} (`MACRO_{one.setting.upper()}`)"
    for one in PROVIDERS
}
UPDATED_BY_GROUP = {
    "models": "Sundays 06:00 in New York, or on request.",
    "registry": "Sundays 06:00 in New York, after the models.",
    "maintenance": "Sundays 04:00 in New York.",
}
UPDATED_BY_KEY = {
    provider.history_key: "Saturdays 08:00 in New York, as a whole."
    for provider in PROVIDERS
    if provider.refresh == "weekly"
} | {
    "bronze/quarantine": "With the daily refresh; every load appends to it.",
    "bronze/quarantine_decisions": "With the daily refresh, and when a person decides.",
    "bronze/release_days": "With the whole past, then with the daily refresh.",
    "bronze/series_facts": "With the daily refresh: a new series at once, the others once a week.",
    "bronze/coverage": "Daily at 09:00 in New York; every load appends to the table.",
    "monitoring/broken_now": "Every morning 09:30 in New York.",
    "evaluation/missing_origins": "Sundays 06:00 in New York, before the models.",
    "evaluation/regime_validation": "Sundays 06:00 in New York, with the models.",
    "evaluation/causal_validation": "On the 1st of a month, 05:00 in New York.",
}
ON_REQUEST = "On request."
NO_TABLE = "see the tables it writes and its metadata"
UNITS_SHOWN = 4


def with_facts(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Append the derived facts to the description of an asset; a provider's description stays as it is."""
    if spec.group_name == "providers":
        return spec
    facts = "\n".join(f"- **{name}**: {value}" for name, value in _facts(spec))
    return spec.replace_attributes(description=f"{(spec.description or '').strip()}\n\n{facts}")


def _facts(spec: dg.AssetSpec) -> Iterator[tuple[str, str]]:
    name = spec.key.to_user_string()
    table = TABLES.get(name)
    if table is not None:
        yield "Rows", f"one per {_listed(table.key)}"
    yield "Units", NO_TABLE if table is None else _units(table)
    yield "Source", _source(spec)
    yield "Updated", _updated(spec)
    if table is not None:
        yield "Read", f'`lake.read("{name}")`; every column is in docs/data_dictionary.md'


def _units(table: TableSpec) -> str:
    units = {field.name: unit_of(field) for field in table.schema if unit_of(field) not in ("", field.name)}
    if not 0 < len(units) <= UNITS_SHOWN:
        return "see columns"
    return ", ".join(f"`{name}` {unit}" for name, unit in units.items())


def _source(spec: dg.AssetSpec) -> str:
    names = sorted({dep.asset_key.to_user_string() for dep in spec.deps} - {spec.key.to_user_string()})
    provider = spec.key.path[-1]
    if not names:
        return HOMEPAGES.get(provider, "computed by the package itself")
    return ", ".join(HOMEPAGES.get(name, f"`{name}`") for name in names)


def _updated(spec: dg.AssetSpec) -> str:
    name = spec.key.to_user_string()
    if name in UPDATED_BY_KEY:
        return UPDATED_BY_KEY[name]
    if spec.automation_condition is not None:
        return "When its inputs change and their blocking checks pass."
    if isinstance(spec.partitions_def, dg.DailyPartitionsDefinition):
        return "Daily; a partition is a vintage day, and a past day loads what was published then."
    if spec.partitions_def is not None:
        return (
            f"{ON_REQUEST} A partition is an as-of date; a backfill of a range is a walk-forward backtest. The weekly job "
            "completes what is missing."
        )
    return UPDATED_BY_GROUP.get(spec.group_name or "", ON_REQUEST)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)
