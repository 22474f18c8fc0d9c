"""The code location as a user has it, on an instance, a sandbox and a lake of one's own.

Imported at collection, before any test sets a variable: partitions are fixed when the definitions load.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd
import pyarrow as pa

import macro_assets.definitions as code_location
from macro_assets.defs.resources import resources
from macro_assets.lake import Lake
from macro_assets.sandbox import NO_LIMITS, Archive, SandboxServer
from macro_assets.sandbox.archive import FOREVER
from macro_assets.tables.registry import TABLES
from macro_assets_tests.sandbox.small_archive import small_archive

KEY = "5ecre7000000000000000000000000ab"
START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
SERIES = ["PAYEMS", "GDPC1", "DGS10", "UNRATE", "ICSA", "USREC"]
SYMBOLS = ["SPY", "TLT", "^GSPC"]
DERIVED = (
    "silver/observations", "silver/prices", "gold/monthly_cube", "gold/quarterly_cube", "gold/asset_returns",
    "features/causal_features", "features/recession_features", "features/recession_features_monthly",
    "features/recession_features_revised", "features/recession_features_monthly_revised", "treatments/macro_shocks",
    "targets/recession_targets",
)  # fmt: skip
CHOSEN = {
    "bronze__fred_vintages": {"config": {"series": SERIES}}, "bronze__fred_history": {"config": {"series": SERIES}},
    "bronze__yahoo_bars": {"config": {"symbols": SYMBOLS}}, "bronze__yahoo_history": {"config": {"symbols": SYMBOLS}},
}  # fmt: skip


def stated(lake: Lake, name: str) -> pa.Table:
    """The rows of a bronze table that count, without the instants at which they were loaded."""
    return lake.read(name).select(TABLES[name].source_schema.names)


@cache
def house() -> dg.Definitions:
    return code_location.defs()


@cache
def archive() -> Archive:
    """The small archive, with a recession dated in it: without USREC there are no targets."""
    small = small_archive()
    months = pd.date_range("2004-01-01", "2014-11-01", freq="MS")
    outcome = months + pd.DateOffset(months=1)
    recession = (months >= "2008-01-01") & (months <= "2009-06-01")
    usrec = pa.table(
        [
            pa.repeat("USREC", len(months)), pa.array(months.date), pa.array(np.where(recession, 1.0, 0.0)),
            pa.array(outcome.date), pa.repeat(FOREVER, len(months)),
        ],
        schema=small.observations.schema,
    )  # fmt: skip
    described = small.series[small.series.series_id == "UNRATE"].assign(
        series_id="USREC", title="NBER Recession Indicator", units="+1 or 0", release_id=242
    )
    return Archive(
        observations=pa.concat_tables([small.observations, usrec]),
        series=pd.concat([small.series, described], ignore_index=True),
        release_dates=small.release_dates, bars=small.bars, indicators=small.indicators, surprises=small.surprises,
        units=small.units,
    )  # fmt: skip


@dataclass
class World:
    """A sandbox on its day, a lake of one's own, and an instance that remembers every run."""

    sandbox: SandboxServer
    home: Path
    instance: dg.DagsterInstance
    changes: dict[str, str] = field(default_factory=dict)

    @property
    def lake(self) -> Lake:
        return Lake(self.home / "lake")

    @property
    def environment(self) -> dict[str, str]:
        return self.sandbox.urls | NO_LIMITS | {
            "MACRO_FRED_API_KEY": KEY, "MACRO_HOME": str(self.home), "MACRO_TODAY": self.sandbox.today.isoformat(),
            "MACRO_HTTP_RETRIES": "0",
        } | self.changes  # fmt: skip

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The environment of a process that works in this world."""
        before = dict(os.environ)
        os.environ.update(self.environment)
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def elsewhere(self, home: Path) -> "World":
        """The same providers, an empty lake and a new instance."""
        return World(self.sandbox, home, dg.DagsterInstance.ephemeral(), dict(self.changes))

    def run(
        self, *keys: str, days: tuple[str, str] | str | None = None, config: dict[str, Any] | None = None,
        checks: bool = True, job: str | None = None,
    ) -> dg.ExecuteInProcessResult:  # fmt: skip
        """Materialise assets (or a job) and their checks, for one day, a range of days, or whole."""
        chosen = [dg.AssetKey(key.split("/")) for key in keys]
        whole = house().resolve_job_def(job or "__ASSET_JOB")
        own = {
            check
            for definition in house().resolve_asset_graph().assets_defs
            if set(definition.keys) & set(chosen)
            for check in definition.check_keys
            if definition.keys
        }
        subset = (
            whole
            if job
            else whole.get_subset(asset_selection=set(chosen), asset_check_selection=None if checks else own)
        )
        tags = {START: days[0], END: days[1]} if isinstance(days, tuple) else {}
        nodes = {node.name for node in subset.nodes_in_topological_order}
        ops = {name: given for name, given in (CHOSEN | (config or {})).items() if name in nodes}
        with self.entered():
            return subset.execute_in_process(
                instance=self.instance, tags=tags, partition_key=days if isinstance(days, str) else None,
                run_config={"ops": ops} if ops else None, raise_on_error=False,
            )  # fmt: skip

    def written(self) -> str:
        """Everything the instance remembers of its runs: every event, message and metadata entry."""
        return "\n".join(str(entry) for run in self.instance.get_runs() for entry in self.instance.all_logs(run.run_id))


@contextmanager
def world(home: Path, today: date, **changes: str) -> Iterator[World]:
    with SandboxServer(archive(), today=today) as sandbox, dg.DagsterInstance.ephemeral() as instance:
        yield World(sandbox, home, instance, changes)


def failure(result: dg.ExecuteInProcessResult) -> Any:
    """What the first failed step says: description, metadata."""
    failed = [event for event in result.all_events if event.is_step_failure]
    assert failed, "no step failed"
    message = failed[0].step_failure_data.user_failure_data
    assert message is not None, failed[0].step_failure_data.error
    return message


def metadata(result: dg.ExecuteInProcessResult, key: str) -> dict[str, Any]:
    """Metadata values of the last materialisation of an asset in a run."""
    events = result.asset_materializations_for_node(key.replace("/", "__"))
    return {name: entry.value for name, entry in events[-1].metadata.items()}


def checks(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], bool]:
    return {(c.asset_key.to_user_string(), c.check_name): c.passed for c in result.get_asset_check_evaluations()}


def materialised(result: dg.ExecuteInProcessResult) -> set[str]:
    return {event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key}


def retries(result: dg.ExecuteInProcessResult) -> int:
    """How often steps of a run were tried again."""
    return sum(event.event_type is dg.DagsterEventType.STEP_UP_FOR_RETRY for event in result.all_events)


def evaluate(asset: str, name: str) -> dg.AssetCheckResult:
    """What a check finds in the lake of the environment."""
    key = dg.AssetCheckKey(dg.AssetKey(asset.split("/")), name)
    check = next(
        c for c in house().asset_checks or () if isinstance(c, dg.AssetChecksDefinition) and key in c.check_keys
    )
    compute: Any = check.node_def
    rule = compute.compute_fn.decorated_fn
    return rule(**{name: given for name, given in resources().items() if name in signature(rule).parameters})


def assert_turns_red(lake: Lake, asset: str, name: str, damage: Callable[[Lake], None]) -> dg.AssetCheckResult:
    """The check passes on the tables as they are, fails once they are damaged, and stops what follows; what it found."""
    good = evaluate(asset, name)
    assert good.passed, good.description
    damage(lake)
    bad = evaluate(asset, name)
    assert not bad.passed
    assert bad.severity is dg.AssetCheckSeverity.ERROR
    assert blocking(asset, name)
    return bad


def blocking(asset: str, name: str) -> bool:
    """Whether a failure of the check stops what follows."""
    return house().resolve_asset_graph().get(dg.AssetCheckKey(dg.AssetKey(asset.split("/")), name)).blocking


def names(keys: Iterable[dg.AssetKey]) -> set[str]:
    return {key.to_user_string() for key in keys}
