"""What an asset really calls is what its version is made of: a run is watched, call by call."""

import inspect
import logging
import sys
import warnings
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import dagster as dg
import pytest

from macro_assets.defs.versions import IO_MANAGER
from macro_assets.defs.versions.closure import PACKAGE, ROOT, closure
from macro_assets.lake import Lake
from macro_assets.tables.registry import TABLES
from macro_assets_tests.defs.house import house
from macro_assets_tests.world import cache, tables
from macro_assets_tests.world.house import SILENT, environment

ASSETS = ("gold/asset_returns", "features/causal_features", "features/recession_features_monthly",
          "treatments/macro_shocks", "targets/recession_targets")  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reached") / "home"
    cache.copy_to(folder, lambda root: tables.write(Lake(root / "lake")), key=cache.sources_hash())
    Lake(folder / "lake").replace("bronze/policy_surprises", TABLES["bronze/policy_surprises"].empty())
    return folder


class Watch:
    """Definitions of the package that are entered while one function runs."""

    def __init__(self, code: CodeType) -> None:
        self.code, self.at_work, self.entered = code, False, set[str]()

    def __call__(self, frame: FrameType, event: str, _: Any) -> "Watch | None":
        if frame.f_code is self.code:
            self.at_work = event != "return"
            return self
        if self.at_work and frame.f_code.co_filename.startswith(str(ROOT)):
            path, name = Path(frame.f_code.co_filename), frame.f_code.co_qualname.split(".")[0]
            if "<" not in name:  # lambdas of a module have no name to find
                parts = [PACKAGE, *path.relative_to(ROOT).with_suffix("").parts, name]
                self.entered.add(".".join(part for part in parts if part != "__init__"))
        return None


def run(home: Path, key: dg.AssetKey, watch: Watch | None) -> None:
    with environment(home), dg.DagsterInstance.ephemeral() as instance, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        job = house().resolve_job_def("__ASSET_JOB")
        sys.settrace(watch)
        try:
            done = job.execute_in_process(instance=instance, asset_selection=[key], run_config=SILENT)
        finally:
            sys.settrace(None)
    assert done.success


@pytest.mark.parametrize("asset", ASSETS)
def test_every_definition_an_asset_enters_is_in_its_version(
    home: Path, asset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # another test may have made a client with a key: its redaction of log records is no part of any result
    monkeypatch.setattr(logging, "_logRecordFactory", logging.LogRecord)
    definition = house().resolve_asset_graph().get(key := dg.AssetKey(asset.split("/"))).assets_def
    function: Any = definition.op.compute_fn.decorated_fn  # type: ignore[union-attr]
    watch = Watch(inspect.unwrap(function).__code__)
    run(home, key, None)  # what is imported on the way is imported now
    run(home, key, watch)
    name = asset.split("/")[1]
    module = inspect.unwrap(function).__module__
    reached = closure([f"{module}.{name}", IO_MANAGER]).definitions
    assert watch.entered - reached == set()
    assert len(watch.entered) > 5
