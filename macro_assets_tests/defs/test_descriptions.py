"""What the UI says about each asset: written for its reader, with rows, units, source and cadence."""

import re
from datetime import date

import dagster as dg
import pytest

from macro_assets.definitions import defs
from macro_assets.defs.descriptions import with_facts
from macro_assets.tables import TABLES

GRAPH = defs().resolve_asset_graph()
NODES = {node.key.to_user_string(): node for node in sorted(GRAPH.asset_nodes, key=lambda node: node.key)}


def _facts(description: str) -> dict[str, str]:
    return dict(re.findall(r"^- \*\*(\w+)\*\*: (.+)$", description, flags=re.MULTILINE))


@pytest.mark.parametrize("name", NODES)
def test_a_description_is_for_the_person_at_the_screen(name: str) -> None:
    description = NODES[name].description or ""
    text = description.split("\n\n- **")[0]
    assert "elongs here" not in description
    assert len(text) > 30
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
    assert facts["Rows"] == "one per `symbol`, `date`, `realtime_start`"
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
            assert "`catalog/" in source or "](https://" in source
