"""What model assets say of themselves: numbers as numbers, pictures small, versions as links, checks with severity."""

from datetime import date
from pathlib import Path

import dagster as dg
import pandas as pd
from matplotlib.figure import Figure

from macro_assets.defs.publishing import published, self_check, stamp
from macro_assets.lake import Lake
from macro_assets.registry import LoggedModel
from macro_assets.tables.rows import table_of


def test_everything_an_asset_publishes_has_its_kind() -> None:
    figure = Figure()
    figure.subplots().plot([1, 2])
    models = [LoggedModel("one", 3, "run", "onnx"), LoggedModel("two", 1, "run", "onnx")]
    shown = published(
        numbers={"probability": 0.25, "rows": 7},
        words={"reasons": "every condition holds"},
        tables={"newest": pd.DataFrame({"model": ["logit_path"]})},
        figures={"fan": figure},
        models=models,
    )
    assert (shown["probability"].value, shown["rows"].value) == (0.25, 7)
    assert isinstance(shown["rows"], dg.IntMetadataValue)
    assert shown["reasons"].value == "every condition holds"
    assert "logit_path" in shown["newest"].value
    assert shown["fan"].value.startswith("![picture](data:image/png;base64,")
    assert (shown["model_uri_one"].value, shown["model_uri_two"].value) == ("models:/one/3", "models:/two/1")
    assert shown["mlflow_run_id"].value == "run"
    assert published() == {}


def test_a_check_says_whether_it_fails_or_warns() -> None:
    failed = self_check("parity", "differs", passed=False, numbers={"graphs": 2}, asset="models/recession_classifier")
    assert (failed.passed, failed.severity, failed.description) == (False, dg.AssetCheckSeverity.ERROR, "differs")
    assert failed.asset_key == dg.AssetKey(["models", "recession_classifier"])
    assert failed.metadata["graphs"].value == 2
    assert self_check("parity", "differs", passed=False, warn=True).severity is dg.AssetCheckSeverity.WARN


def test_the_stamp_changes_with_the_content_of_a_table_and_not_with_its_commits(tmp_path: Path) -> None:
    lake, name = Lake(tmp_path), "features/causal_features"
    day = date(2020, 1, 31)

    def write(value: float) -> None:
        row = {"as_of": [day], "feature": ["slope"], "value": [value], "unit": ["percent"], "known_at": [day]}
        lake.replace(name, table_of(row, name))

    write(1.0)
    first = stamp(lake, day, [name])
    assert first.as_of == day
    assert stamp(lake, day, [name]).data_version == first.data_version
    write(1.0)
    assert stamp(lake, day, [name]).data_version == first.data_version, "one more commit of the same rows"
    write(2.0)
    assert stamp(lake, day, [name]).data_version != first.data_version
