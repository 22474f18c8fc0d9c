"""Feature tables in the graph: a row for every month or quarter end, each from the values its mode may read."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from macro_assets_tests.world import tables
from macro_assets_tests.world.house import ModelsWorld

MONTHLY, QUARTERLY = "features/recession_features_monthly", "features/recession_features"
ENDS = {"features/causal_features": "ME", MONTHLY: "ME", MONTHLY + "_revised": "ME",
        QUARTERLY: "QE", QUARTERLY + "_revised": "QE"}  # fmt: skip
DAYS = ("1984-05-31", "1993-10-31", "1999-12-31")
GROWTH = {"payrolls_growth_12m": "PAYEMS", "consumer_prices_growth_12m": "CPIAUCSL"}


@pytest.mark.parametrize("table", ENDS)
def test_there_is_a_row_for_every_period_end_up_to_today(models_world: ModelsWorld, table: str) -> None:
    days = pd.DatetimeIndex(sorted(set(pd.to_datetime(models_world.frame(table)["as_of"]))))
    assert days.equals(pd.date_range(days[0], tables.TODAY, freq=ENDS[table]))
    assert len(days) >= 25 * (12 if ENDS[table] == "ME" else 4)


def one(world: ModelsWorld, table: str, day: str, feature: str) -> float:
    frame = world.frame(table)
    rows = frame[(frame["as_of"] == pd.Timestamp(day).date()) & (frame["feature"] == feature)]
    (value,) = rows["value"]
    return float(value)


def growth(values: pd.DataFrame) -> float:
    """Log change over the twelve months up to the newest period."""
    level = values.set_index(pd.to_datetime(values["observation_date"]))["value"].dropna().sort_index()
    newest = level.index[-1]
    return float(np.log(level.loc[newest] / level.loc[newest - pd.DateOffset(years=1)]))


@pytest.mark.parametrize("feature", GROWTH)
@pytest.mark.parametrize("day", DAYS)
def test_true_vintages_read_what_was_published_by_the_day(models_world: ModelsWorld, day: str, feature: str) -> None:
    view = models_world.lake.as_of(pd.Timestamp(day).date(), series=[GROWTH[feature]]).to_pandas()
    assert one(models_world, MONTHLY, day, feature) == pytest.approx(growth(view), rel=1e-9)


@pytest.mark.parametrize("feature", GROWTH)
@pytest.mark.parametrize("day", DAYS)
def test_the_revised_mode_reads_the_newest_digits_of_the_same_months(
    models_world: ModelsWorld, day: str, feature: str
) -> None:
    newest = models_world.lake.as_of(tables.TODAY, series=[GROWTH[feature]]).to_pandas()
    lag = tables.CATALOG.series[GROWTH[feature]].publication_lag_days
    ends = pd.to_datetime(newest["observation_date"]) + pd.offsets.MonthEnd(0) + pd.Timedelta(days=lag)
    seen = newest[ends <= pd.Timestamp(day)]
    assert one(models_world, MONTHLY + "_revised", day, feature) == pytest.approx(growth(seen), rel=1e-9)


def test_the_modes_differ_in_digits_and_not_in_columns(models_world: ModelsWorld) -> None:
    for table in (MONTHLY, QUARTERLY):
        one_mode, other = (models_world.frame(name) for name in (table, table + "_revised"))
        assert set(one_mode["feature"]) == set(other["feature"])
        both = one_mode.merge(other, on=["as_of", "feature"], suffixes=("", "_revised"))
        differing = both[(both["value"] - both["value_revised"]).abs() > 1e-9]["feature"]
        assert differing.str.contains("payrolls").any()
        assert not differing.str.fullmatch("term_spread").any(), "a market rate is never revised"


def test_the_quarterly_table_holds_the_columns_of_the_source_document(models_world: ModelsWorld) -> None:
    assert models_world.require(QUARTERLY).metadata["columns"] == models_world.frame(QUARTERLY)["feature"].nunique()
    assert models_world.frame(QUARTERLY)["feature"].nunique() >= 5_416
