"""The panel of the grid: controls of the month before, and series too short to estimate left out by name."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.causal import estimate_effect
from macro_assets.causal.engine.inputs import effect_unit
from macro_assets.causal.engine.panel import MINIMUM_MONTHS, effect_panel
from macro_assets.errors import InvalidInputError

SIGNS = {"fed_surprise": "effect of a surprise tightening"}
MONTHS = pd.date_range("1990-01-31", periods=150, freq="ME")


def long(name: str, column: str, frame: pd.DataFrame) -> pa.Table:
    unit = "percentage points" if column == "shock" else "decimal"
    rows = frame.rename_axis(index=name, columns=column).stack().rename("value").reset_index()
    rows[name] = [day.date() for day in rows[name]]
    return pa.Table.from_pandas(rows.assign(unit=unit, known_at=date(2010, 1, 1)), preserve_index=False)


def tables() -> tuple[pa.Table, pa.Table, pa.Table]:
    rng = np.random.default_rng(0)
    outcomes = pd.DataFrame(rng.normal(size=(150, 2)), MONTHS, ["sp500", "uso"])
    outcomes.loc[MONTHS[: 150 - MINIMUM_MONTHS + 1], "uso"] = np.nan
    shocks = pd.DataFrame(rng.normal(size=(150, 1)), MONTHS, ["fed_surprise"])
    features = pd.DataFrame(np.arange(150.0)[:, None] + np.array([0.0, 0.5]), MONTHS, ["a", "b"])
    return long("month", "outcome", outcomes), long("month", "shock", shocks), long("as_of", "feature", features)


def test_controls_are_those_of_the_month_before() -> None:
    panel = effect_panel(*tables(), controls=("a", "b"))
    assert panel.controls.loc["1990-03-31", "a"] == 1.0  # February's slice
    assert panel.controls.index[0] == pd.Timestamp("1990-02-28")
    assert panel.outcomes.index.equals(panel.controls.index)


def test_a_short_outcome_is_left_out_by_name_and_the_rest_goes_on() -> None:
    panel = effect_panel(*tables(), controls=("a",))
    assert panel.too_short == ("uso",)
    assert list(panel.outcomes) == ["sp500"]
    assert panel.outcomes.attrs["units"]["sp500"] == "decimal"


def test_a_gap_costs_one_series_its_shorter_stretch_and_nothing_else() -> None:
    outcomes, shocks, features = tables()
    missing = np.isin(
        outcomes["month"].to_numpy().astype("datetime64[D]"), MONTHS[[130, 131]].to_numpy().astype("datetime64[D]")
    )
    only_sp500 = np.array(outcomes["outcome"].to_pylist()) == "sp500"
    panel = effect_panel(outcomes.filter(pa.array(~(missing & only_sp500))), shocks, features, controls=("a",))
    assert panel.outcomes["sp500"].last_valid_index() == MONTHS[129]
    assert panel.outcomes["sp500"].loc[: MONTHS[129]].notna().all()
    assert panel.treatments["fed_surprise"].notna().all()
    assert panel.cut == {"sp500": "2 months missing from 2000-11 on; 1990-02 to 2000-10 used, 18 months left out"}
    assert estimate_effect(*panel.pair("sp500", "fed_surprise")).n > 100


def test_controls_unknown_for_long_cut_the_panel() -> None:
    outcomes, shocks, features = tables()
    gap = np.isin(
        features["as_of"].to_numpy().astype("datetime64[D]"), MONTHS[10:16].to_numpy().astype("datetime64[D]")
    )
    panel = effect_panel(outcomes, shocks, features.filter(pa.array(~gap)), controls=("a",))
    assert panel.controls.index[0] == MONTHS[17]
    assert "controls" in panel.cut
    assert panel.controls.notna().all(axis=None)


def test_a_pair_is_what_an_estimate_takes_with_units_in_the_singular() -> None:
    found = estimate_effect(*effect_panel(*tables(), controls=("a",), signs=SIGNS).pair("sp500", "fed_surprise"))
    assert found.unit == "decimal per percentage point"
    assert found.sign_convention == SIGNS["fed_surprise"]
    assert effect_unit("decimal", "standardised units of the published series").endswith("unit of the published series")
    with pytest.raises(InvalidInputError, match="no outcome 'gold'"):
        effect_panel(*tables(), controls=("a",)).pair("gold", "fed_surprise")


def test_an_unknown_control_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="no features \\['c'\\]"):
        effect_panel(*tables(), controls=("a", "c"))
