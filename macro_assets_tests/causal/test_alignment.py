"""The panel of the grid: controls of the month before, and series too short to estimate left out by name."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.causal import EffectPanel, Shock, effect_panel, estimate_effect, estimate_grid
from macro_assets.causal.engine.inputs import effect_unit
from macro_assets.causal.engine.panel import MINIMUM_MONTHS
from macro_assets.causal.engine.variables import outcomes_of, shocks_of
from macro_assets.errors import InvalidInputError

CATALOG = load_catalog()
MONTHS = pd.date_range("1990-01-31", periods=150, freq="ME")


def long(name: str, column: str, frame: pd.DataFrame) -> pa.Table:
    unit = "percentage points" if column == "shock" else "decimal"
    rows = frame.rename_axis(index=name, columns=column).stack().rename("value").reset_index()
    rows[name] = [day.date() for day in rows[name]]
    return pa.Table.from_pandas(rows.assign(unit=unit, known_at=date(2010, 1, 1)), preserve_index=False)


def tables() -> tuple[pa.Table, pa.Table, pa.Table]:
    rng = np.random.default_rng(0)
    outcomes = pd.DataFrame(0.1 * rng.normal(size=(150, 2)), MONTHS, ["sp500", "uso"])
    outcomes.loc[MONTHS[: 150 - MINIMUM_MONTHS + 1], "uso"] = np.nan
    shocks = pd.DataFrame(rng.normal(size=(150, 1)), MONTHS, ["fed_surprise"])
    features = pd.DataFrame(np.arange(150.0)[:, None] + np.array([0.0, 0.5]), MONTHS, ["a", "b"])
    return long("month", "outcome", outcomes), long("month", "shock", shocks), long("as_of", "feature", features)


def test_controls_are_those_of_the_month_before() -> None:
    panel = effect_panel(*tables(), CATALOG, controls=("a", "b"))
    assert panel.controls.loc["1990-03-31", "a"] == 1.0  # February's slice
    assert panel.controls.index[0] == pd.Timestamp("1990-02-28")
    assert panel.outcomes.index.equals(panel.controls.index)


def test_a_short_outcome_is_left_out_by_name_and_the_rest_goes_on() -> None:
    panel = effect_panel(*tables(), CATALOG, controls=("a",))
    assert panel.too_short == ("uso",)
    assert list(panel.outcomes) == ["sp500"]
    assert panel.outcome("sp500").unit == "decimal"


def test_a_gap_is_never_filled_and_costs_its_own_rows_alone() -> None:
    outcomes, shocks, features = tables()
    missing = np.isin(
        outcomes["month"].to_numpy().astype("datetime64[D]"), MONTHS[[130, 131]].to_numpy().astype("datetime64[D]")
    )
    only_sp500 = np.array(outcomes["outcome"].to_pylist()) == "sp500"
    panel = effect_panel(outcomes.filter(pa.array(~(missing & only_sp500))), shocks, features, CATALOG, controls=("a",))
    assert panel.outcomes.index[panel.outcomes["sp500"].isna()].equals(MONTHS[[130, 131]])
    assert panel.costs == {"sp500": "2 months missing inside, 2000-11 to 2000-12; rows that need them are left out"}
    (cell,) = estimate_grid(panel, horizons=(0,))
    assert cell.n == 149 - 2 - 4, "two missing months and the two rows whose lags they are"
    assert estimate_effect(*panel.pair("sp500", "fed_surprise")).sample_end == MONTHS[129], "consecutive months alone"


def test_a_control_that_is_not_known_costs_the_months_it_is_named_for() -> None:
    outcomes, shocks, features = tables()
    names = np.array(features["feature"].to_pylist())
    day = features["as_of"].to_numpy().astype("datetime64[D]")
    gone = (names == "b") & (
        np.isin(day, MONTHS[[10, 11, 12]].to_numpy().astype("datetime64[D]")) | (day >= np.datetime64("2002-01-01"))
    )
    panel = effect_panel(outcomes, shocks, features.filter(pa.array(~gone)), CATALOG, controls=("a", "b"))
    assert panel.controls["a"].notna().all()
    assert panel.controls["b"].isna().sum() == 3 + 5
    assert panel.costs == {"b": "as a control it costs 8 months, between 1990-12 and 2002-06"}
    assert panel.index[-1] == MONTHS[-1], (
        "the panel ends with shocks and outcomes, not with the control that ends first"
    )


def test_returns_of_a_path_compound() -> None:
    outcomes, shocks, features = tables()
    simple = pd.Series(np.asarray(outcomes["value"]), np.array(outcomes["outcome"].to_pylist()))["sp500"].to_numpy()
    panel = effect_panel(outcomes, shocks, features, CATALOG, controls=("a",))
    known = simple[1:] > -1.0
    assert panel.outcomes["sp500"].notna().to_numpy().tolist() == known.tolist(), "a total loss has no log return"
    assert panel.outcomes["sp500"].to_numpy()[known] == pytest.approx(np.log1p(simple[1:][known]))


def test_a_pair_is_what_an_estimate_takes_with_units_in_the_singular() -> None:
    found = estimate_effect(*effect_panel(*tables(), CATALOG, controls=("a",)).pair("sp500", "fed_surprise"))
    assert found.unit == "decimal per percentage point"
    assert (found.sign_convention, found.tier) == (CATALOG.shocks["fed_surprise"].sign, "T1")
    assert effect_unit("decimal", "standardised units of the published series").endswith("unit of the published series")
    with pytest.raises(InvalidInputError, match="no outcome 'gold'"):
        effect_panel(*tables(), CATALOG, controls=("a",)).pair("gold", "fed_surprise")


def test_an_unknown_control_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="Unknown controls c"):
        effect_panel(*tables(), CATALOG, controls=("a", "c"))


def test_a_shock_the_catalogue_does_not_have_is_refused_by_name() -> None:
    outcomes, shocks, features = tables()
    renamed = shocks.set_column(shocks.schema.get_field_index("shock"), "shock", pa.array(["mood"] * len(shocks)))
    with pytest.raises(InvalidInputError, match="Shock mood is not in the catalogue"):
        effect_panel(outcomes, renamed, features, CATALOG, controls=("a",))


def test_every_shock_and_outcome_of_the_catalogue_comes_with_its_meaning() -> None:
    for name, entry in CATALOG.shocks.items():
        assert shocks_of(CATALOG)[name] == Shock(name, entry.unit, entry.sign, entry.tier)
    assert {name: (one.unit, one.cost) for name, one in outcomes_of(CATALOG).items()} == {
        name: (entry.unit, entry.cost_in_unit) for name, entry in CATALOG.outcomes.items()
    }


def test_a_panel_describes_its_columns() -> None:
    panel = effect_panel(*tables(), CATALOG, controls=("a", "b"))
    frame = panel.to_frame().set_index("name")
    assert frame.loc["fed_surprise", ["role", "unit", "tier"]].tolist() == ["shock", "percentage points", "T1"]
    assert frame.loc["b", "first"] == panel.index[0]
    assert str(panel).startswith("1 outcomes, 1 shocks and 2 controls, 149 months, 1990-02 to 2002-06")
    assert "uso: fewer than 96 months, left out" in str(panel)
    assert [label.get_text() for label in panel.plot().get_yticklabels()] == ["sp500", "fed_surprise", "a", "b"]


def test_frames_on_different_months_are_no_panel() -> None:
    panel = effect_panel(*tables(), CATALOG, controls=("a",))
    with pytest.raises(InvalidInputError, match="frame of shocks is not on the index"):
        EffectPanel(panel.outcomes, panel.shocks.iloc[1:])
    twice = pd.concat([panel.shocks, panel.shocks], axis=1)
    with pytest.raises(InvalidInputError, match="frame of shocks has duplicated column names"):
        EffectPanel(panel.outcomes, twice)
