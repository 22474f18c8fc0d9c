"""A lake that ends on a day agrees with a longer one about that day: one assertion per floor.

Layers below the models must agree bit for bit, models to 1e-12.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.causal import EffectPanel, effect_panel, estimate_grid, search_variation
from macro_assets.causal.estimators import ByRegime
from macro_assets.causal.events.answers import answer_events
from macro_assets.causal.events.inputs import daily_closes, event_shocks
from macro_assets.causal.events.published import answer_families
from macro_assets.causal.heterogeneity import cells_to_search
from macro_assets.causal.variation.states import known_before
from macro_assets.recession import presets
from macro_assets.recession.data import RecessionData
from macro_assets.recession.evaluation import scoring, walk_forward
from macro_assets.recession.hybrid import HybridRecessionModel
from macro_assets.recession.impact_history import impact_outcomes
from macro_assets.recession.impacts import PROBABILITY
from macro_assets.regimes.answers import probability_table
from macro_assets.tables.regimes import TWO_FACTORS
from macro_assets.uncertainty import panel as spread_panel
from macro_assets.uncertainty.answers import from_rows
from macro_assets.uncertainty.walk_forward import intervals
from macro_assets.uncertainty.walk_forward import walk_forward as walk_spread_forward
from macro_assets.vintage.layout import lay_out
from macro_assets_tests.integration.floors import CATALOG, Floors, assert_same_bits, upto

EXACT = 1e-12
EPOCHS_OF_A_TEST = 3
FAST = [c for c in presets.candidates() if c.name in ("probit_spread_lag", "logit_l2", presets.DEFAULT)]
Check = Callable[[Floors, Floors, dt.date], None]


def assert_silver(short: Floors, longer: Floors, day: dt.date) -> None:
    assert_same_bits(short.silver, upto(longer.silver, "known_from", day), "silver/observations")
    assert_same_bits(short.prices, upto(longer.prices, "known_from", day), "silver/prices")


def assert_monthly_cube(short: Floors, longer: Floors, day: dt.date) -> None:
    assert_same_bits(
        lay_out(short.monthly_cube, frequency="M"),
        lay_out(longer.monthly_cube, frequency="M", end=day),
        "gold/monthly_cube",
    )


def assert_quarterly_cube(short: Floors, longer: Floors, day: dt.date) -> None:
    assert_same_bits(
        lay_out(short.quarterly_cube, frequency="Q"),
        lay_out(longer.quarterly_cube, frequency="Q", end=day),
        "gold/quarterly_cube",
    )


def assert_asset_returns(short: Floors, longer: Floors, day: dt.date) -> None:
    one, other = (upto(each.asset_returns, "known_at", day) for each in (short, longer))
    assert_same_bits(one, other, "gold/asset_returns")


def assert_causal_features(short: Floors, longer: Floors, day: dt.date) -> None:
    assert_same_bits(short.causal_features, upto(longer.causal_features, "as_of", day), "features/causal_features")


def assert_recession_features(short: Floors, longer: Floors, day: dt.date) -> None:
    for name in ("recession_features", "recession_features_monthly"):
        assert_same_bits(getattr(short, name), upto(getattr(longer, name), "as_of", day), f"features/{name}")


def assert_macro_shocks(short: Floors, longer: Floors, day: dt.date) -> None:
    files = short.bronze.surprises
    assert_same_bits(short.known_shocks(day, files), longer.known_shocks(day, files), "treatments/macro_shocks")


def assert_recession_targets(short: Floors, longer: Floors, day: dt.date) -> None:
    one, other = (upto(each.recession_targets, "known_at", day) for each in (short, longer))
    assert_same_bits(one, other, "targets/recession_targets")


def assert_regime_labels(short: Floors, longer: Floors, day: dt.date) -> None:
    """Probabilities, labels, bounds and fits, as published by the day."""
    one, other = (each.labels.labels for each in (short, longer))
    other = other[other.index <= pd.Timestamp(day)]
    assert len(one) > 24
    pd.testing.assert_frame_equal(one, other, check_exact=True, check_freq=False)


TABLES: tuple[Check, ...] = (
    assert_silver,
    assert_monthly_cube,
    assert_quarterly_cube,
    assert_asset_returns,
    assert_causal_features,
    assert_recession_features,
    assert_macro_shocks,
    assert_recession_targets,
)


def on_days(days: Sequence[dt.date]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Decorator of a test that takes `assert_final` and `day`: every table on every day."""

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        over_tables = pytest.mark.parametrize(
            "assert_final", TABLES, ids=lambda one: one.__name__.removeprefix("assert_")
        )
        return pytest.mark.parametrize("day", days, ids=str)(over_tables(test))

    return decorate


def data_of(floors: Floors, frequency: str = "M") -> RecessionData:
    return RecessionData.from_tables(
        frequency,  # type: ignore[arg-type]
        "vintage",
        floors.recession_features_monthly,
        floors.recession_targets,
    )


def assert_recession_forecasts(short: Floors, longer: Floors, day: dt.date, *, since: dt.date) -> None:
    """Walk-forward rows of every origin up to the day, and their scores where the outcome was known by then."""
    one, other = (data_of(each) for each in (short, longer))
    first = walk_forward.walk_forward(one, FAST, start=since, end=day)
    again = walk_forward.walk_forward(other, FAST, start=since, end=day)
    assert set(first["candidate"]) == {c.name for c in FAST}
    numbers = ["probability", "threshold"]
    assert np.abs(first[numbers] - again[numbers]).to_numpy().max() <= EXACT
    assert first.drop(columns=numbers).equals(again.drop(columns=numbers)), "other training rows"
    outcome_known = one.index[one.target.notna() & one.state.notna()]
    rows = [part[part["as_of"].isin(outcome_known)] for part in (first, again)]
    panels = [scoring.score_panel(d, r, replications=20) for d, r in zip((one, other), rows, strict=True)]
    for before, after in zip(panels[0].scores, panels[1].scores, strict=True):
        for name in ("brier", "log_score", "roc_auc", "ece"):
            assert abs(getattr(before, name) - getattr(after, name)) <= EXACT, (before.name, name)


def assert_recession_impacts(short: Floors, longer: Floors, day: dt.date) -> None:
    """Both stages trained on the day: probability, values, methods and intervals of every impact."""
    message = []
    for each in (short, longer):
        data = data_of(each, "Q")
        history = impact_outcomes(each.recession_targets)
        model = HybridRecessionModel.fit(data, FAST[-1], pd.Timestamp(day), history)
        row = data.compact[data.index <= pd.Timestamp(day)].iloc[[-1]].join(history.volatility)
        probability = float(model.stage1.predict_proba(row)[0])
        inputs = row.assign(**{PROBABILITY: probability})
        message.append((probability, [stage.forecast(inputs) for stage in model.stage2]))
    assert abs(message[0][0] - message[1][0]) <= EXACT
    for one, other in zip(message[0][1], message[1][1], strict=True):
        assert (one.target, one.method, one.skill) == (other.target, other.method, other.skill)
        assert abs(one.value - other.value) <= EXACT * max(1.0, abs(one.value))
        assert one.joint == other.joint
        assert np.allclose(list(one.intervals.values()), list(other.intervals.values()), rtol=EXACT, atol=EXACT)


def assert_causal_grid(short: Floors, longer: Floors, day: dt.date, *, outcomes: list[str], shocks: list[str]) -> None:
    """Effects with intervals and joint inference, of all that was known by the day."""
    files = short.bronze.surprises
    grids = []
    for each in (short, longer):
        panel = _panel(each, day, files, outcomes, shocks)
        grids.append(estimate_grid(panel, horizons=(0, 3)).to_frame())
    numbers = grids[0].select_dtypes("number").columns
    assert len(grids[0]) == len(outcomes) * len(shocks) * 2
    assert np.allclose(grids[0][numbers], grids[1][numbers], rtol=EXACT, atol=EXACT, equal_nan=True)
    assert grids[0].drop(columns=numbers).equals(grids[1].drop(columns=numbers))


def assert_effect_heterogeneity(
    short: Floors, longer: Floors, day: dt.date, *, outcomes: list[str], shock: str
) -> None:
    """Effects by the regime that was known before the shock; forests rest on the same panel and a fixed seed."""
    files, tables = short.bronze.surprises, []
    for each in (short, longer):
        panel = _panel(each, day, files, outcomes, [shock])
        labels = each.labels.labels
        regimes = known_before(probability_table(labels[labels.index <= pd.Timestamp(day)], TWO_FACTORS))
        cells = cells_to_search(panel, CATALOG, shock=shock, outcomes=outcomes, headline_outcome=outcomes[0])
        tables.append(search_variation(panel, regimes, cells, estimators=[ByRegime()]).to_table())
    assert_close(tables[0], tables[1], day)


def assert_event_effects(short: Floors, longer: Floors, day: dt.date) -> None:
    """What the days around announcements show, of the closes known by the day."""
    titles = {name: event.title for name, event in CATALOG.events.items()}
    shocks = event_shocks(short.bronze.surprises, CATALOG)[:1]
    closes = [daily_closes(*_daily(each, day), CATALOG) for each in (short, longer)]
    one, other = (answer_events(shocks, each, titles=titles).to_table() for each in closes)
    assert_close(one, other, day)


def assert_instrumented_effects(short: Floors, longer: Floors, day: dt.date) -> None:
    """Families of published series, compared on what was known by the day."""
    tables = []
    for each in (short, longer):
        returns = upto(each.asset_returns, "known_at", day)
        families = answer_families(short.bronze.surprises, returns, *_daily(each, day), CATALOG)
        tables.append(pa.concat_tables([family.to_table() for family in families]))
    assert_close(tables[0], tables[1], day)


def assert_predictive_spread(short: Floors, longer: Floors, day: dt.date) -> None:
    """Two networks and their rival walked forward on what was known by the day: every row, and today's answer."""
    tables = []
    for each in (short, longer):
        rows = spread_panel.build(
            upto(each.asset_returns, "known_at", day), *_daily(each, day), each.known_shocks(day, short.bronze.surprises),
            spread_panel.states_of(upto(each.recession_features_monthly, "as_of", day)), CATALOG,
        )  # fmt: skip
        state = spread_panel.recession_months(upto(each.recession_targets, "known_at", day))
        walked = intervals(walk_spread_forward(rows, day.year - 2, epochs=EPOCHS_OF_A_TEST))
        tables.append(from_rows(walked, state, first=pd.Timestamp(day.year - 1, 1, 31)).table())
    assert_close(tables[0], tables[1], day)


def _daily(floors: Floors, day: dt.date) -> tuple[pa.Table, pa.Table]:
    """Closes and observations known by a day."""
    return upto(floors.prices, "known_from", day), upto(floors.silver, "known_from", day)


def assert_close(one: pa.Table, other: pa.Table, day: dt.date) -> None:
    """Rows of a table of answers: numbers to 1e-12, all else equal, nothing fitted after the day."""
    frames = [table.to_pandas() for table in (one, other)]
    numbers = frames[0].select_dtypes("number").columns
    assert len(frames[0]) > 0
    assert np.allclose(frames[0][numbers], frames[1][numbers], rtol=EXACT, atol=EXACT, equal_nan=True)
    assert frames[0].drop(columns=numbers).equals(frames[1].drop(columns=numbers))
    for name in ("as_of", "trained_through"):
        assert max(frames[1][name]) <= day


ANSWERS: dict[str, Callable[..., None]] = {
    "models/causal_effects": assert_causal_grid,
    "models/effect_heterogeneity": assert_effect_heterogeneity,
    "models/event_effects": assert_event_effects,
    "models/instrumented_effects": assert_instrumented_effects,
    "models/regime_probabilities": assert_regime_labels,
    "models/recession_probabilities": assert_recession_forecasts,
    "models/recession_impacts": assert_recession_impacts,
    "models/predictive_spread": assert_predictive_spread,
    "evaluation/recession_walk_forward_monthly": assert_recession_forecasts,
    "evaluation/recession_walk_forward_quarterly": assert_recession_forecasts,
}
"""What compares each table of answers on two lakes; the tests of a longer lake call all of them."""


def _panel(floors: Floors, day: dt.date, files: pa.Table, outcomes: list[str], shocks: list[str]) -> EffectPanel:
    panel = effect_panel(
        upto(floors.asset_returns, "known_at", day),
        floors.known_shocks(day, files),
        upto(floors.causal_features, "as_of", day),
        CATALOG,
    )
    return panel.only(outcomes=outcomes, shocks=shocks)
