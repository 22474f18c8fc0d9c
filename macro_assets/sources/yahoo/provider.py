"""Yahoo Finance as a provider: terms, table, assets, limits.

Belongs here: the declaration. Does not belong here: which days to ask for (source.py), yfinance (session.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from macro_assets.sources.provider import Choice, Provider, Query, by_name
from macro_assets.sources.yahoo.sessions import through_sessions
from macro_assets.tables.bronze import YAHOO_BARS

if TYPE_CHECKING:
    from macro_assets.sources.yahoo.source import YahooSource

__all__ = ["YAHOO"]


def _currency(query: Query) -> str:
    return query.catalog.assets[query.id].currency


YAHOO: Provider[YahooSource] = Provider(
    name="yahoo",
    title="Yahoo Finance",
    about="Daily bars with dividends and splits.",
    terms="Personal use, no redistribution.",
    link="https://finance.yahoo.com",
    kind="yahoo",
    description="Daily bars as stated on each vintage day, with dividends and splits; prices are never adjusted for "
    "distributions. A split gives the earlier bars a second, restated row from its day on.",
    past="Every bar up to today, loaded in a few calls into bronze/yahoo_bars; each split gives the earlier bars a "
    "second, restated row from its day on.",
    table=YAHOO_BARS,
    setting="yahoo_url",
    public_address="https://query2.finance.yahoo.com",
    adapter="YahooSource",
    client="yfinance",
    entries=lambda catalog: catalog.assets,
    window=lambda source, query: source.window(
        query.id, query.start, query.end, query.stored(), _currency(query)
    ),
    history=lambda source, query: source.history(query.id, query.end, query.stored(), _currency(query)),
    choices=(
        Choice("symbols", str, "Yahoo symbols to load, e.g. SPY or ^GSPC; empty = every one.",
               by_name("assets", "catalog/assets.yaml")),
    ),
    pool="yahoo_api",
    rate_setting="yahoo_requests_per_minute",
    refresh="daily",
    cadence="day",
    complete=through_sessions,
    checks=("consistent_bars",),
)  # fmt: skip
