"""Stage 1 and stage 2 in the graph, on a small lake: what is stored is what the models say, for whoever is champion."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pandas as pd
import pytest

from macro_assets.defs.models.impacts import recession_outlook
from macro_assets.defs.models.recession import recession_odds
from macro_assets.defs.resources import resources
from macro_assets.lake import Lake
from macro_assets.recession import odds, outlook, presets
from macro_assets.recession.candidates import Candidate
from macro_assets.recession.data import FeatureTables
from macro_assets.recession.impact_history import impact_outcomes
from macro_assets.registry import Registry, recession_champion
from macro_assets.settings import get_settings
from macro_assets.vintage.training import fitted_on_later_months
from macro_assets_tests.recession import synthetic

CLASSIFIER, PROBABILITIES = "models/recession_classifier", "models/recession_probabilities"
REGRESSORS, IMPACTS = "models/impact_regressors", "models/recession_impacts"
FEW = ("climatology", "probit_spread_lag", "logit_l2", "logit_path", "bounded_votes", "nber_state")
EXPORTED = ("logit_l2", "logit_path", "bounded_votes")
INPUTS = ("features/recession_features_monthly", "features/recession_features", "targets/recession_targets")
CONFIG = {"ops": {"models__recession_classifier": {"config": {"wide": False}}}}


@dataclass(frozen=True)
class Made:
    """What the assets left behind before and after the L2 logit was promoted."""

    home: Path
    lake: Lake
    registry: Registry
    events: dict[str, dict[str, Any]]
    after: dict[str, dict[str, Any]]
    check: dg.AssetCheckEvaluation
    probabilities: pd.DataFrame
    impacts: pd.DataFrame
    hybrid: Any


def materialise(asset: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    upstream = [dg.AssetSpec(name.split("/")) for name in INPUTS]
    return dg.materialize(
        [*upstream, asset], resources=resources(), run_config=CONFIG if asset is recession_odds else None
    )


def metadata(*results: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """Metadata values of every asset materialised."""
    return {
        event.asset_key.to_user_string(): {k: entry.value for k, entry in event.materialization.metadata.items()}
        for result in results
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A lake with the synthetic features and targets, an empty registry, and few candidates."""
    home = tmp_path_factory.mktemp("odds")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MACRO_HOME", str(home))
        patch.setattr(presets, "CANDIDATES", tuple(presets.candidate(name) for name in FEW))
        lake, registry = Lake(home / "lake"), Registry.from_settings(get_settings())
        lake.replace(INPUTS[0], synthetic.feature_table())
        lake.replace(INPUTS[1], synthetic.feature_table().slice(0, 0))
        lake.replace(INPUTS[2], synthetic.target_table())
        first, second = materialise(recession_odds), materialise(recession_outlook)
        (check,) = first.get_asset_check_evaluations()
        probabilities, impacts = (lake.read(name).to_pandas() for name in (PROBABILITIES, IMPACTS))
        hybrid = registry.load("recession_hybrid", "challenger").model
        registry.promote("recession_m_logit_l2", reason="test", title="recession_m")
        after = metadata(materialise(recession_odds), materialise(recession_outlook))
        yield Made(home, lake, registry, metadata(first, second), after, check, probabilities, impacts, hybrid)


def test_probabilities_are_those_of_the_models(loaded: Made) -> None:
    expected = odds.fit(FeatureTables(synthetic.feature_table()), synthetic.target_table())
    for frequency in odds.FREQUENCIES:
        data, year = expected.data[frequency], expected.years[frequency]
        days = data.index[-1:]
        for name in FEW[:-1]:
            rows = loaded.probabilities.query("model == @name and target == @odds.TARGETS[@frequency]")
            rows = rows.sort_values("as_of")
            assert rows["as_of"].tolist() == [day.date() for day in days]
            assert np.allclose(rows["probability"], year.fitted[name].predict_proba(data.compact.loc[days]), atol=1e-12)
            assert set(rows["trained_through"]) == {year.trained_through.date()}
    assert set(loaded.probabilities["model"]) == set(FEW) - {"nber_state"}


def test_todays_fit_states_todays_rows_alone() -> None:
    """Rows of earlier days would rest on labels and revisions of later ones: they stand in the walk-forward."""
    fitted = odds.fit(FeatureTables(synthetic.feature_table()), synthetic.target_table())
    table = odds.answer(fitted)
    assert fitted_on_later_months(table).passed
    rows = table.to_pandas()
    for frequency in odds.FREQUENCIES:
        stated = rows[rows["target"] == odds.TARGETS[frequency]]
        assert set(stated["as_of"]) == {fitted.as_of(frequency)}


def test_the_metadata_state_the_newest_probability_and_who_speaks(loaded: Made) -> None:
    shown = loaded.events[PROBABILITIES]
    assert shown["dagster/row_count"] == len(loaded.probabilities)
    rows = loaded.probabilities.query("model == 'logit_path' and target == 'recession_within_6m'").sort_values("as_of")
    assert shown["probability_recession_within_6m_logit_path"] == rows["probability"].iloc[-1]
    assert "default, unproven" in shown["newest"]
    assert loaded.events[CLASSIFIER]["champion"] == "bounded_votes (default, unproven)"


def test_every_candidate_is_registered_or_listed_with_its_reason(loaded: Made) -> None:
    shown = loaded.events[CLASSIFIER]
    registered = {name.removeprefix("model_uri_") for name in shown if name.startswith("model_uri_")}
    assert registered == {f"recession_{frequency}_{name}" for frequency in "mq" for name in EXPORTED}
    reasons = dict(part.split(": ", 1) for part in shown["not_exported"].split("; "))
    assert set(reasons) | set(EXPORTED) == set(FEW)
    assert all(reasons.values())
    assert (loaded.check.check_name, loaded.check.passed, loaded.check.blocking) == ("onnx_parity", True, True)
    assert loaded.check.metadata["graphs"].value == 2 * len(EXPORTED)
    for name in EXPORTED:
        assert loaded.registry.load(f"recession_m_{name}", "challenger").tags["candidate"] == name


def test_a_promoted_champion_feeds_stage_two_and_is_named(loaded: Made) -> None:
    assert loaded.events[REGRESSORS]["stage_1"] == "bounded_votes (default, unproven)"
    assert recession_champion(loaded.registry).candidate == "logit_l2"
    assert loaded.after[REGRESSORS]["stage_1"] == "logit_l2 (champion)"
    assert loaded.after[CLASSIFIER]["champion"] == "logit_l2 (champion)"
    expected = outlook.fit(synthetic.feature_table(), synthetic.target_table(), presets.candidate("logit_l2"))
    assert loaded.after[IMPACTS]["probability"] == pytest.approx(expected.forecast.probability, abs=1e-12)
    assert loaded.events[IMPACTS]["probability"] != loaded.after[IMPACTS]["probability"]


def test_stored_impacts_are_those_of_the_registered_model(loaded: Made) -> None:
    rows, newest = loaded.impacts.set_index("target"), synthetic.quarterly_data().compact.tail(1)
    newest = newest.join(impact_outcomes(synthetic.target_table()).volatility)
    found = loaded.hybrid.impacts(newest, loaded.hybrid.predict(newest).probability)
    assert {impact.target for impact in found} == set(rows.index)
    for impact in found:
        row = rows.loc[impact.target]
        assert row["value"] == pytest.approx(impact.value, abs=1e-12)
        assert (row["lower_90"], row["upper_90"]) == pytest.approx(impact.intervals[0.90])
        assert (row["lower_80"], row["upper_80"]) == pytest.approx(impact.intervals[0.80])
        assert (row["skill"], row["method"], row["unit"]) == (impact.skill, impact.method, impact.unit)
    assert set(rows["as_of"]) == {date(2004, 12, 31)}


def test_an_eligible_candidate_without_a_graph_is_refused_before_anything_is_registered(
    loaded: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    probit = presets.candidate("probit_spread_lag")
    odd = Candidate("odd_probit", "", probit.estimator, columns=probit.columns, eligible=True)
    monkeypatch.setattr(presets, "CANDIDATES", (odd, *presets.CANDIDATES))
    monkeypatch.setenv("MACRO_HOME", str(loaded.home))
    before = loaded.registry.version("recession_m_logit_path", "challenger"), loaded.lake.version(PROBABILITIES)
    with pytest.raises(dg.Failure, match="Candidate 'odd_probit' may become champion but cannot be exported: a probit"):
        materialise(recession_odds)
    assert (
        loaded.registry.version("recession_m_logit_path", "challenger"),
        loaded.lake.version(PROBABILITIES),
    ) == before
