"""Every floor below the models as the assets build it, from the facts the real sources delivered.

A lake that ends on a day is the same facts with `realtime_start` up to that day: one fetch serves all days, and a test
shows that a sandbox standing on that day delivers the very same facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.errors import UnknownSeriesError
from macro_assets.recession import nowcast_history
from macro_assets.regimes import RegimeHistory, regime_history
from macro_assets.sandbox import NO_LIMITS, Archive, SandboxServer
from macro_assets.settings import Settings
from macro_assets.signals import causal_features, outcomes, shocks, targets
from macro_assets.signals.recession import monthly, quarterly
from macro_assets.signals.regime_features import regime_features
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.fred.source import FredSource
from macro_assets.sources.policy_surprises.source import SurprisesSource
from macro_assets.sources.world_bank.source import WorldBankSource
from macro_assets.sources.yahoo.source import YahooSource
from macro_assets.vintage import cube, knowledge, prices
from macro_assets_tests.vintage.facts import stated

CATALOG = load_catalog()
EVENT_SHOCKS = ("fed_surprise", "fed_surprise_orthogonal")


@dataclass(frozen=True)
class Bronze:
    """The four bronze tables."""

    fred: pa.Table
    bars: pa.Table
    world_bank: pa.Table
    surprises: pa.Table

    def through(self, day: dt.date) -> Bronze:
        """What a lake that ends on the day holds. Published surprises have no vintages: events up to the day."""
        fred, bars, bank = (upto(table, "realtime_start", day) for table in (self.fred, self.bars, self.world_bank))
        return Bronze(fred, bars, bank, upto(self.surprises, "date", day))


def fetch(archive: Archive, today: dt.date) -> Bronze:
    """Everything published up to a day, by the real clients over HTTP."""
    with SandboxServer(archive, today=today) as sandbox:
        addresses = {name.removeprefix("MACRO_").lower(): value for name, value in (sandbox.urls | NO_LIMITS).items()}
        settings = Settings.model_validate({**addresses, "today": today})
        fred, yahoo, bank = FredSource(settings), YahooSource(settings), WorldBankSource(settings)
        return Bronze(
            _all(CATALOG.series, lambda name: fred.history(name, today)),
            _all(CATALOG.assets, lambda name: yahoo.history(name, today)),
            _all(CATALOG.indicators, lambda name: bank.history(name, CATALOG.economies, today)),
            SurprisesSource(settings).fetch().table,
        )


def _all(names: Iterable[str], ask: Callable[[str], SourceBatch]) -> pa.Table:
    tables = []
    for name in names:
        try:
            tables.append(ask(name).table)
        except UnknownSeriesError:
            continue  # as the pipeline does: reported there, passed over
    return pa.concat_tables(tables)


class Floors:
    """All tables from silver to targets and the regime labels, each built when first asked for.

    Parameters
    ----------
    bronze : facts of the lake.
    end : its last day.
    strict : pseudo facts count from the day of their recorded vintage.
    """

    def __init__(self, bronze: Bronze, end: dt.date, *, strict: bool = False) -> None:
        self.bronze, self.end, self.strict = bronze, end, strict

    @cached_property
    def silver(self) -> pa.Table:
        table = knowledge.observations(
            {"recorded_vintages": self.bronze.fred, "first_of_july": self.bronze.world_bank},
            CATALOG,
            stated(self.bronze.fred),
        )
        return knowledge.recorded_only(table) if self.strict else table

    @cached_property
    def prices(self) -> pa.Table:
        return prices.build(self.bronze.bars)

    @cached_property
    def facts(self) -> pa.Table:
        return knowledge.facts(self.silver, self.prices)

    @cached_property
    def monthly_cube(self) -> pa.Table:
        return cube.build(self.facts, CATALOG, frequency="M", end=self.end)

    @cached_property
    def quarterly_cube(self) -> pa.Table:
        return cube.build(self.facts, CATALOG, frequency="Q", end=self.end)

    @cached_property
    def asset_returns(self) -> pa.Table:
        return outcomes.asset_returns(self.prices, self.silver, CATALOG)

    @cached_property
    def causal_features(self) -> pa.Table:
        return causal_features.build(self.monthly_cube, self.asset_returns, CATALOG)

    @cached_property
    def recession_features(self) -> pa.Table:
        return quarterly.build(self.quarterly_cube)

    @cached_property
    def recession_features_monthly(self) -> pa.Table:
        return monthly.build(self.monthly_cube)

    @cached_property
    def macro_shocks(self) -> pa.Table:
        return shocks.build(self.silver, self.monthly_cube, self.bronze.surprises, self.prices, CATALOG)

    @cached_property
    def recession_targets(self) -> pa.Table:
        return targets.build(self.silver, self.prices, CATALOG)

    @cached_property
    def labels(self) -> RegimeHistory:
        nowcast = nowcast_history(self.recession_features_monthly, self.recession_targets, minimum_months=120)
        return regime_history(nowcast, regime_features(self.monthly_cube, self.prices))

    def known_shocks(self, day: dt.date, files: pa.Table) -> pa.Table:
        """Shocks known by the day in months that are over; event shocks to the month of the last event of `files`.

        Published files have no vintages. One that ends on a day says nothing of the months after its last event: that
        nothing happened in them is known only from a longer file.
        """
        table = upto(upto(self.macro_shocks, "known_at", day), "month", day)
        for name in EVENT_SHOCKS:
            sources = {entry.partition(":")[0] for entry in CATALOG.shocks[name].inputs}
            last = pc.max(files.filter(pc.is_in(files["source"], pa.array(sorted(sources))))["date"]).as_py()
            over = dt.date.min if last is None else last + pd.offsets.MonthEnd(0)
            result = pc.less_equal(table["month"], pa.scalar(over, pa.date32()))
            table = table.filter(pc.or_(result, pc.not_equal(table["shock"], name)))
        return table


def upto(table: pa.Table, column: str, day: dt.date) -> pa.Table:
    return table.filter(pc.less_equal(table[column], pa.scalar(day, pa.date32())))


def assert_same_bits(one: pa.Table, other: pa.Table, what: str) -> None:
    """Equal schema, rows, order and bits; else the first rows that differ."""
    assert one.num_rows > 0, f"{what}: nothing to compare"
    if not one.combine_chunks().equals(other.combine_chunks()):
        pytest.fail(f"{what} differs: {one.num_rows} and {other.num_rows} rows\n{_difference(one, other)}")
    for name in one.column_names:
        if pa.types.is_floating(one.schema.field(name).type):
            bits = [table[name].fill_null(np.nan).to_numpy().tobytes() for table in (one, other)]
            assert bits[0] == bits[1], f"{what}: equal numbers of {name} with other bits"


def _difference(one: pa.Table, other: pa.Table) -> str:
    both = one.to_pandas().merge(other.to_pandas(), how="outer", indicator=True)
    return both[both["_merge"] != "both"].head(12).to_string()
