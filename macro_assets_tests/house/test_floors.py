"""The floors of the house hold, and every contract refuses what it is named after."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from macro_assets_tests.house.copies import REPOSITORY, copy_package, environment

LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(limit_to_contracts=(sys.argv[1],), "
)
LINT += "cache_dir=None))"
PLANTED = {
    "floors": [
        ("vintage", "from macro_assets.signals import features"),
        ("sources", "import macro_assets.lake"),
        ("lake", "import macro_assets.sources"),
        ("plausibility", "import macro_assets.vintage.calendars"),
        ("tables", "import macro_assets.inference"),
        ("causal", "def answer():\n    import macro_assets.regimes"),
        ("recession", "import macro_assets.causal.engine"),
        ("registry", "import macro_assets.sandbox"),
        ("export", "import macro_assets.registry"),
        ("defs", "import macro_assets.sandbox.clock"),
        ("catalog", "import macro_assets.tables.registry"),
    ],
    "dagster": [("tables", "import dagster"), ("registry", "def log():\n    import dagster"), ("sandbox", "import dagster")],
    "sandbox": [("sandbox", "import macro_assets.lake"), ("sandbox", "import macro_assets.sources.fred"),
                ("sandbox", "import macro_assets.defs")],
    "pictures": [("pictures", "import macro_assets.causal.engine"), ("pictures", "import macro_assets.catalog"),
                 ("pictures", "def bars():\n    import macro_assets.inference.scores")],
    "pure": [("vintage", "from macro_assets.lake.store import Lake"), ("signals", "from macro_assets.lake import Lake"),
             ("regimes", "import macro_assets.sources"), ("causal", "import macro_assets.lake.as_of"),
             ("plausibility", "import macro_assets.lake")],
    "causal": [("causal/engine", "import macro_assets.causal.belief"), ("causal/belief", "import macro_assets.causal.events"),
               ("causal/variation", "from macro_assets.causal import estimators")],
    "inference": [("inference", "import macro_assets.tables"), ("inference", "import macro_assets.catalog")],
}  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_package(tmp_path_factory.mktemp("house"))


def lint(folder: Path, contract: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, contract], cwd=folder, env=environment(folder), capture_output=True, text=True
    )


@pytest.mark.parametrize("contract", PLANTED)
def test_contract_holds_and_refuses_planted_violations(contract: str, copy: Path) -> None:
    kept = lint(copy, contract)
    assert "1 kept, 0 broken" in kept.stdout, kept.stdout + kept.stderr
    for room, violation in PLANTED[contract]:
        planted = copy / "macro_assets" / room / "planted.py"
        planted.write_text(violation + "\n")
        refused = lint(copy, contract)
        planted.unlink()
        assert refused.returncode == 1, (room, violation)
        assert "0 kept, 1 broken" in refused.stdout, refused.stdout + refused.stderr
        assert f"macro_assets.{room.replace('/', '.')}.planted" in refused.stdout.replace("\n", "")


def test_a_room_on_no_floor_is_refused(copy: Path) -> None:
    attic = copy / "macro_assets" / "attic.py"
    attic.write_text('"""A room nobody gave a floor."""\n')
    refused = lint(copy, "floors")
    attic.unlink()
    assert refused.returncode == 1
    assert "attic" in refused.stdout


def test_every_contract_has_its_violations() -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    assert {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]} == set(PLANTED)


def circle(folder: Path) -> str:
    """One circle of imports, those inside functions and for type checkers included; empty where there is none."""
    code = (
        "import graphlib, grimp\n"
        "graph = grimp.build_graph('macro_assets', cache_dir=None)\n"
        "edges = {m: graph.find_modules_directly_imported_by(m) for m in graph.modules}\n"
        "try: graphlib.TopologicalSorter(edges).prepare()\n"
        "except graphlib.CycleError as error: print(*error.args[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(folder), capture_output=True, text=True, check=True
    )
    return done.stdout


def test_no_import_circle_and_a_planted_one_is_found(copy: Path) -> None:
    assert circle(copy) == ""
    first, second = (copy / "macro_assets" / "inference" / f"planted_{n}.py" for n in (1, 2))
    first.write_text("def later():\n    from macro_assets.inference import planted_2\n")
    second.write_text("from macro_assets.inference import planted_1\n")
    found = circle(copy)
    first.unlink()
    second.unlink()
    assert "planted_1" in found
    assert "planted_2" in found
