"""Which facts are set aside, and why: each rule at its edge, and the same result however facts were loaded."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macro_assets.plausibility.judge import Rules, Verdict, judge
from macro_assets.plausibility.limits import LIMITS
from macro_assets.plausibility.state import Fact, decimals
from macro_assets_tests.plausibility.series import monthly, months, number

RATE = Rules("percent", "M", 0.0, 50.0)
LEVEL = Rules("billions of dollars", "M", 1.0, 1e6)
UNEMPLOYMENT = [4.0 + 0.1 * (at % 7) for at in range(60)]
MONEY = [100.0 * 1.003**at for at in range(60)]


def reasons(verdicts: list[Verdict | None]) -> list[str | None]:
    return [None if verdict is None else verdict.reason for verdict in verdicts]


def last(rules: Rules, values: list[float], wrong: float) -> Verdict | None:
    """Verdict on the newest value of a history when it is another one."""
    facts = monthly([*values[:-1], wrong])
    return judge(rules, facts[:-1], facts[-1:])[0]


def test_a_plausible_history_passes_whole() -> None:
    assert judge(RATE, (), monthly(UNEMPLOYMENT)) == [None] * 60
    assert judge(LEVEL, (), monthly(MONEY)) == [None] * 60


@pytest.mark.parametrize("factor", [10.0, 0.1, 1000.0])
def test_a_level_in_a_wrong_unit_is_a_step(factor: float) -> None:
    verdict = last(LEVEL, MONEY, MONEY[-1] * factor)
    assert verdict is not None
    assert verdict.reason in ("step", "bounds")
    step = last(replace(LEVEL, lower=-np.inf, upper=np.inf), MONEY, MONEY[-1] * factor)
    assert step is not None
    assert step.reason == "step"
    assert step.compared_with == MONEY[-2]
    assert "HOUSTNE of 1963-01-01" in step.words


def test_a_step_within_the_limit_of_its_kind_passes_and_one_beyond_does_not() -> None:
    limit = LIMITS["level", "M"]
    within, beyond = np.exp(limit.largest * limit.factor * np.array([0.999, 1.001])) * MONEY[-2]
    assert last(LEVEL, MONEY, float(within)) is None
    assert last(LEVEL, MONEY, float(beyond)) is not None


def test_a_percentage_printed_as_a_fraction_has_too_many_decimals() -> None:
    assert last(RATE, [*UNEMPLOYMENT, 4.2], 0.42) == Verdict(
        "decimals", "0.42 has 2 decimals; the series is printed with 1 (percent)."
    )
    assert last(RATE, UNEMPLOYMENT[:20], 0.42) is None  # twenty values do not tell how a series is printed


def test_bounds_name_the_unit() -> None:
    verdict = last(RATE, UNEMPLOYMENT, 420.0)
    assert verdict is not None
    assert verdict.words == "420 lies outside the plausible bounds 0 to 50 (percent)."


def test_a_corrected_value_passes_after_a_wrong_one_was_set_aside() -> None:
    good = monthly(UNEMPLOYMENT)
    wrong = replace(good[-1], value=430.0)
    corrected = replace(good[-1], begin=good[-1].begin + 1)
    following = monthly([4.2], first="2005-01")[0]
    assert reasons(judge(RATE, good[:-1], [wrong, corrected, following])) == ["bounds", None, None]


def test_a_vintage_that_restates_twelve_periods_by_more_than_four_is_set_aside_with_its_new_value() -> None:
    stored = monthly(MONEY)
    begin = stored[-1].begin + 30
    periods = months("2000-01", 61)
    vintage = [Fact(period, begin, 5.0 * 100.0 * 1.003**at) for at, period in enumerate(periods)]
    assert reasons(judge(LEVEL, stored, vintage)) == ["restated"] * 61
    new_base = [replace(fact, value=(fact.value or 0.0) * 2.2 / 5.0) for fact in vintage]
    assert judge(LEVEL, stored, new_base) == [None] * 61
    eleven = vintage[:11]
    assert reasons(judge(LEVEL, stored, eleven)) == [None] * 11  # judged one by one: a factor of five is no such step


def test_the_history_received_once_more_in_another_unit_is_set_aside_whole() -> None:
    stored = monthly(UNEMPLOYMENT)
    again = [replace(fact, value=(fact.value or 0.0) / 10.0, printed=2) for fact in stored]
    assert reasons(judge(RATE, stored, again)) == ["restated"] * 60
    assert judge(RATE, stored, stored) == [None] * 60


def test_a_correction_of_a_stored_fact_is_held_against_it() -> None:
    stored = monthly(MONEY)
    nearby, far = replace(stored[30], value=120.0), replace(stored[30], value=MONEY[30] * 10.0)
    assert judge(LEVEL, stored, [nearby]) == [None]
    verdict = judge(LEVEL, stored, [far])[0]
    assert verdict is not None
    assert (verdict.reason, verdict.compared_with) == ("revision", MONEY[30])


def test_a_first_answer_in_another_unit_is_set_aside_whole() -> None:
    values = [value * 1e5 for value in MONEY]
    assert reasons(judge(LEVEL, (), monthly(values))) == ["bounds"] * 60


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (Fact(number("2990-01-01"), number("2005-02-01"), 4.0), "after its publication"),
        (Fact(number("2005-01-02"), number("2005-02-10"), 4.0), "begins no period of frequency M"),
        (Fact(number("2005-01-01"), number("2999-01-01"), 4.0), "after the days asked for"),
        (Fact(number("2005-01-01"), number("2004-12-31"), 4.0), "after its publication"),
        (Fact(number("1990-01-01"), number("1990-02-10"), 4.0), "before the days asked for"),
    ],
)
def test_dates_outside_the_request_or_the_calendar(fact: Fact, words: str) -> None:
    rules = replace(RATE, first_begin=number("2000-01-01"), last_begin=number("2006-01-01"))
    verdict = judge(rules, monthly(UNEMPLOYMENT), [fact])[0]
    assert verdict is not None
    assert verdict.reason == "dates"
    assert words in verdict.words


def test_infinity_is_no_number_and_a_dot_is_no_fault() -> None:
    facts = monthly([*UNEMPLOYMENT, np.inf, None])
    assert reasons(judge(RATE, facts[:60], facts[60:])) == ["not_a_number", None]


def test_what_a_person_accepted_passes_and_is_the_new_measure() -> None:
    good = monthly(MONEY)
    jump = replace(good[-1], value=MONEY[-1] * 10.0)
    after = monthly([MONEY[-1] * 10.0], first="2005-01")[0]
    assert reasons(judge(LEVEL, good[:-1], [jump, after])) == ["step", "step"]
    assert judge(LEVEL, good[:-1], [jump, after], {(jump.period, jump.begin, jump.value)}) == [None, None]


def test_oil_may_fall_below_zero_by_what_it_did_and_not_by_ten_times_that() -> None:
    oil = Rules("dollars per barrel", "D", -1000.0, 1000.0)
    days = [number("2020-04-17"), number("2020-04-20"), number("2020-04-21")]
    true = [Fact(days[0], days[0] + 1, 18.31), Fact(days[1], days[1] + 1, -36.98), Fact(days[2], days[2] + 1, 8.91)]
    assert judge(oil, (), true) == [None, None, None]
    assert reasons(judge(oil, true[:1], [replace(true[1], value=-369.8)])) == ["step"]
    assert reasons(judge(oil, true[:1], [replace(true[1], value=1.8)])) == ["step"]


def test_zero_and_one_are_judged_by_bounds_alone() -> None:
    facts = monthly([0.0, 1.0, 0.0, 7.0])
    assert reasons(judge(Rules("1 or 0", "M", -0.5, 1.5), (), facts)) == [None, None, None, "bounds"]


@given(
    st.lists(st.sampled_from([1.0, 1.0, 1.0, 1.0, 10.0, 0.1]), min_size=20, max_size=40),
    st.integers(min_value=1, max_value=19),
)
def test_day_by_day_or_at_once_gives_the_same(factors: list[float], cut: int) -> None:
    """Facts judged in one answer, or in two of which the second finds the first stored, get the same verdicts."""
    facts = monthly([100.0 * 1.01**at * factor for at, factor in enumerate(factors)])
    at_once = judge(replace(LEVEL, lower=-np.inf, upper=np.inf), (), facts)
    first = judge(replace(LEVEL, lower=-np.inf, upper=np.inf), (), facts[:cut])
    stored = [fact for fact, verdict in zip(facts[:cut], first, strict=True) if verdict is None]
    second = judge(replace(LEVEL, lower=-np.inf, upper=np.inf), stored, facts[cut:])
    assert first + second == at_once


def test_decimals_as_printed() -> None:
    assert decimals([4.0, 4.1, 4.05, 0.1 + 0.2, None, 1234.567, 1 / 3]) == [0, 1, 2, 1, 0, 3, 7]
