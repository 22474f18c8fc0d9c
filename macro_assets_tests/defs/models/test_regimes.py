"""Regimes: the network's rows are what the registered network answers; the two factors tell the economy's true regimes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from macro_assets.recession import nowcast_inputs
from macro_assets.regimes import REGIMES, classifier_inputs
from macro_assets.signals.regime_features import regime_features
from macro_assets_tests.world import tables
from macro_assets_tests.world.house import ModelsWorld

TABLE, MODEL = "models/regime_probabilities", "regime_classifier"
WINDOW = 12


@pytest.fixture(scope="module")
def rows(models_world: ModelsWorld) -> pd.DataFrame:
    frame = models_world.frame(TABLE)
    return frame.assign(as_of=pd.to_datetime(frame["as_of"]))


def wide(rows: pd.DataFrame, model: str) -> pd.DataFrame:
    part = rows[rows["model"] == model]
    return part.pivot(index="as_of", columns="regime", values="probability")[list(REGIMES)]


def labels(rows: pd.DataFrame, model: str) -> pd.Series:
    part = rows[rows["model"] == model]
    assert (part.groupby("as_of")["label"].nunique() == 1).all()
    return part.groupby("as_of")["label"].first()


def test_the_newest_probabilities_of_the_network_are_those_of_the_registered_one(
    models_world: ModelsWorld, rows: pd.DataFrame
) -> None:
    """A window of twelve months: raw columns as known then, and each month's published label."""
    read = models_world.lake.read
    blocks = nowcast_inputs(read("features/recession_features_monthly"))
    features = regime_features(read("gold/monthly_cube"), read("silver/prices"))
    inputs = classifier_inputs(blocks.join(features), labels(rows, "two_factors"))
    loaded = models_world.registry.load(MODEL, "challenger")
    columns = loaded.tags["columns"].split(",")
    expected = probabilities(loaded.model, inputs[columns].tail(WINDOW).to_numpy(np.float32)[None])
    stated = wide(rows, "attention")
    np.testing.assert_allclose(stated.tail(1), expected, atol=1e-5)
    assert stated.idxmax(axis=1).equals(labels(rows, "attention").rename(None))


def test_no_row_is_fitted_on_later_months(rows: pd.DataFrame) -> None:
    through = pd.to_datetime(rows["trained_through"])
    assert (through <= rows["as_of"]).all()
    network = rows[rows["model"] == "attention"]
    earlier = network[network["as_of"] < network["as_of"].max()]
    assert len(earlier) > 12 * len(REGIMES), "a history of more than a year"
    assert (pd.to_datetime(earlier["trained_through"]) < earlier["as_of"]).all()
    assert earlier["trained_through"].nunique() == 2, "yearly fits"


def probabilities(network: object, stacked: np.ndarray) -> np.ndarray:
    import torch

    with torch.no_grad():
        logits = network(torch.from_numpy(stacked)).double()  # type: ignore[operator]
    return np.asarray(torch.softmax(logits, dim=1).numpy())


def test_the_two_factors_tell_the_true_regimes(rows: pd.DataFrame) -> None:
    truth = pd.DataFrame(tables.economy().truth.regimes)
    true = truth.set_index(pd.DatetimeIndex(pd.to_datetime(truth["month"])) + pd.offsets.MonthEnd(0))["regime"]
    stated = wide(rows, "two_factors")
    mean = stated.groupby(true.reindex(stated.index)).mean()
    for name in REGIMES:
        assert mean.loc[name].idxmax() == name
        assert mean.loc[name, name] > 0.6


def test_the_network_is_promoted_only_with_its_reason(models_world: ModelsWorld) -> None:
    shown = models_world.result("models/regime_classifier").metadata
    tags = models_world.registry.load(MODEL, "challenger").tags
    assert tags["promoted"] == str(bool(shown["network_wins"]))
    assert tags["verdict"] == str(shown["verdict"])
    assert ("is not promoted" in tags["verdict"]) == (tags["promoted"] == "False")


def test_the_newest_label_is_shown_with_its_probabilities(models_world: ModelsWorld, rows: pd.DataFrame) -> None:
    shown = models_world.result(TABLE).metadata
    newest = rows[(rows["model"] == "two_factors") & (rows["as_of"] == rows["as_of"].max())]
    assert newest["as_of"].iloc[0].date() == tables.TODAY
    assert str(shown["current_regime"]) == newest["label"].iloc[0]
    for row in newest.itertuples():
        assert shown[f"probability_{row.regime}"] == pytest.approx(row.probability)


def test_every_month_since_the_first_label_has_one(rows: pd.DataFrame) -> None:
    for model in ("two_factors", "attention"):
        months = wide(rows, model).index
        assert months.equals(pd.date_range(months[0], tables.TODAY, freq="ME").rename("as_of"))
