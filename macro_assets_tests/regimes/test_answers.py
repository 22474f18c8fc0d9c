"""What the room answers: a declared table of distributions, right side up, and results that show themselves."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.inference.display import Result
from macro_assets.regimes import (
    REGIMES,
    RegimeAnswer,
    RegimeHistory,
    label_quality,
    quarter_ahead,
    quarter_outcomes,
    regime_history,
    report_of,
    train,
)
from macro_assets.regimes.answers import PROBABILITIES, probability_table
from macro_assets.regimes.factors import RECESSION
from macro_assets.regimes.quality import broken_distributions, contradicted_labels
from macro_assets.regimes.training import classifier_inputs
from macro_assets.tables.regimes import ATTENTION, TWO_FACTORS
from macro_assets.tables.registry import TABLES, allowed_of
from macro_assets.vintage.training import fitted_on_later_months
from macro_assets_tests.regimes import world


def answered(features: pd.DataFrame, history: RegimeHistory) -> RegimeAnswer:
    """As `answer`, with few epochs."""
    inputs, came = classifier_inputs(features, history.labels["label"]), quarter_outcomes(history)
    past = quarter_ahead(inputs, history, came, years=6, epochs=5)
    network = train(inputs, came["label"].dropna(), epochs=10)
    quality = label_quality(history.labels["label"], history.newest, history.state)
    return RegimeAnswer(features, history, quality, inputs, network, past, report_of(past, came))


@pytest.fixture(scope="module")
def found() -> RegimeAnswer:
    return answered(*world.labelled(400))


def wide(table: pa.Table, model: str) -> pd.DataFrame:
    rows = table.to_pandas()
    rows = rows[rows["model"] == model]
    return rows.pivot(index="as_of", columns="regime", values="probability")[list(REGIMES)]


def test_the_table_holds_the_probabilities_of_the_factors_and_of_the_network_not_their_complement(
    found: RegimeAnswer,
) -> None:
    table = found.table()
    labels = found.history.labels
    np.testing.assert_array_equal(wide(table, TWO_FACTORS).to_numpy(), labels[list(REGIMES)].to_numpy())
    stated = wide(table, ATTENTION)
    np.testing.assert_array_equal(stated.tail(1).to_numpy(), found.network.predict(found.inputs).tail(1).to_numpy())
    np.testing.assert_array_equal(stated.iloc[:-1].to_numpy(), found.past.network.iloc[:-1].to_numpy())
    rows = table.to_pandas()
    assert set(rows.groupby("model")["months_ahead"].unique().map(tuple).items()) == {
        (TWO_FACTORS, (0,)),
        (ATTENTION, (3,)),
    }
    assert table.schema.equals(TABLES[PROBABILITIES].schema)


def test_each_row_carries_the_label_of_its_own_month_and_model(found: RegimeAnswer) -> None:
    rows = found.table().to_pandas()
    filtered = rows[rows["model"] == TWO_FACTORS].drop_duplicates("as_of").set_index("as_of")["label"]
    assert filtered.tolist() == found.history.labels["label"].tolist()
    attention = rows[rows["model"] == ATTENTION]
    most = attention.loc[attention.groupby("as_of")["probability"].idxmax()]
    assert (most["label"] == most["regime"]).all()


def test_no_row_is_fitted_on_later_months_and_later_months_change_no_earlier_row(found: RegimeAnswer) -> None:
    """Factors and network: from features that end four months earlier the rows of their months come out bit for bit."""
    table = found.table()
    assert fitted_on_later_months(table).passed
    cut = found.features.index[-5]
    features, nowcast = (frame.loc[:cut] for frame in world.simulate(400))
    unknown = nowcast["state_known_at"] > cut  # what a reader of that day could not have
    nowcast = nowcast.assign(
        state=nowcast["state"].mask(unknown), state_known_at=nowcast["state_known_at"].mask(unknown)
    )
    again = answered(features, regime_history(nowcast, features))
    common = again.past.network.index.intersection(found.past.network.index)
    assert len(common) > 40
    for name in ("network", "teacher", "shares", "trained_through"):
        one, other = (getattr(each.past, name).loc[common] for each in (found, again))
        np.testing.assert_array_equal(one.to_numpy(), other.to_numpy())
    labels = again.history.labels
    stored = wide(table, TWO_FACTORS).set_axis(pd.to_datetime(wide(table, TWO_FACTORS).index))
    np.testing.assert_array_equal(stored.loc[labels.index], labels[list(REGIMES)])


def test_the_history_of_the_network_begins_where_there_is_enough_to_learn_from() -> None:
    features, history = world.labelled(260)
    inputs, came = classifier_inputs(features, history.labels["label"]), quarter_outcomes(history)
    past = quarter_ahead(inputs, history, came, years=50, epochs=0)
    first = past.trained_through.min()
    seen = came.index[came["label"].notna() & (pd.to_datetime(came["known_at"]) <= first)]
    assert (seen >= inputs.index[11]).sum() >= 60, "sixty windows of twelve months"
    assert first in history.refits
    assert (past.trained_through < past.network.index).all()
    none = quarter_ahead(inputs, history, came, years=0)
    assert none.network.empty
    assert "0 outcomes of its forecasts are known" in report_of(none, came).verdict


def test_a_network_fitted_on_later_months_is_found(found: RegimeAnswer) -> None:
    frame = found.table().to_pandas()
    frame.loc[0, "trained_through"] = frame["as_of"].max()
    finding = fitted_on_later_months(pa.Table.from_pandas(frame, preserve_index=False))
    assert (finding.passed, len(finding.failing)) == (False, 1)
    frame["trained_through"] = None
    assert not fitted_on_later_months(pa.Table.from_pandas(frame, preserve_index=False)).passed


def test_months_without_probabilities_have_no_row() -> None:
    labels = pd.DataFrame(
        {
            REGIMES[0]: [0.2, np.nan],
            REGIMES[1]: [0.5, np.nan],
            REGIMES[2]: [0.3, np.nan],
            "label": REGIMES[1],
            "trained_through": pd.Timestamp("1999-12-31"),
        },
        index=pd.to_datetime(["2000-01-31", "2000-02-29"]),
    )
    assert probability_table(labels, TWO_FACTORS).num_rows == 3


def test_what_is_no_distribution_is_found(found: RegimeAnswer) -> None:
    table = found.table()
    assert broken_distributions(table).passed
    frame = table.to_pandas()
    other = next(name for name in REGIMES if name != frame["label"].iloc[0])
    for damage in (
        frame.assign(probability=frame["probability"].where(frame.index > 0, frame["probability"] + 1e-6)),
        frame.iloc[1:],
        frame.assign(label=frame["label"].mask(frame.index == 0, other)),
        frame.assign(probability=1.0 - frame["probability"]),
    ):
        finding = broken_distributions(pa.Table.from_pandas(damage, preserve_index=False))
        assert not finding.passed
        assert len(finding.failing) >= 1


def test_a_label_that_contradicts_its_own_odds_is_found(found: RegimeAnswer) -> None:
    table = found.table()
    assert contradicted_labels(table).passed
    frame = table.to_pandas()
    stress = (frame["regime"] == REGIMES[0]) & (frame["model"] == TWO_FACTORS)
    alarmed, quiet = (frame.index[stress & ((frame["label"] == REGIMES[0]) == there)][0] for there in (True, False))
    for row, odds in ((alarmed, RECESSION.leave - 0.01), (quiet, RECESSION.enter + 0.01)):
        damaged = frame.assign(probability=frame["probability"].mask(frame.index == row, odds))
        finding = contradicted_labels(pa.Table.from_pandas(damaged, preserve_index=False))
        assert (finding.passed, len(finding.failing)) == (False, 1)


def test_the_declared_words_are_the_regimes_of_the_room_and_of_the_simulation() -> None:
    from macro_assets.sandbox.economy import parameters

    schema = TABLES[PROBABILITIES].schema
    assert allowed_of(schema.field("regime")) == allowed_of(schema.field("label")) == REGIMES == parameters.REGIMES
    assert set(allowed_of(schema.field("model"))) == {TWO_FACTORS, ATTENTION}


def test_results_show_themselves(found: RegimeAnswer) -> None:
    results = (found, found.history, found.quality, found.report)
    for result in results:
        assert isinstance(result, Result)
        assert str(result) == result.summary()
        assert "<table" in result._repr_html_()
        assert len(result.to_frame())
        assert result.plot().get_title(loc="left")
    newest = found.history.labels.iloc[-1]
    assert str(found).startswith(f"{newest['label']} on {found.history.labels.index[-1]:%Y-%m-%d}")


def test_the_example_of_the_network_is_its_answer_to_the_newest_windows(found: RegimeAnswer) -> None:
    windows, logits = found.network.example(found.inputs)
    assert windows.shape == (2, 12, len(world.FEATURES) + 3)
    odds = np.exp(logits.astype(float))
    np.testing.assert_allclose(odds / odds.sum(axis=1, keepdims=True), found.network.predict(found.inputs).iloc[-2:])
