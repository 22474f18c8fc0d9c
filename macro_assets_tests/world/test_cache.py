"""The world's data: built once for a state of the sources, copied to everyone, and the same as simulated anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from macro_assets.tables.registry import TABLES
from macro_assets_tests.house.copies import copy_package, flipped
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


@pytest.mark.parametrize(
    ("file", "definition", "changes"),
    [("vintage/completeness.py", "closed_by_later", True), ("signals/targets.py", "monthly_targets", True),
     ("recession/odds.py", "answer", False), ("defs/io_manager.py", "LakeIOManager", False)],
)  # fmt: skip
def test_the_hash_follows_what_the_data_rest_on(tmp_path: Path, file: str, definition: str, *, changes: bool) -> None:
    package = copy_package(tmp_path) / "macro_assets"
    source = package / file
    source.write_text(flipped(source.read_text(), definition))
    assert (cache.sources_hash(package) != cache.sources_hash()) == changes


def test_the_cached_tables_are_those_of_the_sources(models_world: ModelsWorld) -> None:
    for name, table in tables.tables().items():
        order = [(column, "ascending") for column in TABLES[name].key]
        stored = models_world.lake.read(name).sort_by(order)
        assert_same_bits(stored, table.cast(stored.schema).sort_by(order), name)
