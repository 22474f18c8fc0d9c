"""Announcements and families of published series: what the catalogue accepts of them, and what it refuses by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from macro_assets.catalog import load_catalog
from macro_assets.errors import CatalogError

EVENT = """
events:
  - {name: mine, title: Mine, shock: %(shock)s, unit: percent, source: %(source)s%(size)s}
"""
PUBLISHED = '{name: published, files: ["mine:x"]}'


def loaded(tmp_path: Path, **parts: str) -> object:
    text = EVENT % ({"shock": "oil_supply_news", "source": PUBLISHED, "size": ""} | parts)
    (tmp_path / "events.yaml").write_text(text)
    return load_catalog(tmp_path).events["mine"]


def family(tmp_path: Path, **parts: str) -> object:
    fields = {"shock": "oil_supply_news", "moves": "DCOILWTICO", "built": "[]"} | parts
    (tmp_path / "events.yaml").write_text(
        f"families:\n  - name: mine\n    title: Mine\n    shock: {fields['shock']}\n    moves: {fields['moves']}\n"
        "    size: 1\n    size_unit: one\n    members:\n      - {input: 'a:x', title: A}\n"
        f"      - {{input: 'b:x', title: B, built_from: {fields['built']}}}\n"
    )
    return load_catalog(tmp_path).families["mine"]


def test_every_packaged_announcement_has_the_tier_of_a_shock_and_a_size() -> None:
    catalog = load_catalog()
    assert {"fomc", "opec"} <= set(catalog.events)
    for event in catalog.events.values():
        assert event.shock in catalog.shocks
        assert (event.per is None) == (event.per_unit == "")


def test_an_announcement_of_your_own_is_one_entry(tmp_path: Path) -> None:
    assert loaded(tmp_path, size=", per: 2, per_unit: two percent") is not None
    assert family(tmp_path) is not None


def check_refusals(tmp_path: Path, make: Callable[..., object], cases: dict[str, dict[str, str]]) -> None:
    """Each case is refused with the words it is named by, and with its file."""
    for words, parts in cases.items():
        with pytest.raises(CatalogError, match=r"events\.yaml") as caught:
            make(tmp_path, **parts)
        assert words in f"{caught.value.message} {caught.value.remedy}", words


def test_what_cannot_be_an_event_is_refused_with_its_place(tmp_path: Path) -> None:
    cases = {
        "Unknown shock 'oil_suply_news'": {"shock": "oil_suply_news"},
        "release 53 are not recorded days": {"source": "{name: release, release: 53}"},
        "not by a real-time forecast": {"source": "{name: release, release: 50}"},
        "per and per_unit go together": {"size": ", per: 2"},
        "files": {"source": "{name: published, files: [mine]}"},
        "'calendar'": {"source": "{name: calendar}"},
    }
    check_refusals(tmp_path, loaded, cases)


def test_days_of_a_release_that_follow_a_rule_name_the_releases_that_have_true_days(tmp_path: Path) -> None:
    with pytest.raises(CatalogError) as caught:
        loaded(tmp_path, shock="gdp_innovation", source="{name: release, release: 53}")
    assert "50 (Employment Situation)" in (caught.value.remedy or "")


def test_families_name_what_does_not_exist(tmp_path: Path) -> None:
    cases = {"Did you mean DCOILWTICO": {"moves": "DCOILWTIC"}, "has frequency M": {"moves": "CPIAUCSL"},
             "is not among its members": {"moves": "'c:x'"}, "Unknown outcome 'sp50'": {"built": "[sp50]"},
             "Unknown shock 'oil'": {"shock": "oil"}}  # fmt: skip
    check_refusals(tmp_path, family, cases)
