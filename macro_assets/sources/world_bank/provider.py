"""The World Bank as a provider: terms, table, asset, limits.

Belongs here: the declaration. Does not belong here: requests (source.py), from which day a value counts (facts.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from macro_assets.sources.coverage import through_last_update
from macro_assets.sources.provider import Choice, Provider, by_name
from macro_assets.tables.bronze import WORLD_BANK_INDICATORS

if TYPE_CHECKING:
    from macro_assets.sources.world_bank.source import WorldBankSource

__all__ = ["WORLD_BANK"]


WORLD_BANK: Provider[WorldBankSource] = Provider(
    name="world_bank",
    title="World Bank",
    about="World Development Indicators by economy and year.",
    terms="CC BY 4.0.",
    link="https://data.worldbank.org",
    kind="worldbank",
    description="Yearly World Bank indicators by economy; a value counts as known from 1 July of the following year, a "
    "value found changed later from the day on which it was found. Each load brings everything known by the last day of "
    "its range; when the service is down, the rows already stored stay as they are.",
    table=WORLD_BANK_INDICATORS,
    setting="world_bank_url",
    adapter="WorldBankSource",
    client="wbgapi",
    entries=lambda catalog: catalog.indicators,
    # There are no vintages to ask for: each load brings everything known by the last day of its range.
    window=lambda source, query: source.history(query.id, query.catalog.economies, query.end, stored=query.stored()),
    choices=(
        Choice("indicators", str, "World Bank indicator codes to load, e.g. FP.CPI.TOTL.ZG; empty = every one.",
               by_name("indicators", "catalog/indicators.yaml")),
    ),
    pool="world_bank_api",
    rate_setting="world_bank_requests_per_minute",
    refresh="own job",
    cadence="week",
    complete=through_last_update,
    covered=lambda catalog, name: [catalog.indicators[name].series_id(economy) for economy in catalog.economies],
    cumulative=True,
    checks=("plausible_bounds",),
)  # fmt: skip
