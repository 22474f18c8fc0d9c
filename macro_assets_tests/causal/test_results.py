"""Every public result of the room prints itself, shows itself in a notebook, and gives a table and a picture."""

import importlib
import pkgutil
from dataclasses import fields, is_dataclass

import pandas as pd
import pytest

import macro_assets.causal
from macro_assets.causal import EffectSettings, Outcome, Shock, answer, belief_report, event_study, search_variation
from macro_assets.causal.engine.families import compare_family
from macro_assets.causal.engine.headline import Headline
from macro_assets.causal.estimators import variation_estimators
from macro_assets.causal.heterogeneity import Cells
from macro_assets.causal.validation.run import Plan, run_validation
from macro_assets.inference.display import Displayed, Result
from macro_assets_tests.causal.panels import months, world
from macro_assets_tests.causal.test_event_answers import answers as event_answers
from macro_assets_tests.causal.test_families import family
from macro_assets_tests.causal.test_families import months as published_months


def classes() -> dict[str, type]:
    """Every result class of the room, discovered."""
    for module in pkgutil.walk_packages(macro_assets.causal.__path__, "macro_assets.causal."):
        importlib.import_module(module.name)
    found: dict[str, type] = {}
    waiting = [Displayed]
    while waiting:
        for one in waiting.pop().__subclasses__():
            waiting.append(one)
            if one.__module__.startswith("macro_assets.causal.") and "summary" in vars(one):
                found[one.__name__] = one
    return found


@pytest.fixture(scope="module")
def loaded() -> dict[str, Result]:
    panel = world(200).only(shocks=["surprise", "raw"], outcomes=["sp500"])
    answers = answer(panel, horizons=(0, 1))
    calm = (panel.controls["x1"] > 0).astype(float)
    cells = Cells(Headline("surprise", "sp500"), ("sp500",))
    few = variation_estimators(null_draws=2, bootstrap_draws=20)
    found = search_variation(panel, pd.DataFrame({"calm": calm, "stress": 1 - calm}), cells, estimators=few)
    plan = Plan(replications=20, sizes=(300,), horizons=(0,), processes=("S1",), null=False, comparator_replications=0,
                plr_replications=0, irm_replications=0, ihdp_replications=0, lalonde=False, economy_histories=0,
                world_draws=0, flag_draws=0, family_runs=0)  # fmt: skip
    results = [panel, answers, answers.grid, answers.grid.estimates[0], answers.reports[0], found, run_validation(plan)]
    results += [*answers.reports[0].results[:1], found.regimes[0], found.forests[0], found.contrasts[0]]
    results += [event_answers(), compare_family(family(), published_months())]
    return {type(one).__name__: one for one in results}


def test_every_result_class_of_the_room_is_made_here(loaded: dict[str, Result]) -> None:
    assert sorted(loaded) == sorted(classes())


@pytest.mark.parametrize("name", sorted(classes()))
def test_it_prints_shows_tabulates_and_draws_itself(loaded: dict[str, Result], name: str) -> None:
    result = loaded[name]
    assert isinstance(result, Result)
    assert str(result) == result.summary()
    assert len(result.summary().splitlines()[0]) < 200
    frame = result.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert len(frame)
    html = result._repr_html_()
    assert html.startswith("<div><p><strong>")
    assert "<table" in html
    shown = type(result).html_columns  # type: ignore[attr-defined]
    assert set(shown) <= set(frame.columns)
    figure = result.figure()  # type: ignore[attr-defined]
    assert figure.axes[0].get_title(loc="left"), "a picture says what it shows"


@pytest.mark.parametrize("name", sorted(classes()))
def test_it_is_a_frozen_value(name: str) -> None:
    one = classes()[name]
    assert is_dataclass(one)
    assert one.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert len(fields(one)) <= 26


def test_units_sign_and_tier_travel_from_the_series_to_every_result() -> None:
    index = months(240)
    panel = world(240)
    outcome = Outcome("sp500", "percent", 0.02).observed(panel.outcomes["sp500"])
    shock = Shock("surprise", "percentage points", "positive = tighter", "T1").observed(panel.shocks["surprise"])
    report = belief_report(outcome, shock, panel.controls, settings=EffectSettings(lags=1))
    assert report.estimate.unit == "percent per percentage point"
    assert "; positive = tighter)" in report.summary()
    assert "0.02" in report.result("economic_significance").text
    events = event_study(outcome.on(index[10:]), shock.on(index[10:]))
    assert (events.unit, events.tier, events.n) == ("percent per percentage point", "T1", 230)
