"""The search for variation over several outcomes: which cells, on which months, in which rows."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.causal import EffectPanel, EffectSettings, Shock, search_variation
from macro_assets.causal.estimators import ByRegime, XLearner, variation_estimators
from macro_assets.causal.heterogeneity import TABLE, Heterogeneity, cells_to_search
from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES
from macro_assets_tests.causal.panels import months

CATALOG = load_catalog()
N = 240


def panel(*outcomes: str, shocks: tuple[str, ...] = ("fed_surprise",)) -> EffectPanel:
    rng = np.random.default_rng(3)
    index = months(N)
    x = pd.DataFrame(rng.standard_normal((N, 2)), index, ["a", "b"])
    news = pd.DataFrame(1.5 * rng.standard_normal((N, len(shocks))), index, list(shocks))
    returns = {name: -0.5 * news.iloc[:, 0] + rng.standard_normal(N) for name in outcomes}
    tiers = {name: Shock(name, "points", "positive = tighter", "T1") for name in shocks}
    return EffectPanel(pd.DataFrame(returns, index), news, x, measured_shocks=tiers, too_short=("tlt",))


def regimes(first: int = 12) -> pd.DataFrame:
    calm = (np.random.default_rng(9).random(N) > 0.4).astype(float)
    return pd.DataFrame({"calm": calm, "stress": 1 - calm}, months(N)).iloc[first:]


@pytest.fixture(scope="module")
def found() -> Heterogeneity:
    here = panel("sp500", "us10y")
    few = variation_estimators(null_draws=2, bootstrap_draws=20)
    return search_variation(here, regimes(), cells_to_search(here, CATALOG), estimators=few)


def test_outcomes_too_young_are_left_out_by_name_and_the_rest_goes_on() -> None:
    cells = cells_to_search(panel("us10y", "sp500"), CATALOG, outcomes=["sp500", "tlt", "us10y"])
    assert cells.outcomes == ("sp500", "us10y")
    assert cells.too_short == ("tlt",)
    assert (cells.headline.shock, cells.headline.outcome) == ("fed_surprise", "sp500")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"outcomes": ["sp500", "sp5000"]}, "Unknown outcome sp5000. Available: sp500"),
        ({"headline_outcome": "gold"}, "Unknown outcome gold"),
        ({"shock": "mood"}, "Unknown shock mood. Available: fed_rate_change"),
        ({"outcomes": ["tlt"]}, "Too few months are known of tlt. Long enough are: sp500"),
    ],
)
def test_a_name_that_does_not_exist_or_none_long_enough_is_refused(asked: dict, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        cells_to_search(panel("sp500"), CATALOG, **asked)


def test_without_the_usual_shock_another_stands_in_and_is_named() -> None:
    cells = cells_to_search(panel("us10y", shocks=("oil_supply_news",)), CATALOG, outcomes=["us10y"])
    assert (cells.headline.shock, cells.headline.outcome) == ("oil_supply_news", "us10y")
    here = panel("us10y", shocks=("oil_supply_news",))
    found = search_variation(here, regimes(), cells, estimators=(ByRegime(),))
    assert "oil_supply_news stands in" in found.absences()["headline_absent"]
    assert "oil_supply_news stands in" in found.summary()


def test_regimes_are_asked_of_every_outcome_and_costly_estimators_of_the_headline(found: Heterogeneity) -> None:
    assert [one.outcome.name for one in found.regimes] == ["sp500", "us10y"]
    assert [one.outcome.name for one in found.forests] == ["sp500"]
    assert [(one.arm, one.outcome.name) for one in found.contrasts] == [("tightening", "sp500"), ("easing", "sp500")]


def test_effects_by_regime_use_only_months_whose_regime_before_is_known(found: Heterogeneity) -> None:
    assert found.regimes[0].sample_start == months(N)[12 + 2]  # two lags
    assert found.forests[0].sample_start == months(N)[2]


def test_the_table_holds_what_each_result_says(found: Heterogeneity) -> None:
    table = found.to_table()
    assert table.schema.equals(TABLES[TABLE].schema)
    frame = table.to_pandas()
    assert not frame.duplicated(list(TABLES[TABLE].key)).any()
    assert set(frame["as_of"]) == {months(N)[-1].date()}
    first = found.regimes[1].frame.set_index("regime")
    rows = frame[(frame["method"] == "by_regime") & (frame["outcome"] == "us10y")].set_index("state")
    for column, source in (("effect", "effect"), ("reported", "effect"), ("reported_upper", "upper"),
                           ("months", "expected_months"), ("identified", "identified")):  # fmt: skip
        assert rows[column].to_dict() == first[source].to_dict()
    assert set(rows["p_value"]) == {found.regimes[1].difference_p_value}
    assert set(rows["minimum_detectable"]) == {found.regimes[1].minimum_detectable_difference}
    forest = frame[frame["method"] == "causal_forest"]
    assert pd.to_datetime(forest["month"]).tolist() == list(found.forests[0].effects.index)
    assert forest["effect"].tolist() == found.forests[0].effects["effect"].tolist()
    arms = frame[frame["method"] == "x_learner"].set_index("state")
    assert arms["reported"].to_dict() == {one.arm: one.average for one in found.contrasts}
    assert arms["varies"].isna().all(), "a contrast is no test of variation"


def test_a_forest_that_does_not_beat_its_null_reports_one_effect_without_an_interval(found: Heterogeneity) -> None:
    forest = found.forests[0]
    flat, varied = (replace(forest, heterogeneity_p_value=p).rows() for p in (0.5, 0.01))
    assert flat["reported"].unique().tolist() == [forest.constant]
    assert flat["reported_lower"].isna().all()
    assert not flat["varies"].any()
    assert varied["reported"].tolist() == varied["effect"].tolist()
    assert varied["reported_upper"].tolist() == varied["upper"].tolist()
    assert varied["varies"].all()


def test_a_regime_seen_too_seldom_is_not_identified_in_its_row() -> None:
    rare = regimes(0)
    rare.iloc[:, 0] = 1.0
    rare.iloc[::12, 0] = 0.0
    rare["stress"] = 1.0 - rare["calm"]
    here = panel("sp500")
    rows = search_variation(here, rare, cells_to_search(here, CATALOG, outcomes=["sp500"]), estimators=(ByRegime(),))
    labels = rows.to_frame().set_index("state")[["identified", "label"]].to_dict("index")
    assert labels["stress"] == {"identified": False, "label": "not identified"}
    assert labels["calm"] == {"identified": True, "label": "association"}


def test_an_arm_with_too_few_months_has_a_row_without_an_effect() -> None:
    here = panel("sp500")
    sparse = here.shocks.where((np.arange(N) % 12 == 0)[:, None], 0.0)
    here = replace(here, shocks=sparse)
    cells = cells_to_search(here, CATALOG, outcomes=["sp500"])
    one = search_variation(here, regimes(), cells, estimators=(XLearner("easing"),), settings=EffectSettings())
    (row,) = one.to_table().to_pylist()
    assert (row["effect"], row["reported"], row["label"], row["identified"]) == (None, None, "not identified", False)
    assert row["months"] < 25
    assert one.models() == []


def test_registered_models_answer_their_own_example(found: Heterogeneity) -> None:
    names = [name for name, _, _ in found.models()]
    assert names == ["causal_forest", "x_learner_tightening", "x_learner_easing"]
    for _, model, example in found.models():
        assert np.isfinite(model.effect(example.to_numpy())).all()
