"""Running assets of the upper floors in the models world: each once a session, whichever worker asks first.

Belongs here: the run, its environment, what it left behind, and the case of every asset. Does not belong here: what is
asserted. Assets, operations and parents are discovered from the definitions; a worker that needs an asset makes it
and its parents of these groups, the others wait and read.
"""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
from filelock import FileLock

from macro_assets.lake import Lake
from macro_assets.registry import Registry
from macro_assets_tests.defs.house import house
from macro_assets_tests.world import cache, tables

GROUPS = ("features", "models", "evaluation", "registry")
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Case:
    """How an asset is run here. config : of its operation. partitions : first and last key of its range."""

    config: Mapping[str, Any] = field(default_factory=dict)
    partitions: tuple[str, str] | None = None


CASES: dict[str, Case] = {
    "features/causal_features": Case(),
    "features/recession_features": Case(),
    "features/recession_features_monthly": Case(),
    "features/recession_features_monthly_revised": Case(),
    "features/recession_features_revised": Case(),
    "models/causal_effects": Case({"horizons": [0, 1]}),
    "models/effect_heterogeneity": Case({"outcomes": ["sp500", "us10y"], "null_draws": 19, "bootstrap_draws": 19}),
    "models/event_effects": Case(),
    "models/impact_regressors": Case(),
    "models/instrumented_effects": Case(),
    "models/predictive_spread": Case({"first_year": 1980}),
    "models/recession_classifier": Case({"wide": False}),
    "models/recession_impacts": Case(),
    "models/recession_probabilities": Case(),
    "models/regime_classifier": Case({"minimum_months": 180, "epochs": 10, "years": 2}),
    "models/regime_probabilities": Case(),
    "evaluation/causal_validation": Case(),
    "evaluation/missing_origins": Case({"first": "2000-01-01"}),  # its table is that of the two below
    "evaluation/recession_walk_forward_monthly": Case(partitions=("1995-11-01", "1996-02-01")),
    "evaluation/recession_walk_forward_quarterly": Case(partitions=("1995-04-01", "1995-07-01")),
    "evaluation/regime_validation": Case({"minimum_months": 180}),
    "registry/champions": Case(),
}
"""One entry for each asset of `GROUPS`; an asset without one fails `world/test_world.py` by name."""


@dataclass(frozen=True)
class Checked:
    """One evaluated check. blocks : a failure is an error, not a warning."""

    passed: bool
    blocks: bool
    words: str
    metadata: dict[str, Any]


@dataclass(frozen=True)
class RunResult:
    """What one run left of an asset. failure : why it failed, in words; empty when it did not."""

    failure: str
    metadata: dict[str, Any]
    checks: dict[str, Checked]


class ModelsWorld:
    """A home with the world's data, shared by the workers of a session.

    Parameters
    ----------
    home : its folder; made from the cache by whoever comes first.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        home.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(home.with_suffix(".lock")):
            if not home.is_dir():
                partial = home.with_suffix(".partial")
                cache.copy_to(partial, lambda root: tables.write(Lake(root / "lake")), key=cache.sources_hash())
                (partial / "runs").mkdir()
                partial.rename(home)

    @property
    def lake(self) -> Lake:
        return Lake(self.home / "lake")

    @cached_property
    def registry(self) -> Registry:
        return Registry(f"sqlite:///{self.home / 'mlflow.db'}", str(self.home / "mlflow_artifacts"))

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The environment of a process that works in this home."""
        with environment(self.home):
            yield

    def result(self, name: str) -> RunResult:
        """What the asset's run left behind; run now, after its parents, when it has not been."""
        group = sorted(key.to_user_string() for key in definition(name).keys)
        file = self.home / "runs" / f"{group[0].replace('/', '__')}.pickle"
        if not file.is_file():
            for parent in parents(name):
                self.require(parent)
            with FileLock(file.with_suffix(".lock")):
                if not file.is_file():
                    results = materialise(self.home, *group)
                    file.with_suffix(".partial").write_bytes(pickle.dumps(results))
                    file.with_suffix(".partial").rename(file)
        results = pickle.loads(file.read_bytes())
        found: RunResult = results[name]
        return found

    def require(self, name: str) -> RunResult:
        """As `result`, for an asset whose failure is not what is tested."""
        found = self.result(name)
        assert not found.failure, f"{name}: {found.failure}"
        return found

    def logged(self, asset: str, table: str) -> pd.DataFrame:
        """A table that the asset's run keeps in MLflow."""
        run = self.require(asset).metadata["mlflow_run_id"]
        file = self.registry.client.download_artifacts(run, f"tables/{table}.json")
        return pd.read_json(file, orient="split", convert_dates=False)

    def frame(self, asset: str, table: str | None = None) -> pd.DataFrame:
        """Rows of the table an asset wrote, by default the one of its name."""
        self.require(asset)
        return self.lake.read(table or asset).to_pandas()


@contextmanager
def environment(home: Path) -> Iterator[None]:
    """Settings that point at a home on the world's last day, and no other settings."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("MACRO_")]:
        del os.environ[name]
    os.environ |= {"MACRO_HOME": str(home), "MACRO_TODAY": tables.TODAY.isoformat()}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def upper_assets() -> list[str]:
    """Every asset of the upper floors that can be materialised, from the definitions."""
    graph = house().resolve_asset_graph()
    nodes = [node for node in graph.asset_nodes if node.is_materializable and node.group_name in GROUPS]
    return sorted(node.key.to_user_string() for node in nodes)


def definition(name: str) -> dg.AssetsDefinition:
    return house().resolve_asset_graph().get(dg.AssetKey(name.split("/"))).assets_def


def parents(name: str) -> list[str]:
    """Parents in the upper floors, of all assets that are made together with this one."""
    graph, together = house().resolve_asset_graph(), definition(name).keys
    found = {parent.to_user_string() for key in together for parent in graph.get(key).parent_keys - together}
    return sorted(found & set(upper_assets()))


def materialise(home: Path, *names: str) -> dict[str, RunResult]:
    """Run assets that one definition makes, with their checks, on an instance of their own."""
    cases = [CASES[name] for name in names]
    config = {key: value for case in cases for key, value in case.config.items()}
    ranges = {case.partitions for case in cases if case.partitions}
    operation = definition(names[0]).node_def.name
    keys = [dg.AssetKey(name.split("/")) for name in names]
    run_config = {**SILENT, **({"ops": {operation: {"config": config}}} if config else {})}
    with environment(home), dg.DagsterInstance.ephemeral() as instance, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # solvers on few months and few draws
        result = (
            house()
            .resolve_job_def("__ASSET_JOB")
            .execute_in_process(
                instance=instance,
                asset_selection=keys,
                run_config=run_config,
                tags=dict(zip(RANGE, ranges.pop(), strict=True)) if ranges else {},
                raise_on_error=False,
            )
        )
    return {name: left_behind(result, key) for name, key in zip(names, keys, strict=True)}


def left_behind(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> RunResult:
    events = [e.step_materialization_data.materialization for e in result.get_asset_materialization_events()]
    own = [event for event in events if event.asset_key == key]
    metadata = {name: entry.value for name, entry in own[-1].metadata.items()} if own else {}
    checks = {
        c.check_name: Checked(
            c.passed,
            c.severity is dg.AssetCheckSeverity.ERROR,
            c.description or "",
            {name: entry.value for name, entry in c.metadata.items()},
        )
        for c in result.get_asset_check_evaluations()
        if c.asset_key == key
    }
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    words = "; ".join(
        (f.user_failure_data and f.user_failure_data.description) or (f.error and f.error.to_string()) or "failed"
        for f in failures
    )
    return RunResult(words or ("" if own else "nothing was materialised"), metadata, checks)
