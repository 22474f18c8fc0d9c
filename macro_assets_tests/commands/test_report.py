"""What the demo shows when everything has run, on the models world: the lake's own numbers, and nothing left out."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pytest
from rich.console import Console

from macro_assets.commands import demo, report
from macro_assets.commands.runs import Outcome, Work
from macro_assets.recession import presets
from macro_assets_tests.defs.house import house
from macro_assets_tests.world import tables
from macro_assets_tests.world.house import ModelsWorld, upper_assets

SHOWN = (
    "models/causal_effects",
    "models/event_effects",
    "models/regime_classifier",
    "models/recession_probabilities",
    "evaluation/regime_validation",
)


def selected(work: Work) -> list[str]:
    """Assets that a run materialises."""
    layer = house().resolve_job_def(work.job).asset_layer
    return list(work.selection) or sorted(key.to_user_string() for key in layer.executable_asset_keys)


class Demo:
    """The demo in the models world: its runs are recorded instead of executed, since the world has made the tables."""

    def __init__(self, world: ModelsWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.stages = world, list[list[list[Work]]]()
        for name in SHOWN:
            world.require(name)
        monkeypatch.setattr(demo, "sandbox_home", self.sandbox_home)
        monkeypatch.setattr(demo, "instance", lambda: nullcontext(None))
        monkeypatch.setattr(demo, "processes", lambda count: nullcontext(None))
        monkeypatch.setattr(demo, "run_chains", self.run_chains)

    @contextmanager
    def sandbox_home(self, *_: Any) -> Iterator[tuple[dt.date, dict[str, Any]]]:
        with self.world.entered():
            yield tables.TODAY, tables.economy().truth.as_dict()

    def run_chains(self, chains: list[list[Work]], *_: Any) -> list[Outcome]:
        self.stages.append(chains)
        return [self.outcome(work) for chain in chains for work in chain]

    def outcome(self, work: Work) -> Outcome:
        keys = selected(work)
        checks = [
            {"asset": key, "check": name, "passed": check.passed, "severity": "WARN", "description": check.words}
            for key in keys
            if key in SHOWN
            for name, check in self.world.result(key).checks.items()
        ]
        return Outcome("run", keys, checks)


@dataclass(frozen=True)
class Shown:
    """figures : the report's plain values. printed : what a terminal of 180 columns shows. stages : the runs."""

    figures: dict[str, Any]
    printed: str
    stages: list[list[list[Work]]]


@pytest.fixture(scope="module")
def shown(models_world: ModelsWorld) -> Shown:
    screen = io.StringIO()
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(report, "console", lambda: Console(file=screen, width=report.FILE_WIDTH))
        stage = Demo(models_world, monkeypatch)
        figures = demo.run(Path("demo_home"), None, tables.SEED, None)
    return Shown(figures, screen.getvalue(), stage.stages)


@pytest.fixture
def printed(shown: Shown) -> str:
    return shown.printed


@pytest.fixture
def figures(shown: Shown) -> dict[str, Any]:
    return shown.figures


def test_every_asset_is_made_once_and_after_its_parents(shown: Shown) -> None:
    graph = house().resolve_asset_graph()
    wanted = {node.key.to_user_string() for node in graph.asset_nodes if node.is_materializable}
    runs = [[selected(work) for work in chain] for stage in shown.stages for chain in stage]
    count = Counter(key for chain in runs for keys in chain for key in keys)
    assert set(count) == wanted
    assert {key: number for key, number in count.items() if number > 1} == {}
    assert shown.figures["assets_not_materialised"] == []
    done: set[str] = set()
    for stage in shown.stages:
        before = set(done)
        for chain in stage:
            seen = set(before)
            for work in chain:
                seen |= set(selected(work))
                for key in selected(work):
                    parents = graph.get(dg.AssetKey(key.split("/"))).parent_keys
                    assert {parent.to_user_string() for parent in parents} & wanted <= seen, key
            done |= seen


def test_walk_forwards_are_the_newest_partitions(shown: Shown) -> None:
    works = [work for stage in shown.stages for chain in stage for work in chain]
    forwards = [work for work in works if any("walk_forward" in key for key in work.selection)]
    assert len(forwards) == 2
    for work in forwards:
        keys = house().resolve_asset_graph().get(dg.AssetKey(work.selection[0].split("/"))).partitions_def
        assert keys is not None
        assert work.keys == tuple(keys.get_partition_keys()[i] for i in (-demo.WALK_FORWARD_ORIGINS, -1))


def test_effects_stand_beside_the_truth_of_the_economy(figures: dict[str, Any], models_world: ModelsWorld) -> None:
    truth = tables.economy().truth
    stored = models_world.frame("models/causal_effects").query("learner == 'linear'")
    assert len(figures["effects"]) == len(stored)
    for row in figures["effects"]:
        if row["shock"] in ("fed_surprise", "oil_supply_news"):
            assert row["truth"] == pytest.approx(truth.effect(row["shock"], row["outcome"], row["horizon"]))


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split("[│┃]", line)[1:-1]]


def test_event_days_are_printed_before_the_months(printed: str, models_world: ModelsWorld) -> None:
    stored = models_world.frame("models/event_effects").query("sample == 'all' and window == '[+0]'")
    wanted = stored[stored["outcome"].isin(report.SHOWN_OUTCOMES)]
    assert len(wanted) >= 3
    first, _, second = printed.partition("Effects in the month of the shock")
    lines = [cells(line) for line in first.splitlines()]
    for row in wanted.itertuples():
        line = next(one for one in lines if one[:2] == [row.shock, row.outcome])
        assert line[5:8] == [f"{row.n} ({row.effective_n:.0f})", row.identification, row.finding]
    assert second


def test_the_effects_printed_are_the_stored_ones(printed: str, models_world: ModelsWorld) -> None:
    stored = models_world.frame("models/causal_effects").query("learner == 'linear' and horizon == 0")
    shown = {tuple(cells(line)[:2]): cells(line) for line in printed.splitlines() if len(cells(line)) == 9}
    wanted = stored[stored["shock"].isin(report.SHOWN_SHOCKS) & stored["outcome"].isin(report.SHOWN_OUTCOMES)]
    assert len(wanted) >= 9
    for row in wanted.itertuples():
        line = shown[(row.shock, row.outcome)]
        assert line[2] == f"{row.point:+.4g}"
        assert line[3] == f"{row.lower:+.4g} to {row.upper:+.4g}"
        assert line[6:8] == [row.identification, row.finding]
        assert line[8], "the truth"


def test_regime_and_odds_printed_are_those_of_today(printed: str, models_world: ModelsWorld) -> None:
    regimes = models_world.lake.read("models/regime_probabilities", where={"model": "two_factors"}).to_pandas()
    newest = regimes[regimes["as_of"] == tables.TODAY]
    assert f"as of {tables.TODAY}: {newest['label'].iloc[0].replace('_', ' ')}" in printed
    score = models_world.frame("evaluation/regime_validation").set_index("model").loc["two_factors"]
    assert f"balanced accuracy {score['balanced_accuracy']:.2f} against NBER" in printed
    assert f"{score['revision_rate']:.1%} of labels revised" in printed
    for row in newest.itertuples():
        assert f"{row.regime.replace('_', ' ')} {row.probability:.0%}" in printed
    odds = models_world.frame("models/recession_probabilities")
    odds = odds[pd.to_datetime(odds["as_of"]) == pd.Timestamp(tables.TODAY)]
    lines = {tuple(cells(line)[:2]): cells(line) for line in printed.splitlines() if "recession_within" in line}
    for row in odds[odds["model"].isin([presets.DEFAULT, *presets.COMPARED])].itertuples():
        line = lines[(row.target, row.model)]
        assert line[2:4] == [str(row.as_of), f"{row.probability:.1%}"]
        assert line[4] == ("default, unproven" if row.model == presets.DEFAULT else "comparison")
    assert len(lines) < len(odds), "models that are neither champion nor its comparison stay in the table"


def test_verdicts_on_shocks_and_checks_are_printed(
    printed: str, figures: dict[str, Any], models_world: ModelsWorld
) -> None:
    stored = models_world.frame("models/causal_effects").query("learner == 'linear'")
    verdicts = stored.groupby("shock")[["identification", "identification_reason"]].first()
    flat = " ".join(printed.split())
    for verdict, reason in verdicts.itertuples(index=False):
        assert (f"{verdict}: {' '.join(reason.split())}" in flat) == (verdict != "association")
    refused = verdicts.loc[verdicts["identification"] == "not identified", "identification_reason"]
    assert len(refused) >= 1
    assert figures["shocks_not_identified"] == sorted(refused)
    checks = [check for key in SHOWN for check in models_world.result(key).checks.values()]
    count = sum(check.passed for check in checks)
    assert f"Checks: {count} passed, {len(checks) - count} failed" in printed
    assert len(upper_assets()) < len(figures["assets_materialised"])


def test_the_number_of_rows_of_every_table_is_printed(printed: str, models_world: ModelsWorld) -> None:
    lines = {cells(line)[0]: cells(line) for line in printed.splitlines() if len(cells(line)) == 4}
    for table in ("models/recession_probabilities", "silver/observations", "gold/monthly_cube"):
        stored = models_world.lake.info(table)
        assert lines[table] == [table, f"{stored.rows:,}", str(stored.first), str(stored.last)]
