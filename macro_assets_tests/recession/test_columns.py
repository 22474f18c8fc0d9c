"""A misspelt feature is refused by name wherever a model is trained; only a forecast may lack one, and names it."""

import importlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.recession.columns import absent, known_matrix, matrix, refuse_unknown
from macro_assets.signals.recession import monthly_spec
from macro_assets_tests.recession import synthetic

FRAME = pd.DataFrame({"term_spread": [1.0, np.nan], "baa_spread": [2.0, 3.0]})


@pytest.mark.parametrize("module", ["presets", "impacts"])
def test_every_column_that_a_model_declares_exists(module: str) -> None:
    """Imported here, where a refusal is a failure of this test and not of the collection."""
    try:
        importlib.import_module(f"macro_assets.recession.{module}")
    except InvalidInputError as error:
        pytest.fail(str(error))


def test_stage_two_reads_the_probability_and_declared_features_only() -> None:
    impacts = importlib.import_module("macro_assets.recession.impacts")
    assert set(impacts.INPUTS) - {impacts.PROBABILITY} <= set(monthly_spec.names())
    assert len(set(impacts.INPUTS)) == len(impacts.INPUTS) == 29


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(
        InvalidInputError, match=r"Stage 2: unknown features 'trem_spread'\. Did you mean term_spread\?"
    ):
        refuse_unknown(["trem_spread", "baa_spread"], FRAME.columns, "Stage 2")
    with pytest.raises(InvalidInputError, match=r"Available: term_spread, baa_spread\."):
        refuse_unknown(["zzz"], FRAME.columns, "Stage 2")
    with pytest.raises(InvalidInputError, match="'trem_spread'"):
        known_matrix(FRAME, ["trem_spread"], "Stage 2")


def test_a_forecast_may_lack_columns_and_names_them() -> None:
    rows = matrix(FRAME, ["baa_spread", "sp500_growth_3m"])
    assert rows[:, 0].tolist() == [2.0, 3.0]
    assert np.isnan(rows[:, 1]).all()
    assert absent(FRAME, ["baa_spread", "sp500_growth_3m", "term_spread"]) == ("sp500_growth_3m", "term_spread")
    assert absent(FRAME.iloc[:1], ["term_spread"]) == ()


def renamed(table: pa.Table, old: str, new: str) -> pa.Table:
    names = [new if name == old else name for name in table["feature"].to_pylist()]
    return table.set_column(table.column_names.index("feature"), "feature", pa.array(names))


def test_a_table_with_a_feature_that_nobody_declared_is_refused() -> None:
    from macro_assets.recession.data import RecessionData

    table = renamed(synthetic.feature_table(), "term_spread", "term_spreads")
    with pytest.raises(InvalidInputError, match=r"unknown features 'term_spreads'\. Did you mean term_spread\?"):
        RecessionData.from_tables("M", "vintage", table, synthetic.target_table())


def test_a_declared_feature_without_values_is_missing_everywhere() -> None:
    from macro_assets.recession.data import RecessionData

    table = synthetic.feature_table()
    kept = table.filter(pa.array([name != "baa_spread" for name in table["feature"].to_pylist()]))
    data = RecessionData.from_tables("M", "vintage", kept, synthetic.target_table())
    assert data.compact["baa_spread"].isna().all()
    assert list(data.compact.columns) == monthly_spec.names()


def test_training_refuses_misspelt_columns_of_a_candidate_and_of_stage_two() -> None:
    from macro_assets.recession import impact_history, impacts
    from macro_assets.recession.candidates import Candidate
    from macro_assets.recession.estimators import LogitPath

    data = synthetic.monthly_data()
    rows = data.training_rows(pd.Timestamp("1990-01-31"))
    wrong = Candidate("wrong", "", LogitPath((0.1,)), columns=("term_spread", "bba_spread"))
    with pytest.raises(InvalidInputError, match=r"Candidate 'wrong': unknown features 'bba_spread'"):
        wrong.fit(data.compact.loc[rows.as_of], rows.target, rows.recession)
    history = impact_history.impact_outcomes(synthetic.target_table())
    inputs = data.compact.loc[history.values.index].assign(**{impacts.PROBABILITY: 0.2})
    with pytest.raises(InvalidInputError, match=r"Stage 2: unknown features 'baa_spread'"):
        impacts.fit_impact(
            inputs.rename(columns={"baa_spread": "bba_spread"}), history, "real_gdp_change_pct", data.target
        )


def test_a_forecast_refuses_a_name_that_is_no_feature_and_says_what_it_lacked() -> None:
    from macro_assets.recession import impact_history, presets
    from macro_assets.recession.hybrid import HybridRecessionModel

    data = synthetic.monthly_data()
    outcomes = impact_history.impact_outcomes(synthetic.target_table())
    model = HybridRecessionModel.fit(data, presets.candidate("logit_l2"), pd.Timestamp("2000-01-31"), outcomes)
    with pytest.raises(InvalidInputError, match="Recession forecast: unknown features 'trem_spread'"):
        model.predict({"trem_spread": 1.0})
    row = data.compact.loc[["2000-06-30"]].fillna(0.0).drop(columns="baa_spread")
    assert model.predict(row).missing == ("baa_spread",)
    assert model.stage1.missing(row) == ("baa_spread",)
    assert model.impacts(row, 0.9)[0].missing == ("baa_spread",)
