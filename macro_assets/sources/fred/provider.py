"""FRED as a provider: terms, table, assets, limits.

Belongs here: the declaration. Does not belong here: which days to ask for (source.py), requests (client.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from macro_assets.errors import InvalidInputError
from macro_assets.sources.provider import Choice, Credential, Provider, Query, by_name
from macro_assets.tables.bronze import FRED_VINTAGES

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.sources.fred.source import FredSource

__all__ = ["FRED"]


def _of_releases(catalog: Catalog, releases: Sequence[int]) -> list[str]:
    without = sorted(set(releases) - {entry.release_id for entry in catalog.series.values()})
    if without:
        raise InvalidInputError(
            f"No series of the catalogue belongs to release {without}.",
            remedy="Name series instead, or see catalog/releases.yaml.",
        )
    return [entry.id for number in releases for entry in catalog.of_release(number)]


def _frequency(query: Query) -> str:
    return query.catalog.series[query.id].frequency


FRED: Provider[FredSource] = Provider(
    name="fred",
    title="FRED",
    about="Series with every published vintage (ALFRED), kept by the Federal Reserve Bank of St. Louis.",
    terms="Free with a key. Some series belong to third parties (S&P, ICE BofA, University of Michigan) and may not be "
    "passed on; the catalogue names their licences.",
    link="https://fred.stlouisfed.org",
    kind="fred",
    description="Published values of FRED series, each with the first day on which it was the published one (ALFRED "
    "vintages). A partition holds what was published on its day; a revision, a dropped value and a printed dot are rows "
    "of their own, so any past day can be read back.",
    past="Everything FRED had published up to today, loaded in a few calls into bronze/fred_vintages: the quick way to "
    "the past. Loading it before, after or instead of the daily partitions gives the same rows.",
    table=FRED_VINTAGES,
    setting="fred_url",
    adapter="FredSource",
    client="fredapi",
    entries=lambda catalog: catalog.published_series,
    window=lambda source, query: source.window(
        query.id, query.start, query.end, _frequency(query), query.stored()
    ),
    history=lambda source, query: source.history(query.id, query.end, _frequency(query), query.stored()),
    states_all=True,
    states=lambda source, series_id: source.statement(series_id),
    choices=(
        Choice("series", str, "FRED series ids to load, e.g. CPIAUCSL; empty = every series.",
               by_name("series", "catalog/series.yaml")),
        Choice("releases", int, "FRED release ids whose series to load, e.g. 10 for CPI.", _of_releases),
    ),
    pool="fred_api",
    rate_setting="fred_requests_per_minute",
    refresh="daily",
    cadence="day",
    releases=lambda source, start, end: source.release_dates(start, end),
    release_days=lambda source, release_id, through: source.days_of_release(release_id, through),
    time_zone="America/Chicago",
    checks=("plausible_bounds", "catalogue_covered"),
    credential=Credential(
        "fred_api_key", 32,
        "Get a free key at fred.stlouisfed.org and set MACRO_FRED_API_KEY; `macro-assets demo` needs none.",
    ),
)  # fmt: skip
