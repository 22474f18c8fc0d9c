"""The world's data: built once for a state of the sources, copied to everyone, and the same as simulated anew."""

from __future__ import annotations

from pathlib import Path

import pytest

import macro_assets
from macro_assets.tables.registry import TABLES
from macro_assets_tests.integration.floors import assert_same_bits
from macro_assets_tests.world import cache, tables
from macro_assets_tests.world.house import ModelsWorld


@pytest.fixture
def built(tmp_path: Path) -> list[str]:
    (tmp_path / "cache").mkdir()
    return []


def fill(tmp_path: Path, built: list[str], key: str, target: str) -> bool:
    def build(root: Path) -> None:
        built.append(key)
        (root / "data").write_text(key)

    return cache.copy_to(tmp_path / target, build, key=key, root=tmp_path / "cache")


def test_data_are_built_once_for_a_hash_and_anew_for_another(tmp_path: Path, built: list[str]) -> None:
    assert [fill(tmp_path, built, key, f"{n}") for n, key in enumerate(("one", "one", "two"))] == [False, True, False]
    assert built == ["one", "two"]
    assert [(tmp_path / name / "data").read_text() for name in "012"] == ["one", "one", "two"]


def test_a_build_that_fails_leaves_nothing_to_be_found(tmp_path: Path, built: list[str]) -> None:
    def fail(root: Path) -> None:
        (root / "data").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        cache.copy_to(tmp_path / "a", fail, key="one", root=tmp_path / "cache")
    assert not fill(tmp_path, built, "one", "b")
    assert (tmp_path / "b" / "data").read_text() == "one"


def test_old_data_are_removed(tmp_path: Path, built: list[str]) -> None:
    for number in range(cache.KEPT + 2):
        fill(tmp_path, built, f"key{number}", f"copy{number}")
    assert len(list((tmp_path / "cache").glob("key*"))) == cache.KEPT


def test_the_hash_follows_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "macro_assets").mkdir()
    module = tmp_path / "macro_assets" / "__init__.py"
    module.write_text("LAG = 1\n")
    monkeypatch.setattr(macro_assets, "__file__", str(module))
    first = cache.sources_hash()
    assert cache.sources_hash() == first
    module.write_text("LAG = 2\n")
    assert cache.sources_hash() != first


def test_the_cached_tables_are_those_of_the_sources(models_world: ModelsWorld) -> None:
    for name, table in tables.tables().items():
        order = [(column, "ascending") for column in TABLES[name].key]
        stored = models_world.lake.read(name).sort_by(order)
        assert_same_bits(stored, table.cast(stored.schema).sort_by(order), name)
