"""`code_version` tells the truth: it follows what an asset rests on, and nothing else."""

import ast
import dataclasses
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import grimp
import pyarrow as pa
import pytest
import yaml

from macro_assets.catalog import load_catalog
from macro_assets.defs.bronze.provider import rests_on
from macro_assets.defs.bronze.quarantine import RESTS_ON as QUARANTINE_RESTS_ON
from macro_assets.defs.bronze.release_days import RESTS_ON as DAYS_REST_ON
from macro_assets.defs.bronze.series_facts import RESTS_ON
from macro_assets.defs.silver.sources import tables_of
from macro_assets.defs.versions import code_version, declared
from macro_assets.defs.versions.closure import closure
from macro_assets.defs.versions.syntax import SourceFile, source_file
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.registry import TABLES
from macro_assets_tests.defs.house import house
from macro_assets_tests.house.copies import PACKAGE, copy_package, environment, flipped

ASSETS = "macro_assets.defs."
CUBES = {"gold/monthly_cube", "gold/quarterly_cube"}
REVISED = {"features/recession_features_revised", "features/recession_features_monthly_revised"}
FRED = {"bronze/fred_vintages", "bronze/fred_history"}
YAHOO = {"bronze/yahoo_bars", "bronze/yahoo_history"}
# file and definition that is flipped; assets whose version must change; assets whose version must stay
FLIPS = {
    "catalog": ("catalog/periods.py", "period_end", CUBES | {"silver/observations"}, {"silver/prices"}),
    "tables": ("tables/rows.py", "as_arrow", CUBES | FRED, {"evaluation/causal_validation"}),
    "inference": ("inference/longrun.py", "ewc_stderr", {"models/causal_effects"}, CUBES | FRED),
    "pictures": ("pictures/facts.py", "known_series", CUBES, FRED | {"models/causal_effects"}),
    "sources": ("sources/fred/facts.py", "facts_begun", FRED, YAHOO | CUBES),
    "lake": ("lake/load.py", "appended", FRED | YAHOO, {"evaluation/causal_validation"}),
    "vintage": ("vintage/completeness.py", "closed_by_later", CUBES | REVISED, {"silver/prices", *FRED}),
    "signals": ("signals/targets.py", "monthly_targets", {"targets/recession_targets"}, {"treatments/macro_shocks", *CUBES}),
    "causal engine": ("causal/engine/linear.py", "linear_stderr", {"models/causal_effects", "evaluation/causal_validation"},
                      {"models/regime_classifier", "treatments/macro_shocks"}),
    "causal belief": ("causal/belief/placebos.py", "placebo_shock", {"models/causal_effects"}, {"gold/asset_returns"}),
    "causal variation": ("causal/variation/contrast.py", "x_learner_contrast", {"models/effect_heterogeneity"}, CUBES),
    "regimes": ("regimes/factors.py", "regime_labels", {"models/regime_classifier"}, {"models/causal_effects"}),
    "recession": ("recession/candidates.py", "FittedCandidate", {"models/recession_classifier", "registry/champions",
                  "evaluation/recession_walk_forward_monthly"}, {"models/causal_effects", "targets/recession_targets"}),
    "recession evaluation": ("recession/evaluation/gate.py", "decide", {"registry/champions"},
                             {"evaluation/recession_walk_forward_monthly", "features/recession_features"}),
    "export": ("export/recession.py", "classifier_graph", {"models/recession_classifier"}, {"models/regime_classifier"}),
    "registry": ("registry/store.py", "Registry", {"models/causal_effects", "registry/champions"}, CUBES),
    "shell": ("defs/io_manager.py", "LakeIOManager", {"gold/asset_returns"}, {"evaluation/causal_validation"}),
    "sandbox": ("sandbox/wire.py", "", set(), {"models/causal_effects"}),
    "commands": ("commands/demo.py", "", set(), {"models/causal_effects"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_package(tmp_path_factory.mktemp("versions"))


def changed(copy: Path, edits: dict[str, list[tuple[str, str]]]) -> dict[str, set[str]]:
    """Assets whose version each named set of edits changes in the copy."""
    script = Path(__file__).with_name("report_versions.py")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script)], env=environment(copy), cwd=copy, capture_output=True, text=True,
        input=json.dumps(edits),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return {name: set(assets) for name, assets in json.loads(done.stdout).items()}


def test_a_rule_changed_in_a_room_changes_what_rests_on_it_and_nothing_else(copy: Path) -> None:
    edits = {}
    for room, (file, definition, _, _) in FLIPS.items():
        path = copy / "macro_assets" / file
        source = path.read_text()
        edits[room] = [(str(path), flipped(source, definition) if definition else f"{source}\n_flipped = True\n")]
    found = changed(copy, edits)
    reaches = asset_closures()
    for room, (file, _, must, may_not) in FLIPS.items():
        assert found[room] >= must, (room, must - found[room])
        assert not found[room] & may_not, (room, found[room] & may_not)
        module = "macro_assets." + file.removesuffix(".py").replace("/", ".")
        for asset in found[room]:
            assert module in reaches[asset], (room, asset)


def test_comments_docstrings_formatting_and_definitions_nobody_reaches_change_nothing(copy: Path) -> None:
    files = [path for path in (copy / "macro_assets").rglob("*.py") if "sandbox" not in path.parts]
    reworded = [(str(path), reworded_source(path.read_text())) for path in files]
    cube = copy / "macro_assets" / "vintage" / "cube.py"
    unused = [(str(cube), cube.read_text() + "\n\ndef unused() -> int:\n    return 1\n")]
    found = changed(copy, {"reworded": reworded, "unused": unused})
    assert found["reworded"] == set()
    assert found["unused"] == set()
    assert len(found[""]) > 20


def reworded_source(source: str) -> str:
    """The same program without comments, in another layout, with other docstrings."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            node.body[0] = ast.Expr(ast.Constant("Other words."))
    return ast.unparse(tree)


def test_every_import_that_grimp_sees_is_seen() -> None:
    graph = grimp.build_graph("macro_assets", exclude_type_checking_imports=True, cache_dir=None)
    for name, file in source_files().items():
        assert imported_modules(file, graph.modules) == graph.find_modules_directly_imported_by(name), name


def test_closures_lie_inside_those_of_grimp_and_hold_more_than_the_asset(copy: Path) -> None:
    reaches = asset_closures()
    assert len(reaches) > 20
    for asset, roots in asset_roots().items():
        reached = closure(roots).modules
        assert reached <= reaches[asset], (asset, reached - reaches[asset])
        assert len(reached) > 10, asset


def source_files() -> dict[str, SourceFile]:
    """Every module of the package, parsed."""
    found: dict[str, SourceFile] = {}
    for path in PACKAGE.rglob("*.py"):
        parts = ("macro_assets", *path.relative_to(PACKAGE).with_suffix("").parts)
        name = ".".join(part for part in parts if part != "__init__")
        found[name] = source_file(path, name)
    return found


def imported_modules(file: SourceFile, modules: set[str]) -> set[str]:
    """Modules of the package that a file imports anywhere in it."""
    targets = set(file.imports.values()) | {t for s in file.statements() for t in s.reading.imports.values()}
    nearest = {target if target in modules else target.rpartition(".")[0] for target in targets}
    return {name for name in nearest if name in modules} - {file.name}


def asset_modules() -> dict[str, str]:
    """The module that defines each asset."""
    found: dict[str, str] = {}
    for assets in house().assets or ():
        if isinstance(assets, dg.AssetsDefinition) and assets.is_executable:
            function = inspect.unwrap(assets.op.compute_fn.decorated_fn)  # type: ignore[union-attr]
            found |= {key.to_user_string(): function.__module__ for key in assets.keys}
    return found


def asset_roots() -> dict[str, tuple[str, ...]]:
    """For each asset its module and what it reaches by no import: the declarations of its provider or tables."""
    named = {key: rests_on(provider) for provider in PROVIDERS for key in provider.asset_keys}
    named |= {
        "bronze/series_facts": RESTS_ON,
        "bronze/release_days": DAYS_REST_ON,
        "bronze/quarantine": QUARANTINE_RESTS_ON,
    }
    named |= {silver: tables_of(silver) for silver in ("silver/observations", "silver/prices")}
    return {asset: (module, *named.get(asset, ())) for asset, module in asset_modules().items()}


def asset_closures() -> dict[str, set[str]]:
    """For each asset the modules that grimp finds below its own and the IO manager's, lazy exports of packages included."""
    graph = grimp.build_graph("macro_assets", exclude_type_checking_imports=True, cache_dir=None)
    for name, file in source_files().items():
        for target in file.exports.values():
            graph.add_import(importer=name, imported=home(target, graph.modules))
    io_manager = "macro_assets.defs.io_manager"
    modules = {asset: {home(root, graph.modules) for root in roots} for asset, roots in asset_roots().items()}
    below = {m: around(graph.find_upstream_modules(m) | {m}) for m in set().union(*modules.values(), {io_manager})}
    return {asset: set().union(*(below[m] for m in own), below[io_manager]) for asset, own in modules.items()}


def home(root: str, modules: set[str]) -> str:
    """The module of a dotted name: the name itself, or that of the definition it names."""
    return root if root in modules else root.rpartition(".")[0]


def around(modules: set[str]) -> set[str]:
    """Modules and the packages they lie in, which are run with them."""
    return {".".join(name.split(".")[:size]) for name in modules for size in range(1, name.count(".") + 2)}


def test_a_series_of_the_catalogue_changes_the_assets_that_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def versions() -> dict[str, str]:
        roots = {asset: of for asset, of in asset_roots().items() if not of[0].endswith("features.recession")}
        return {asset: code_version(module, also=tuple(also)) for asset, (module, *also) in roots.items()} | {
            name: code_version(ASSETS + "features.recession", name.split("/")[1])
            for name in (*REVISED, "features/recession_features")
        }

    before = versions()
    monkeypatch.setenv("MACRO_CATALOG_DIR", str(tmp_path))
    assert versions() == before
    entry = load_catalog().series["PAYEMS"].model_copy(update={"publication_lag_days": 77})
    written = entry.model_dump(mode="json", exclude={"licence", "source_url", "lower", "upper"})
    (tmp_path / "series.yaml").write_text(yaml.safe_dump({"series": [written]}))
    after = versions()
    moved = {name for name in before if before[name] != after[name]}
    assert moved >= {*FRED, *CUBES, *REVISED, "silver/observations"}
    assert not moved & {*YAHOO, "bronze/world_bank_indicators", "bronze/policy_surprises", "silver/prices",
                        "features/recession_features", "models/regime_classifier", "gold/asset_returns"}  # fmt: skip


def test_an_edited_series_changes_exactly_the_assets_that_read_it(copy: Path) -> None:
    """Bronze, silver and cubes read every series; shocks and revised features those that their recipes and columns name."""
    path = copy / "macro_assets" / "catalog" / "series.yaml"
    text = path.read_text()
    edits = {}
    for name in ("MORTGAGE30US", "PAYEMS"):
        head, entry, rest = text.partition(f"{{id: {name},")
        assert entry
        edits[name] = [(str(path), head + entry + re.sub(r"title: \"", 'title: "Edited ', rest, count=1))]
    found = changed(copy, edits)
    everything = {*FRED, *CUBES, "bronze/series_facts", "bronze/release_days", "silver/observations"}
    assert found["MORTGAGE30US"] == everything
    assert found["PAYEMS"] == everything | REVISED | {"treatments/macro_shocks", "models/event_effects"}


def test_a_declared_table_changes_the_assets_that_read_or_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {asset: module for asset, module in asset_modules().items() if asset.split("/")[0] in ("gold", "models")}
    before = {asset: code_version(module) for asset, module in names.items()}
    spec = TABLES["gold/asset_returns"]
    wider = dataclasses.replace(spec, schema=spec.schema.append(pa.field("extra", pa.float64())))
    monkeypatch.setitem(TABLES, spec.name, wider)
    moved = {asset for asset, module in names.items() if code_version(module) != before[asset]}
    assert moved >= {"gold/asset_returns", "models/causal_effects"}
    assert not moved & {*CUBES, "models/recession_classifier"}


def test_every_table_an_asset_reads_or_writes_counts() -> None:
    for spec in house().resolve_all_asset_specs():
        key = spec.key.to_user_string()
        if key not in asset_modules():
            continue
        tables = {key, *(dep.asset_key.to_user_string() for dep in spec.deps)} & set(TABLES)
        words = closure([*asset_roots()[key], "macro_assets.defs.io_manager.LakeIOManager"]).table_words
        assert tables <= set(declared.table_digests(words)), (key, tables - set(declared.table_digests(words)))


def test_unknown_definitions_are_refused() -> None:
    with pytest.raises(ValueError, match="defines no 'weekly_cube'"):
        code_version(ASSETS + "gold.cubes", "weekly_cube")


def test_every_asset_takes_its_version_from_its_own_module() -> None:
    for path in (PACKAGE / "defs").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "code_version":
                assert ast.unparse(node.args[0]) == "__name__", path
