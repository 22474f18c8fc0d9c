"""Labels of a whole grid against a plain re-derivation, and what a panel without the usual names answers."""

from dataclasses import replace

import pandas as pd
import pytest

from macro_assets.causal import CausalAnswers, EffectSettings, Evidence, answer
from macro_assets.causal.belief.answers import TABLE, placebo_series
from macro_assets.causal.engine.headline import headline
from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES
from macro_assets_tests.causal.panels import TIERS, world

HORIZONS = (0, 1, 3)
REQUIRED = (
    "placebo_shock",
    "injected_effect",
    "random_common_cause",
    "leave_one_recession_out",
    "trimmed",
    "interval_reliable",
)
IDENTIFYING = ("lead_placebo", "placebo_outcome", "overlap")
YEAR = [(pd.Timestamp("2008-01-31"), pd.Timestamp("2008-12-31"))]


@pytest.fixture(scope="module")
def answers() -> CausalAnswers:
    return answer(world(), horizons=HORIZONS, evidence=Evidence(recessions=YEAR), comparison_learner="ridge")


def _own_word(tier: str, verdicts: pd.Series) -> str:
    if any(verdicts[name] == "failed" for name in IDENTIFYING):
        return "not identified"
    passed = all(verdicts[name] != "failed" for name in REQUIRED)
    return "causal" if tier in ("T1", "T2") and passed else "association"


def test_labels_are_those_of_the_rule_cell_by_cell(answers: CausalAnswers) -> None:
    """The rule of docs/causal.md, from the verdicts alone: the cell's own word, no better than the first month's."""
    verdicts = answers.belief().set_index(["shock", "outcome", "horizon"])
    frame = answers.to_frame().query("learner == 'linear'")
    expected = []
    for row in frame.itertuples():
        tier = TIERS[row.shock]
        first = _own_word(tier, verdicts.loc[(row.shock, row.outcome, 0)])
        if (row.shock, row.outcome, row.horizon) in verdicts.index:
            own = _own_word(tier, verdicts.loc[(row.shock, row.outcome, row.horizon)])
        else:
            own = "association"
        if first == "not identified":
            own = first
        elif own == "causal" and first != "causal":
            own = "association"
        expected.append(own)
    assert frame["label"].tolist() == expected
    assert set(expected) == {"causal", "association", "not identified"}, "the world shows every word"
    assert answers.labels() == {word: expected.count(word) for word in set(expected)}


def test_every_word_has_its_reason(answers: CausalAnswers) -> None:
    frame = answers.to_frame().set_index(["learner", "shock", "outcome", "horizon"])
    clean = frame.loc[("linear", "surprise", "sp500", 0)]
    assert (clean["label"], clean["reason"]) == (
        "causal",
        "surprise is a high-frequency surprise, and every required check passes: the effect may be called causal.",
    )
    early = frame.loc[("linear", "anticipated", "sp500", 0)]
    assert early["label"] == "not identified"
    assert "failed: lead_placebo" in early["reason"]
    assert frame.loc[("linear", "anticipated", "sp500", 3), "reason"].startswith("From the month of the shock:")
    assert frame.loc[("linear", "innovation", "sp500", 0), "label"] == "association"
    assert frame.loc[("linear", "raw", "bond", 1), "label"] == "not identified"


def test_only_shocks_that_may_be_causal_are_checked_at_every_horizon(answers: CausalAnswers) -> None:
    checked = answers.belief().groupby("shock")["horizon"].unique().map(list).to_dict()
    strong = ("T1", "T2")
    assert checked == {name: list(HORIZONS) if tier in strong else [0] for name, tier in TIERS.items()}


def test_double_ml_stands_beside_as_an_association_and_changes_no_label(answers: CausalAnswers) -> None:
    frame = answers.to_frame()
    other = frame[frame["learner"] == "ridge"]
    assert frame.index.equals(pd.RangeIndex(len(frame)))
    assert len(other) == len(TIERS) * 2
    assert set(other["label"]) == {"association"}
    assert set(other["horizon"]) == {0}
    assert other.set_index("shock")["tier"].to_dict() == TIERS
    alone = answer(world(), horizons=HORIZONS, evidence=Evidence(recessions=YEAR))
    assert alone.comparison is None
    linear = frame[frame["learner"] == "linear"].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone.to_frame(), linear[alone.to_frame().columns])


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
    lead = answers.check("lead_placebo")
    strong = [name for name, tier in TIERS.items() if tier in ("T1", "T2")]
    assert lead.cells == len(strong) * 2
    assert lead.by_chance == pytest.approx(0.10 * lead.cells)
    assert any(text.startswith("anticipated on sp500: the outcome moved BEFORE") for text in lead.failed)
    assert f"{len(lead.failed)} of 8 cells fail; about 0.8 would by chance" in lead.text
    assert answers.check("overlap").text == "no cell of 8 fails", "the explained shock is raw, not T1 or T2"
    assert answers.check("trimmed").by_chance == 0.0


def test_the_placebo_has_the_values_of_the_headline_outcome_in_reversed_time() -> None:
    panel = world()
    placebo = placebo_series(panel, "sp500")
    assert placebo.tolist() == panel.outcomes["sp500"].tolist()[::-1]
    assert placebo.index.equals(panel.outcomes.index)


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
    assert found.reports[0].result("placebo_outcome").text.startswith("bond in reversed time, which cannot react")
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
