"""Tables in and out of the lake through Dagster: what is shown of them, and which rows a partition owns."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.defs.io_manager import LakeIOManager
from macro_assets.lake import Lake
from macro_assets.tables.registry import TABLES

FEATURES = "features/causal_features"
MONTHS = dg.MonthlyPartitionsDefinition("2008-01-01", timezone="America/New_York")
ENDS = {"2008-10-01": date(2008, 10, 31), "2008-11-01": date(2008, 11, 30), "2008-12-01": date(2008, 12, 31)}


def rows(days: list[date], value: float) -> pa.Table:
    columns = [days, ["slope"] * len(days), [value] * len(days), ["percent"] * len(days), days]
    return pa.table(
        [pa.array(c, f.type) for c, f in zip(columns, TABLES[FEATURES].schema, strict=True)], TABLES[FEATURES].schema
    )


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lake:
    monkeypatch.setenv("MACRO_HOME", str(tmp_path))
    return Lake(tmp_path / "lake")


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as loaded:
        yield loaded


def materialise(
    assets: Sequence[dg.AssetsDefinition | dg.AssetSpec], instance: dg.DagsterInstance, **how: Any
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        assets, instance=instance, resources={"io_manager": LakeIOManager()}, raise_on_error=False, **how)  # fmt: skip


def test_what_is_shown_of_a_table(lake: Lake, instance: dg.DagsterInstance) -> None:
    @dg.asset(key=FEATURES.split("/"))
    def loaded() -> pa.Table:
        return rows(sorted(ENDS.values()), 1.5)

    result = materialise([loaded], instance)
    shown: dict[str, Any] = {
        k: v.value for k, v in result.asset_materializations_for_node("features__causal_features")[0].metadata.items()
    }
    assert shown["dagster/row_count"] == 3
    assert (shown["first_date"], shown["last_date"]) == ("2008-10-31", "2008-12-31")
    assert shown["bytes"] == lake.info(FEATURES).bytes > 0
    assert "slope" in shown["preview"]
    assert "1.5" in shown["preview"]
    assert shown["dagster/table_name"] == FEATURES
    assert shown["dagster/uri"] == lake.table_uri(FEATURES)
    columns = shown["dagster/column_schema"].columns
    assert [(c.name, c.constraints.nullable) for c in columns][:2] == [("as_of", False), ("feature", False)]
    assert all(c.description for c in columns)


def test_pandas_goes_in_and_comes_out_where_it_is_asked_for(lake: Lake, instance: dg.DagsterInstance) -> None:
    seen: dict[str, Any] = {}

    @dg.asset(key=FEATURES.split("/"))
    def loaded() -> pd.DataFrame:
        return rows(sorted(ENDS.values()), 2.0).to_pandas()

    @dg.asset(ins={"table": dg.AssetIn(FEATURES.split("/"))})
    def as_frame(table: pd.DataFrame) -> None:
        seen["frame"] = table

    @dg.asset(ins={"table": dg.AssetIn(FEATURES.split("/"))})
    def as_arrow(table: pa.Table) -> None:
        seen["arrow"] = table

    assert materialise([loaded, as_frame, as_arrow], instance).success
    assert seen["arrow"].equals(rows(sorted(ENDS.values()), 2.0))
    assert list(seen["frame"].value) == [2.0, 2.0, 2.0]


def test_a_partition_replaces_its_own_as_of_dates_and_no_others(lake: Lake, instance: dg.DagsterInstance) -> None:
    value = {"now": 1.0}

    @dg.asset(key=FEATURES.split("/"), partitions_def=MONTHS, backfill_policy=dg.BackfillPolicy.single_run())
    def loaded(context: dg.AssetExecutionContext) -> dg.MaterializeResult[pa.Table]:
        return dg.MaterializeResult(value=rows([ENDS[key] for key in context.partition_keys], value["now"]))

    whole = {"dagster/asset_partition_range_start": "2008-10-01", "dagster/asset_partition_range_end": "2008-12-01"}
    assert materialise([loaded], instance, tags=whole).success
    value["now"] = 9.0
    result = materialise([loaded], instance, partition_key="2008-11-01")
    assert lake.read(FEATURES)["value"].to_pylist() == [1.0, 9.0, 1.0]
    shown = result.asset_materializations_for_node("features__causal_features")[0].metadata
    assert (shown["dagster/partition_row_count"].value, shown["dagster/row_count"].value) == (1, 3)


def test_a_row_of_another_date_is_refused_in_words_and_nothing_changes(
    lake: Lake, instance: dg.DagsterInstance
) -> None:
    lake.replace(FEATURES, rows([ENDS["2008-10-01"]], 1.0))

    @dg.asset(key=FEATURES.split("/"), partitions_def=MONTHS)
    def loaded() -> pa.Table:
        return rows([ENDS["2008-10-01"]], 5.0)

    result = materialise([loaded], instance, partition_key="2008-11-01")
    failure: Any = next(e for e in result.all_events if e.is_step_failure).step_failure_data.user_failure_data
    assert failure.metadata["error_type"].value == "InvalidInputError"
    assert lake.read(FEATURES)["value"].to_pylist() == [1.0]


def test_a_table_that_is_not_there_yet_is_named_with_the_remedy(lake: Lake, instance: dg.DagsterInstance) -> None:
    absent = dg.AssetSpec(FEATURES.split("/"))

    @dg.asset(ins={"table": dg.AssetIn(FEATURES.split("/"))})
    def reader(table: pa.Table) -> None:
        raise AssertionError("never called")

    result = materialise([absent, reader], instance)
    failure: Any = next(e for e in result.all_events if e.is_step_failure).step_failure_data.user_failure_data
    assert "holds no table features/causal_features yet. Materialise that asset first" in failure.description
