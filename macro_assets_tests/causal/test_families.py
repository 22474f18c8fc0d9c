"""Published series side by side: sizes matched, one effect accepted where it is one, refused where it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from macro_assets.catalog.events import Family, Member
from macro_assets.causal.engine.families import Monthly, compare_family
from macro_assets.causal.engine.over_identification import heterogeneity_test
from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES

MONTHS = pd.date_range("1985-01-31", periods=420, freq="ME")


def family(moves: str = "RATE", **first: object) -> Family:
    members = (Member(input="a:x", title="A", **first), Member(input="b:x", title="B"), Member(input="c:x", title="C"))  # type: ignore[arg-type]
    return Family(name="f", title="Family", shock="s", moves=moves, size=1, size_unit="point", members=members)


def months(seed: int = 0, *, odd: float = 0.0, strength: float = 1.0) -> Monthly:
    """Three noisy measures of one shock; `odd` adds an effect of its own to what only the third one measures."""
    rng = np.random.default_rng(seed)
    shock, own = rng.standard_normal((2, len(MONTHS)))
    measured = {
        name: pd.Series(scale * (shock + 0.3 * rng.standard_normal(len(MONTHS)) + share * own), MONTHS)
        for name, scale, share in (("a:x", 1.0, 0.0), ("b:x", 5.0, 0.0), ("c:x", 0.2, 2.0))
    }
    moved = pd.Series(strength * shock + 0.5 * own + rng.standard_normal(len(MONTHS)), MONTHS)
    outcome = pd.Series(-0.02 * moved + odd * own + 0.02 * rng.standard_normal(len(MONTHS)), MONTHS)
    return Monthly(pd.DataFrame({"sp500": outcome}), moved, measured, {"sp500": "decimal"})


def test_series_of_any_unit_tell_the_same_effect_per_size_of_what_they_move() -> None:
    found = compare_family(family(), months())
    points = [row.effect.point for row in found.rows if row.horizon == 0]
    assert len(points) == 3
    assert points == pytest.approx([-0.02] * 3, abs=0.008)
    assert found.agreement["sp500"].p_value > 0.05
    assert found.disagreeing() == []
    assert "do not contradict each other" in found.summary()


def test_a_series_that_measures_something_else_is_noticed() -> None:
    found = compare_family(family(), months(odd=0.06))
    assert found.agreement["sp500"].p_value < 0.01
    assert found.disagreeing() == ["sp500"]


def test_the_joint_test_has_its_size_and_power() -> None:
    rejected = dict.fromkeys((0.0, 0.06), 0)
    for odd in rejected:
        for seed in range(40):
            one = months(seed, odd=odd)
            frame = pd.DataFrame(dict(one.members)).assign(y=one.outcomes["sp500"], x=one.moved)
            test = heterogeneity_test(
                frame["y"].to_numpy(), frame["x"].to_numpy(), {name: frame[name].to_numpy() for name in one.members}
            )
            rejected[odd] += test.p_value < 0.05
    assert rejected[0.0] <= 6
    assert rejected[0.06] >= 36


def test_weak_series_never_reject_too_often() -> None:
    rejected = 0
    for seed in range(40):
        one = months(seed, strength=0.02)
        x = one.moved.to_numpy()
        rejected += (
            heterogeneity_test(
                one.outcomes["sp500"].to_numpy(), x, {name: series.to_numpy() for name, series in one.members.items()}
            ).p_value
            < 0.05
        )
    assert rejected <= 6


def test_what_was_built_from_an_outcome_is_shown_and_not_compared() -> None:
    found = compare_family(family(built_from=("sp500",)), months())
    (row,) = (one for one in found.rows if one.member == "a:x" and one.horizon == 0)
    assert row.circular
    assert found.agreement["sp500"].instruments == ("b:x", "c:x")
    table = found.to_table()
    assert table.schema.equals(TABLES["models/instrumented_effects"].schema)
    assert sum(table["circular"].to_pylist()) == 5


def test_a_weak_series_has_the_set_that_holds_and_an_unbounded_end_is_null() -> None:
    one = months()
    noise = pd.Series(np.random.default_rng(5).standard_normal(len(MONTHS)), MONTHS)
    weak = Monthly(one.outcomes, one.moved, {**one.members, "a:x": noise}, one.units)
    found = compare_family(family(), weak)
    rows = {(row["instrument"], row["horizon"]): row for row in found.to_frame().to_dict("records")}
    first = rows["a:x", 0]
    assert first["weak"]
    assert first["lower"] is None or np.isnan(first["lower"])
    assert "unbounded" in first["anderson_rubin"]
    assert not rows["b:x", 0]["weak"]


def test_a_family_measured_by_one_of_its_members_has_no_first_stage_to_be_weak() -> None:
    one = months()
    measured = Monthly(one.outcomes, one.members["a:x"], one.members, one.units)
    found = compare_family(family(moves="a:x"), measured)
    assert not any(row.effect.weak for row in found.rows)
    by_member = {row.member: row.effect for row in found.rows if row.horizon == 0}
    assert by_member["b:x"].point == pytest.approx(by_member["a:x"].point, abs=0.006)
    assert by_member["b:x"].lower < by_member["b:x"].point < by_member["b:x"].upper


def test_months_are_compounded_returns_over_horizons() -> None:
    one = months()
    found = compare_family(family(), one)
    assert {row.horizon for row in found.rows} == {0, 1, 3, 6, 12}
    assert found.find("a:x", "sp500", 12).effect.n < found.find("a:x", "sp500", 0).effect.n
    with pytest.raises(InvalidInputError, match="No estimate of 'z:x'"):
        found.find("z:x", "sp500")


def test_too_short_a_sample_is_an_error_that_names_what_is_missing() -> None:
    one = months()
    short = Monthly(one.outcomes[:60], one.moved[:60], {k: v[:60] for k, v in one.members.items()}, one.units)
    with pytest.raises(InvalidInputError, match="96 months"):
        compare_family(family(), short)


def test_the_forest_plot_names_every_series_that_may_be_compared() -> None:
    found = compare_family(family(built_from=("sp500",)), months())
    axes = found.plot()
    assert [text.get_text() for text in axes.get_yticklabels()] == ["B", "C"]
