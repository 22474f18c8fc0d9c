"""The walk-forward: a partition's origin is the last day of its window, and its forecast knows nothing later."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from macro_assets.recession import presets
from macro_assets_tests.world.house import ModelsWorld

MONTHLY, QUARTERLY = "evaluation/recession_walk_forward_monthly", "evaluation/recession_walk_forward_quarterly"
TARGETS = {"M": "recession_within_6m", "Q": "recession_within_2q"}
WINDOWS = {
    MONTHLY: ("1995-11-30", "1995-12-31", "1996-01-31", "1996-02-29"),
    QUARTERLY: ("1995-06-30", "1995-09-30"),
}
"""Last days of the windows of the partitions that the world runs (house.CASES)."""


def rows_of(world: ModelsWorld, name: str) -> pd.DataFrame:
    frame = world.frame(name)
    days = {column: pd.to_datetime(frame[column]) for column in ("as_of", "refit", "trained_through")}
    return frame.assign(**days)


@pytest.fixture(scope="module", params=[MONTHLY, QUARTERLY])
def rows(request: pytest.FixtureRequest, models_world: ModelsWorld) -> pd.DataFrame:
    return rows_of(models_world, request.param)


@pytest.mark.parametrize("name", [MONTHLY, QUARTERLY])
def test_origins_are_the_last_days_of_the_windows(models_world: ModelsWorld, name: str) -> None:
    rows = rows_of(models_world, name)
    origins = sorted(rows["as_of"].dt.strftime("%Y-%m-%d").unique())
    assert origins == list(WINDOWS[name])
    for day in (dt.date.fromisoformat(origin) for origin in origins):
        assert day.day == calendar.monthrange(day.year, day.month)[1]


def test_every_candidate_forecasts_every_origin_in_both_modes(rows: pd.DataFrame) -> None:
    wide = rows["frequency"].iloc[0] == "Q"
    wanted = {candidate.name for candidate in presets.candidates(wide=wide)}
    for _, part in rows.groupby(["mode", "as_of"]):
        assert set(part["candidate"]) == wanted
    assert set(rows["mode"]) == {"vintage", "revised"}


def test_models_are_refitted_on_the_first_origin_of_their_year_and_never_later(rows: pd.DataFrame) -> None:
    first = {"M": (1, 31), "Q": (3, 31)}[rows["frequency"].iloc[0]]
    expected = [pd.Timestamp(year, *first) for year in rows["as_of"].dt.year]
    assert rows["refit"].to_list() == expected
    assert (rows["refit"] <= rows["as_of"]).all()


def test_training_ends_eighteen_months_before_the_refit_on_labels_known_by_then(
    rows: pd.DataFrame, models_world: ModelsWorld
) -> None:
    frequency = rows["frequency"].iloc[0]
    targets = models_world.lake.read("targets/recession_targets").to_pandas()
    features = models_world.frame("features/recession_features_monthly")
    months = set(features["as_of"])
    own = targets[(targets["frequency"] == frequency) & targets["value"].notna()]
    for refit, part in rows[rows["mode"] == "vintage"].groupby("refit"):
        cut, day = (refit - pd.offsets.MonthEnd(18)).date(), refit.date()
        state = own[(own["target"] == "recession_current") & (own["known_at"] <= day)]
        rows_used = own[(own["target"] == TARGETS[frequency]) & (own["known_at"] <= day) & (own["period"] <= cut)]
        rows_used = rows_used[rows_used["period"].isin(state["period"]) & rows_used["period"].isin(months)]
        assert set(part["training_rows"]) == {len(rows_used)}
        assert set(part["training_events"]) == {int(rows_used["value"].sum())}
        assert set(part["trained_through"]) == {pd.Timestamp(rows_used["period"].max())}


def test_probabilities_are_those_of_the_candidate_trained_on_those_rows(models_world: ModelsWorld) -> None:
    """Two linear candidates trained again from the long tables; a complement would be far off."""
    rows = rows_of(models_world, MONTHLY)
    table = models_world.frame("features/recession_features_monthly")
    features = table.pivot(index="as_of", columns="feature", values="value")
    features = features.set_index(pd.DatetimeIndex(pd.to_datetime(features.index)))
    targets = models_world.lake.read("targets/recession_targets").to_pandas()
    monthly = targets[targets["frequency"] == "M"].pivot(index="period", columns="target", values="value")
    monthly = monthly.set_index(pd.DatetimeIndex(pd.to_datetime(monthly.index)))
    for name in (presets.LOGIT_L2, presets.PROBIT_LAG):
        candidate = next(one for one in presets.candidates() if one.name == name)
        own = rows[(rows["candidate"] == name) & (rows["mode"] == "vintage")]
        for through, part in own.groupby("trained_through"):
            trained = features.loc[:through].index
            outcome, state = (
                monthly.loc[trained, name].to_numpy(float) for name in (TARGETS["M"], "recession_current")
            )
            fitted = candidate.fit(features.loc[trained], outcome, state)
            expected = fitted.predict_proba(features.loc[part["as_of"]])
            np.testing.assert_allclose(part["probability"], expected, atol=1e-9, err_msg=name)
            assert np.abs(expected - 0.5).max() > 0.1
            assert part["threshold"].to_list() == pytest.approx([fitted.threshold] * len(part))


def test_the_modes_differ_where_figures_were_revised(rows: pd.DataFrame) -> None:
    wide = rows.pivot(index=["candidate", "as_of"], columns="mode", values="probability")
    assert (np.abs(wide["vintage"] - wide["revised"]) > 1e-6).any()
    spread = wide.loc[presets.CLIMATOLOGY]
    np.testing.assert_allclose(spread["vintage"], spread["revised"])
