"""The account of rows can fail: for every provider, a row lost between its answer and its facts turns the check red."""

import importlib
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from macro_assets.defs.bronze.loading import Tally, gather
from macro_assets.lake import Lake
from macro_assets.sources.batch import SourceBatch
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.registry import TABLES
from macro_assets_tests.defs.house import World, checks, house, metadata, world
from macro_assets_tests.lake.examples import VINTAGES, fact, facts
from macro_assets_tests.own_data.files import declare, months, write

DAYS = ("2012-06-04", "2012-06-08")
TRANSFORMS = {
    "fred": "facts_begun",
    "yahoo": "bars_of_frame",
    "world_bank": "indicator_facts",
    "policy_surprises": "read_surprises",
    "own_data": "own_facts",
}  # of its module source.py
ONE = {
    "bronze__fred_vintages": {"config": {"series": ["ICSA"]}},
    "bronze__yahoo_bars": {"config": {"symbols": ["SPY"]}},
}


def losing(transform: Callable[..., Any]) -> Callable[..., Any]:
    """The transform without the last row of what it returns."""

    def shorter(*args: Any, **kwargs: Any) -> Any:
        result = transform(*args, **kwargs)
        if hasattr(result, "up_to"):
            return result.up_to(int(result.day[-2]))
        whole = result[0] if isinstance(result, tuple) else result
        part = whole.slice(0, whole.num_rows - 1) if isinstance(whole, pa.Table) else whole[:-1]
        return (part, *result[1:]) if isinstance(result, tuple) else part

    return shorter


def load(loaded: World, provider: Provider[Any]) -> tuple[bool, dict[str, Any], bool]:
    """One run of the provider's first asset: whether its account is right, its metadata, whether the run succeeded."""
    key = provider.asset_keys[0]
    result = loaded.run(key, days=DAYS if provider.window else None, config=ONE)
    return checks(result)[key, "rows_accounted"], metadata(result, key), result.success


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.name)
def test_a_row_lost_on_the_way_fails_the_check(
    provider: Provider[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module(f"macro_assets.sources.{provider.name}.source")
    declare(tmp_path / "own", "index")
    write(tmp_path / "own", "index", [(month, 1.0) for month in months(2008, 2011)])
    with world(tmp_path / "whole", date(2012, 6, 8), MACRO_OWN_DATA=str(tmp_path / "own")) as loaded:
        accounted, metadata_of_run, succeeded = load(loaded, provider)
        assert (accounted, metadata_of_run["rows_unaccounted"], succeeded) == (True, "none", True)
        name = TRANSFORMS[provider.name]
        monkeypatch.setattr(module, name, losing(getattr(module, name)))
        accounted, metadata_of_run, succeeded = load(loaded.elsewhere(tmp_path / "lost"), provider)
        assert (accounted, succeeded) == (False, False)
        assert metadata_of_run["rows_unaccounted"].rpartition(": ")[2] != "none"


def test_two_losses_do_not_cancel() -> None:
    table = pa.table({"value": [1.0, 2.0]})
    tally = Tally()
    tally.add("one too few", SourceBatch(table, offered=3, clipped=0, requests=1))
    tally.add("one too many", SourceBatch(table, offered=1, clipped=0, requests=1))
    tally.new = 4
    assert tally.unaccounted == {"one too few": 1, "one too many": -1}
    assert not tally.accounted


def test_the_account_stops_what_follows_for_every_asset_of_a_provider() -> None:
    graph = house().resolve_asset_graph()
    accounts = {key.asset_key.to_user_string() for key in graph.asset_check_keys
                if key.name == "rows_accounted" and graph.get(key).blocking}  # fmt: skip
    assert accounts == {key for provider in PROVIDERS for key in provider.asset_keys}


def test_what_another_process_received_meanwhile_counts_though_it_is_committed_first(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    observed = {"observed": "2025-01-14", "began": "2025-01-15"}
    window = (date(2025, 1, 15), date(2025, 1, 15))

    def fetch(name: str) -> SourceBatch:
        if name == "DGS2":  # the other process corrects the first series while this one still asks for the second
            lake.load(VINTAGES, facts([fact("DGS10", value=4.60, **observed)]))
        return SourceBatch(facts([fact(name, value=4.65, **observed)]), offered=1, clipped=0, requests=1)

    names = ["DGS10", "DGS2"]
    tally = gather(
        names, fetch, lake, TABLES[VINTAGES], log=logging.getLogger("test"), clock=lambda: datetime.now(UTC),
        windows=dict.fromkeys(names, window),
    )  # fmt: skip
    stored = lake.read(VINTAGES, ["series_id", "value"]).to_pylist()
    assert {row["series_id"]: row["value"] for row in stored} == {"DGS10": 4.60, "DGS2": 4.65}
    assert tally.accounted
