"""What the UI says about each asset: written for its reader, with rows, units, source and cadence."""

import re
from datetime import date

import dagster as dg
import pytest

from macro_assets.definitions import defs
from macro_assets.defs.automation.schedules import MORNING, OWN_MORNING, OWN_SUNDAY, SUNDAY
from macro_assets.defs.descriptions import with_facts
from macro_assets.tables import TABLES

DEFINITIONS = defs()
GRAPH = DEFINITIONS.resolve_asset_graph()
NODES = {node.key.to_user_string(): node for node in sorted(GRAPH.asset_nodes, key=lambda node: node.key)}


CRON = {
    "Daily": {MORNING, OWN_MORNING, SUNDAY, OWN_SUNDAY, "0 9 * * *"}, "Sundays 06": {"0 6 * * 0"}, "Sundays 04": {"0 4 * * 0"},
    "Saturdays 08": {"0 8 * * 6"}, "On the 1st": {"0 5 1 * *"},
    "Every morning": {"30 9 * * *"},
}  # fmt: skip


def _facts(description: str) -> dict[str, str]:
    return dict(re.findall(r"^- \*\*(\w+)\*\*: (.+)$", description, flags=re.MULTILINE))


@pytest.mark.parametrize("name", NODES)
def test_a_description_is_for_the_person_at_the_screen(name: str) -> None:
    description = NODES[name].description or ""
    text = description.split("\n\n- **")[0]
    assert "elongs here" not in description
    assert len(text) > (100 if NODES[name].is_materializable else 30)
    assert text[0].isupper()
    assert text.endswith(".")


@pytest.mark.parametrize("name", [name for name, node in NODES.items() if node.is_materializable])
def test_an_asset_states_units_source_and_cadence(name: str) -> None:
    facts = _facts(NODES[name].description or "")
    assert {"Units", "Source", "Updated"} <= set(facts)
    assert ("Rows" in facts) == ("Read" in facts) == (name in TABLES)
    for parent in NODES[name].parent_keys:
        assert parent.to_user_string() in facts["Source"] or GRAPH.get(parent).group_name == "providers"


def test_facts_follow_from_the_declaration_of_an_asset() -> None:
    days = dg.DailyPartitionsDefinition(date(2020, 1, 1).isoformat())
    bars = dg.AssetSpec(["bronze", "yahoo_bars"], deps=["yahoo"], description="Bars.", partitions_def=days)
    facts = _facts(with_facts(bars).description or "")
    assert facts["Rows"] == "one per `symbol`, `date`, `realtime_start`, `loaded_at`"
    assert facts["Source"].startswith("[Yahoo Finance](https://")
    assert facts["Updated"].startswith("Daily")
    rebuilt = dg.AssetSpec("x", deps=["a", "b"], automation_condition=dg.AutomationCondition.eager(), description="X.")
    facts = _facts(with_facts(rebuilt).description or "")
    assert facts["Source"] == "`a`, `b`"
    assert facts["Updated"].startswith("When its inputs change")
    assert "Rows" not in facts


def test_every_provider_links_to_its_pages() -> None:
    roots = {key for name, node in NODES.items() if name.startswith("bronze/") for key in node.parent_keys}
    assert roots
    for name, node in NODES.items():
        if name.startswith("bronze/") and node.parent_keys:
            source = _facts(node.description or "")["Source"]
            assert "`catalog/" in source or "](https://" in source or "`MACRO_" in source


def test_the_stated_cadence_is_that_of_the_schedules() -> None:
    crons: dict[str, set[str]] = {name: set() for name in NODES}
    for schedule in DEFINITIONS.schedules or []:
        assert isinstance(schedule, dg.ScheduleDefinition)
        for key in DEFINITIONS.resolve_job_def(schedule.job_name).asset_layer.executable_asset_keys:
            crons[key.to_user_string()].add(str(schedule.cron_schedule))
    for name, node in NODES.items():
        stated = _facts(node.description or "").get("Updated", "")
        for words, expected in CRON.items():
            assert not stated.startswith(words) or (crons[name] <= expected and crons[name]), name
        assert not stated.startswith("On request") or not crons[name], name
