"""The walk-forward in the graph: a partition is the last day of its window, in both data modes, and nothing else."""

from datetime import date

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from macro_assets.defs.evaluation.recession import recession_walk_forward_monthly, recession_walk_forward_quarterly
from macro_assets.defs.partitions import MONTHLY_ORIGINS, QUARTERLY_ORIGINS, as_of_dates
from macro_assets.defs.resources import resources
from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.recession import presets
from macro_assets.recession.data import FeatureTables, Mode
from macro_assets.recession.evaluation import origins
from macro_assets.recession.evaluation.walk_forward import evaluate_origins
from macro_assets_tests.defs.evaluation.conftest import MONTHLY, QUARTERLY, RANGE, TARGETS
from macro_assets_tests.recession import synthetic


def run(asset: dg.AssetsDefinition, first: str, last: str) -> None:
    names = [n + suffix for n in (MONTHLY, QUARTERLY) for suffix in ("", "_revised")] + [TARGETS]
    upstream = [dg.AssetSpec(name.split("/")) for name in names]
    assert dg.materialize(
        [*upstream, asset], resources=resources(), selection=[asset], tags=dict(zip(RANGE, (first, last), strict=True))
    ).success


def test_windows_end_on_the_last_day_of_their_month_or_quarter() -> None:
    assert as_of_dates(MONTHLY_ORIGINS, ["1996-02-01", "1995-11-01"]) == [date(1996, 2, 29), date(1995, 11, 30)]
    assert as_of_dates(QUARTERLY_ORIGINS, ["1995-10-01"]) == [date(1995, 12, 31)]


def test_monthly_rows_are_those_of_the_walk_forward_at_the_ends_of_the_windows(lake: Lake) -> None:
    run(recession_walk_forward_monthly, "1995-11-01", "1996-02-01")
    stored = lake.read("evaluation/recession_walk_forward_monthly").to_pandas()
    days = pd.DatetimeIndex(["1995-11-30", "1995-12-31", "1996-01-31", "1996-02-29"])
    assert sorted(set(stored["as_of"])) == [day.date() for day in days]
    data, chosen = synthetic.monthly_data(), presets.candidates()
    expected = pd.concat([evaluate_origins(data, days[:2], chosen), evaluate_origins(data, days[2:], chosen)])
    vintage = stored[stored["mode"] == "vintage"].sort_values(["as_of", "candidate"], ignore_index=True)
    expected = expected.sort_values(["as_of", "candidate"], ignore_index=True)
    for name in ("probability", "threshold"):
        assert np.abs(vintage[name] - expected[name]).max() < 1e-12
    assert vintage["refit"].tolist() == expected["refit"].dt.date.tolist()
    revised = stored[stored["mode"] == "revised"]
    assert len(revised) == len(vintage)
    assert np.abs(revised["probability"].to_numpy() - vintage["probability"].to_numpy()).max() > 1e-6


def test_quarterly_rows_are_quarter_ends(lake: Lake) -> None:
    run(recession_walk_forward_quarterly, "1995-04-01", "1995-07-01")
    stored = lake.read("evaluation/recession_walk_forward_quarterly").to_pandas()
    assert sorted(set(stored["as_of"])) == [date(1995, 6, 30), date(1995, 9, 30)]
    assert set(stored["mode"]) == {"vintage", "revised"}
    assert set(stored["frequency"]) == {"Q"}


def test_origins_without_features_are_named() -> None:
    tables: dict[Mode, FeatureTables] = {"vintage": FeatureTables(synthetic.feature_table())}
    with pytest.raises(InvalidInputError, match=r"No features as of 1995-01-01, 2030-01-31\. Extend the cube"):
        origins.answer("M", [date(2030, 1, 31), date(1995, 1, 1)], tables, synthetic.target_table())
