"""Words of a whole grid against a plain re-derivation, and what a panel without the usual names answers."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import CausalAnswers, EffectSettings, Evidence, answer, estimate_grid
from macro_assets.causal.belief.answers import TABLE
from macro_assets.causal.engine.headline import headline
from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES
from macro_assets_tests.causal.panels import TIERS, world

HORIZONS = (0, 1, 3)
YEAR = [(pd.Timestamp("2008-01-31"), pd.Timestamp("2008-12-31"))]


@dataclass(frozen=True)
class Days:
    """A verdict of event days."""

    verdict: str
    reason: str = "Outcomes moved with the surprise in the days before (p = 0.001)."


@pytest.fixture(scope="module")
def answers() -> CausalAnswers:
    days = {"published": Days("not identified")}
    return answer(world(), horizons=HORIZONS, evidence=Evidence(recessions=YEAR), days=days, comparison_learner="ridge")


def test_every_cell_has_the_verdict_of_its_shock_and_a_finding_of_its_own(answers: CausalAnswers) -> None:
    frame = answers.to_frame().query("learner == 'linear'")
    assert frame.groupby("shock")["identification"].nunique().eq(1).all()
    verdicts = frame.groupby("shock")["identification"].first().to_dict()
    assert verdicts == {
        "surprise": "identified", "published": "not identified", "one_year": "identified", "innovation": "association",
        "anticipated": verdicts["anticipated"], "raw": "not identified",
    }  # fmt: skip
    found = np.where(frame["p_romano_wolf"] < 0.05, "effect found", "nothing found")
    assert frame["finding"].tolist() == found.tolist()
    both = (
        (frame["identification"] == "identified") & (frame["finding"] == "effect found") & ~frame["interval_unreliable"]
    )
    assert frame["causal"].tolist() == both.tolist()
    assert frame["causal"].any()
    assert set(frame["specification"]) <= {"stable", "fragile"}
    assert (frame["specification"] == np.where(frame["worst_move"].abs() > 1.0, "fragile", "stable")).all()


def test_every_cell_says_its_words_in_a_sentence(answers: CausalAnswers) -> None:
    frame = answers.to_frame().set_index(["learner", "shock", "outcome", "horizon"])
    clean = frame.loc[("linear", "surprise", "sp500", 0)]
    assert clean["in_words"].startswith("A typical surprise (")
    assert " moves sp500 by " in clean["in_words"]
    assert clean["in_words"].endswith("in the month of the shock: a causal effect.")
    nothing = frame.loc[("linear", "surprise", "bond", 0)]
    assert "nothing found; " in nothing["in_words"]
    assert "or more would have been, with 80 % power" in nothing["in_words"]
    assert "not identified, so it answers nothing" in frame.loc[("linear", "raw", "bond", 1), "in_words"]
    assert frame.loc[("ridge", "innovation", "sp500", 0), "identification"] == "association"
    days = frame.loc[("linear", "published", "bond", 0)]
    assert "on its event days: outcomes moved with the surprise in the days before" in days["identification_reason"]


def test_a_typical_shock_is_one_standard_deviation_of_those_that_are_not_zero(answers: CausalAnswers) -> None:
    frame = answers.to_frame().query("learner == 'linear'")
    sd = {name: values[values != 0.0].std(ddof=1) for name, values in answers.panel.shocks.items()}
    assert frame["typical_shock"].tolist() == pytest.approx([sd[name] for name in frame["shock"]])
    assert frame["typical_effect"].tolist() == pytest.approx((frame["point"] * frame["typical_shock"]).tolist())
    assert frame["per_25bp"].isna().all(), "these shocks are in points"


def test_only_the_month_of_shocks_that_may_be_causal_is_checked_in_full(answers: CausalAnswers) -> None:
    checked = answers.belief().groupby("shock")["horizon"].unique().map(list).to_dict()
    assert checked == {name: [0] for name, tier in TIERS.items() if tier in ("T1", "T2")}
    assert answers.labels() == answers.to_frame().query("learner == 'linear'")["label"].value_counts().to_dict()


def test_what_the_past_names_enters_the_controls_of_its_shock_alone() -> None:
    panel = world()
    shocks = panel.shocks.assign(surprise=panel.shocks["surprise"] + 0.5 * panel.outcomes["bond"].shift(1).fillna(0.0))
    panel = replace(panel, shocks=shocks)
    found = answer(panel, horizons=(0,))
    assert found.identification["surprise"].added == ("bond",)
    assert found.identification["surprise"].verdict == "identified"
    assert set(found.identification["surprise"].moves) == {"sp500", "bond"}
    assert "until bond of the month before entered the controls" in found.identification["surprise"].reason
    plain = estimate_grid(panel, horizons=(0,), joint=False)
    assert found.grid.get("surprise", "sp500", 0).point != plain.get("surprise", "sp500", 0).point
    assert found.grid.get("published", "bond", 0).point == plain.get("published", "bond", 0).point


def test_a_cell_that_ends_long_before_the_as_of_date_says_so_first() -> None:
    panel = world()
    shocks = panel.shocks.copy()
    shocks.loc[shocks.index[-20:], "surprise"] = np.nan
    frame = answer(replace(panel, shocks=shocks).only(shocks=["surprise"]), horizons=(0,)).to_frame()
    assert frame["in_words"].str.startswith("Ends 2009-12, 20 months before the as-of date. A typical").all()


def test_double_ml_stands_beside_as_an_association_and_changes_no_label(answers: CausalAnswers) -> None:
    frame = answers.to_frame()
    other = frame[frame["learner"] == "ridge"]
    assert frame.index.equals(pd.RangeIndex(len(frame)))
    assert len(other) == len(TIERS) * 2
    assert set(other["identification"]) == {"association", "not identified"}
    assert not other["causal"].any()
    assert set(other["horizon"]) == {0}
    assert other.set_index("shock")["tier"].to_dict() == TIERS
    days = {"published": Days("not identified")}
    alone = answer(world(), horizons=HORIZONS, evidence=Evidence(recessions=YEAR), days=days)
    assert alone.comparison is None
    linear = frame[frame["learner"] == "linear"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.to_frame(), linear[alone.to_frame().columns], check_dtype=False)


def test_the_table_is_as_declared_and_dated_by_the_panel(answers: CausalAnswers) -> None:
    table = answers.to_table()
    assert table.schema.equals(TABLES[TABLE].schema)
    frame = table.to_pandas()
    assert set(frame["as_of"]) == {world().index[-1].date()}
    assert (pd.to_datetime(frame["sample_end"]) <= world().index[-1]).all()
    same = answers.to_frame()
    assert frame["point"].tolist() == same["point"].tolist()
    assert frame["shock"].tolist() == same["shock"].tolist()


def test_a_check_over_many_cells_counts_its_failures_and_what_chance_would_give(answers: CausalAnswers) -> None:
    strong = [name for name, tier in TIERS.items() if tier in ("T1", "T2")]
    broken = answers.check("stability")
    assert broken.cells == len(strong) * 2
    assert broken.by_chance == pytest.approx(0.01 * broken.cells)
    assert answers.check("trimmed").by_chance == 0.0
    year = answers.check("leave_one_recession_out")
    assert any(text.startswith("one_year on sp500: without the recession of 2008-01") for text in year.failed)
    shocks = answers.identified()
    assert (shocks.cells, len(shocks.failed)) == (4, 1)
    assert shocks.text == "1 of 4 shocks fail"


@pytest.mark.parametrize(
    ("shocks", "outcomes", "cell", "absent"),
    [
        (["innovation", "published"], ["bond", "sp500"], ("published", "sp500"), 1),
        (["innovation", "raw"], ["bond"], ("innovation", "bond"), 2),
        (["raw", "surprise"], ["bond"], ("surprise", "bond"), 2),
    ],
)
def test_without_the_usual_names_a_stated_rule_finds_the_headline(shocks, outcomes, cell, absent) -> None:
    first = headline(world().only(shocks=shocks, outcomes=outcomes))
    assert (first.shock, first.outcome) == cell
    assert len(first.absent) == absent
    assert all("stands in" in text for text in first.absent)


def test_the_usual_names_are_preferred_wherever_they_stand() -> None:
    panel = world()
    shocks = panel.shocks.rename(columns={"anticipated": "fed_surprise"})
    panel = replace(panel, shocks=shocks, measured_shocks={})
    assert headline(panel).name == "fed_surprise_on_sp500"
    assert headline(panel).absent == ()


def test_a_panel_without_the_usual_names_is_answered_and_says_what_is_absent() -> None:
    panel = world().only(shocks=["published"], outcomes=["bond"])
    found = answer(panel, horizons=(0,))
    assert found.absences()["headline_absent"] == (
        "fed_surprise is absent or has fewer than 96 known months: published stands in; "
        "sp500 is absent or has fewer than 96 known months: bond stands in"
    )
    assert "published stands in" in found.summary()
    assert len(found.plot_responses().axes) == 1


def test_a_panel_without_any_shock_is_refused_in_words() -> None:
    with pytest.raises(InvalidInputError, match="No shock has 96 known months"):
        answer(world().only(shocks=[]))


def test_settings_reach_every_part() -> None:
    panel = world().only(shocks=["published"], outcomes=["bond"])
    wide = answer(panel, horizons=(0,), settings=EffectSettings(alpha=0.32, lags=1))
    (estimate,) = wide.grid
    assert (estimate.alpha, estimate.lags) == (0.32, 1)
    assert wide.reports[0].estimate.lags == 1
    assert estimate.confidence_interval[0] > answer(panel, horizons=(0,)).grid.estimates[0].confidence_interval[0]
