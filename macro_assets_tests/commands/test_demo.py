"""The plan of the demo: every asset is part of it, and nothing runs before what it reads."""

from datetime import date

import pytest

from macro_assets.commands import demo
from macro_assets.commands.runs import Work
from macro_assets.definitions import defs

TODAY = date(2024, 12, 31)
DEFINITIONS = defs()
NODES = {node.key.to_user_string(): node for node in DEFINITIONS.resolve_asset_graph().asset_nodes}


def _assets(work: Work) -> set[str]:
    """Keys a run materialises: its selection, or everything of its job."""
    job = DEFINITIONS.resolve_job_def(work.job)
    return set(work.selection) or {key.to_user_string() for key in job.asset_layer.executable_asset_keys}


@pytest.fixture(scope="module")
def stages() -> list[list[demo.Chain]]:
    return demo.stages(TODAY)


def test_the_demo_materialises_every_asset(stages: list[list[demo.Chain]]) -> None:
    covered = {key for stage in stages for chain in stage for work in chain for key in _assets(work)}
    assert covered == {key for key, node in NODES.items() if node.is_materializable}


def test_nothing_runs_before_what_it_reads(stages: list[list[demo.Chain]]) -> None:
    providers = {key for key, node in NODES.items() if not node.is_materializable}
    loaded_later = {"bronze/fred_vintages", "bronze/yahoo_bars"}  # the tables that the history assets write first
    finished = providers | loaded_later
    for stage in stages:
        ends = set()
        for chain in stage:
            present = set(finished)
            for work in chain:
                for key in _assets(work):
                    missing = {parent.to_user_string() for parent in NODES[key].parent_keys} - present - _assets(work)
                    assert not missing, f"{key} runs before {missing}"
                present |= _assets(work)
            ends |= present
        finished |= ends


def test_what_one_function_makes_is_one_run(stages: list[list[demo.Chain]]) -> None:
    for stage in stages:
        for chain in stage:
            for work in chain:
                for key in _assets(work):
                    together = {k.to_user_string() for k in NODES[key].execution_set_entity_keys} & set(NODES)
                    assert together <= _assets(work)


def test_ranges_end_today_and_origins_are_the_newest(stages: list[list[demo.Chain]]) -> None:
    works = {work.title: work for stage in stages for chain in stage for work in chain}
    assert works["Last 30 vintage days"].keys == ("2024-12-02", "2024-12-31")
    history = works["History of FRED"].config["ops"]["bronze__fred_history"]["config"]
    assert history == {"through": "2024-12-01"}, "the day before the partitions begin"
    for work in demo.walk_forwards(NODES):
        partitions = NODES[work.selection[0]].partitions_def
        assert partitions is not None
        keys = partitions.get_partition_keys()
        assert work.keys == (keys[-demo.WALK_FORWARD_ORIGINS], keys[-1])
