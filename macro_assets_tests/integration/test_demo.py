"""The jobs of the demo, in its order and by its own runner, on a small world: from providers to targets and regimes.

The whole demo takes minutes, so the models besides the regimes, and with them the report, stay with `make demo`: its
report reads the tables of every model. Here every table below them is made by the jobs a user runs, with all checks.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator

import dagster as dg
import pyarrow.compute as pc
import pytest
from rich.progress import Progress

from macro_assets.catalog import load_catalog
from macro_assets.commands.runs import Outcome, Work, run
from macro_assets.lake import Lake
from macro_assets.sandbox import NO_LIMITS, SandboxServer
from macro_assets.sandbox.economy import simulate
from macro_assets.signals.feature_sets import FEATURE_SETS
from macro_assets_tests.defs.house import house

START, TODAY = dt.date(1981, 1, 1), dt.date(2000, 12, 31)
TAIL = (dt.date(2000, 12, 28), TODAY)
LAYERS = ("bronze", "silver", "gold", "features", "treatments", "targets")
REGIMES = {"ops": {"models__regime_classifier": {"config": {"minimum_months": 120, "epochs": 10}}}}


def works() -> list[Work]:
    """The past through the history assets, the last days as partitions, what derives from them, the regimes."""
    through = {"config": {"through": (TAIL[0] - dt.timedelta(days=1)).isoformat()}}
    histories = {"ops": {"bronze__fred_history": through, "bronze__yahoo_history": through}}
    days = (TAIL[0].isoformat(), TAIL[1].isoformat())
    beyond_silver = tuple(key for key in assets() if key.partition("/")[0] in LAYERS[2:])
    return [
        Work("history_job", "history", config=histories),
        Work("world_bank_job", "World Bank", days),
        Work("daily_refresh_job", "days", days),
        Work("derived_job", "derived", selection=beyond_silver),
        Work("coverage_job", "days that are missing"),
        Work(
            "weekly_training_job",
            "regimes",
            config=REGIMES,
            selection=("models/regime_classifier", "models/regime_probabilities"),
        ),
    ]


def assets() -> list[str]:
    graph = house().resolve_asset_graph()
    return sorted(node.key.to_user_string() for node in graph.asset_nodes if node.is_materializable)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Outcome], Lake]]:
    home, before = tmp_path_factory.mktemp("home"), dict(os.environ)
    archive = simulate(seed=5, start=START, end=TODAY).archive
    with SandboxServer(archive, today=TODAY) as sandbox, dg.DagsterInstance.ephemeral() as instance:
        os.environ |= sandbox.urls | NO_LIMITS | {"MACRO_HOME": str(home), "MACRO_TODAY": TODAY.isoformat()}
        try:
            yield [run(work, instance, Progress(disable=True)) for work in works()], Lake(home / "lake")
        finally:
            os.environ.clear()
            os.environ.update(before)


def test_every_table_below_the_models_is_made(loaded: tuple[list[Outcome], Lake]) -> None:
    done = {key for outcome in loaded[0] for key in outcome.assets}
    wanted = {key for key in assets() if key.partition("/")[0] in LAYERS} - {"bronze/own_data"}  # no files of its own
    assert wanted - done == set()
    assert "models/regime_classifier" in done
    stored = {table.name: table.rows for table in loaded[1].tables()}
    assert all(rows > 0 for rows in stored.values())
    assert {"targets/recession_targets", "features/recession_features", "treatments/macro_shocks"} <= set(stored)


def test_every_check_is_green_but_for_the_series_this_economy_lacks(loaded: tuple[list[Outcome], Lake]) -> None:
    message = [check for outcome in loaded[0] for check in outcome.checks]
    assert len(message) > 20
    failed = {(check["asset"], check["check"]) for check in message if not check["passed"]}
    quarterly = [f"features/recession_features{mode}" for mode in ("", "_revised")]
    assert failed <= {
        ("bronze/coverage", "series_known_to_provider"),
        ("bronze/fred_vintages", "catalogue_covered"),
        *((name, "features_present") for name in quarterly),
    }


def test_only_features_of_series_that_this_economy_lacks_are_absent(loaded: tuple[list[Outcome], Lake]) -> None:
    lake = loaded[1]
    held = set(lake.read("silver/observations", columns=["series_id"])["series_id"].to_pylist())
    lacking = set(load_catalog().series) - held
    for features in FEATURE_SETS:
        for name in features.tables:
            present = set(lake.read(name, columns=["feature"])["feature"].to_pylist())
            absent = [feature for feature in features.features if feature.name not in present]
            assert all(lacking & set(feature.reads) for feature in absent), name
            assert len(absent) < len(features.features) / 20


def test_the_regime_of_today_is_stated_with_probabilities_that_add_up(loaded: tuple[list[Outcome], Lake]) -> None:
    rows = loaded[1].read("models/regime_probabilities", where={"model": "two_factors"})
    newest = rows.filter(pc.equal(rows["as_of"], pc.max(rows["as_of"])))
    assert newest["as_of"][0].as_py() == TODAY
    assert sum(newest["probability"].to_pylist()) == pytest.approx(1.0)
    assert len(set(newest["label"].to_pylist())) == 1
