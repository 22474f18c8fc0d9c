"""Effects by event day: windows by hand, known slopes recovered, placebos of the right size, few events refused."""

from __future__ import annotations

import numpy as np
import pytest

from macro_assets.causal.events.effects import MINIMUM_EVENTS, EventShock, event_effects
from macro_assets.causal.events.pre_event import pre_event_test
from macro_assets.causal.events.windows import DAY, PRE_EVENT, Closes, Window, reactions
from macro_assets.errors import InvalidInputError

Days = np.ndarray


def trading_days(n: int, start: str = "2000-01-03") -> Days:
    days = np.arange(np.datetime64(start), np.datetime64(start) + 2 * n)
    return days[np.is_busday(days)][:n]


def closes(returns: np.ndarray, days: Days, name: str = "stock") -> Closes:
    return Closes(name, "decimal", days, 100.0 * np.cumprod(1.0 + returns, dtype=np.float64))


def events(
    days: Days, every: int = 30, *, first: int = 40, seed: int = 0, tail: int = 40
) -> tuple[EventShock, np.ndarray]:
    rows = np.arange(first, len(days) - tail, every)
    surprise = np.random.default_rng(seed).standard_t(4, size=len(rows)) * 0.05
    return EventShock(
        "news", "T1", "percentage points", "positive = tighter", days[rows], surprise, 0.25, "25 bp"
    ), rows


def test_windows_by_hand() -> None:
    days = trading_days(12)
    one = Closes("stock", "decimal", days, np.array([10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21], float))
    event = days[6:7]
    assert reactions(one, event, DAY) == pytest.approx([16 / 15 - 1])
    assert reactions(one, event, PRE_EVENT) == pytest.approx([14 / 10 - 1])
    assert reactions(one, event, Window(0, 3)) == pytest.approx([19 / 15 - 1])
    level = Closes("yield", "basis points", days, one.values, "change", 100.0)
    assert reactions(level, event, Window(-1, 1)) == pytest.approx([(17 - 14) * 100.0])


def test_an_event_on_a_day_without_trading_falls_on_the_next_one_and_never_on_an_earlier() -> None:
    days = trading_days(12)
    saturday = np.array(["2000-01-08"], "datetime64[D]")
    one = Closes("stock", "decimal", days, np.arange(10.0, 22.0))
    monday = np.searchsorted(days, np.datetime64("2000-01-10"))
    assert reactions(one, saturday, DAY) == pytest.approx([one.values[monday] / one.values[monday - 1] - 1])
    gap = Closes("stock", "decimal", np.delete(days, slice(5, 11)), np.delete(one.values, slice(5, 11)))
    assert np.isnan(reactions(gap, saturday, DAY)).all(), "no trading for more than four days"


def test_windows_that_closes_do_not_cover_are_missing() -> None:
    days = trading_days(12)
    one = Closes("stock", "decimal", days, np.arange(10.0, 22.0))
    assert np.isnan(reactions(one, days[[0, 11]], Window(-1, 1))).all()
    assert np.isfinite(reactions(one, days[[11]], DAY)).all()


def test_a_known_slope_is_recovered_per_the_stated_size() -> None:
    days = trading_days(2400)
    shock, rows = events(days)
    returns = np.random.default_rng(1).normal(size=len(days)) * 0.004
    returns[rows] += -0.04 * shock.surprise
    (effect,) = event_effects(shock, [closes(returns, days)], samples=("all",))
    assert effect.lower < -0.01 < effect.upper
    assert effect.point == pytest.approx(-0.01, abs=3 * effect.stderr)
    assert effect.finding == "effect found"
    assert effect.unit == "decimal per 25 bp"
    assert effect.n == len(rows)


def test_without_an_effect_nothing_is_found_and_the_detectable_size_is_stated() -> None:
    days = trading_days(2400)
    shock, _ = events(days)
    found = []
    for seed in range(40):
        returns = np.random.default_rng(seed).standard_t(4, size=len(days)) * 0.004
        (effect,) = event_effects(shock, [closes(returns, days)], samples=("all",))
        found.append(effect.finding == "effect found")
        assert effect.detectable > 2 * effect.stderr
    assert np.mean(found) <= 0.10


def test_scheduled_and_unscheduled_stand_side_by_side_and_few_events_make_no_finding() -> None:
    days = trading_days(2400)
    shock, rows = events(days)
    scheduled = np.arange(len(rows)) % 5 != 0
    shock = EventShock(shock.name, "T1", shock.unit, shock.sign, shock.days, shock.surprise, 0.25, "25 bp", scheduled)
    returns = np.random.default_rng(1).normal(size=len(days)) * 0.004
    returns[rows] += np.where(scheduled, 0.0, -0.2 * shock.surprise)
    effects = {e.sample: e for e in event_effects(shock, [closes(returns, days)])}
    assert set(effects) == {"all", "scheduled", "unscheduled"}
    assert effects["scheduled"].n + effects["unscheduled"].n == effects["all"].n == len(rows)
    assert effects["unscheduled"].point < effects["all"].point < effects["scheduled"].point
    one_loud = EventShock(
        "loud", "T1", "percentage points", "", days[rows], np.where(rows == rows[3], 9.0, 0.001 * rows)
    )
    (effect,) = event_effects(one_loud, [closes(returns, days)], samples=("all",))
    assert effect.effective_n < 8
    assert effect.finding == "too few events"


def test_samples_with_too_few_events_have_no_row() -> None:
    days = trading_days(600)
    shock, rows = events(days, every=50)
    assert len(rows) < MINIMUM_EVENTS
    assert event_effects(shock, [closes(np.zeros(len(days)) + 0.001, days)]) == []


def test_events_out_of_order_are_refused() -> None:
    days = trading_days(600)
    shock = EventShock("news", "T1", "pp", "", days[[50, 40]], np.array([1.0, 2.0]))
    with pytest.raises(InvalidInputError, match="in order of time"):
        event_effects(shock, [closes(np.zeros(len(days)), days)])


def test_news_that_was_out_before_the_event_is_seen_and_news_on_the_day_is_not() -> None:
    days = trading_days(3000)
    shock, rows = events(days)
    noise = np.random.default_rng(4).normal(size=(2, len(days))) * 0.003
    early, day = noise[0].copy(), noise[1].copy()
    early[rows - 3] += 0.10 * shock.surprise
    day[rows] += 0.10 * shock.surprise
    leaked = pre_event_test(shock, [closes(early, days, "early"), closes(day, days, "day")])
    assert leaked is not None
    assert leaked.p_value < 0.01
    assert leaked.named[0] == "early"
    clean = pre_event_test(shock, [closes(day, days, "day")])
    assert clean is not None
    assert clean.p_value > 0.05
    before = noise[0].copy()
    before[rows - 1] += 0.10 * shock.surprise
    drift = pre_event_test(shock, [closes(before, days, "stock")])
    assert drift is not None
    assert drift.p_value > 0.05, "the day before is leakage, shown apart"
    assert abs(drift.leakage["stock"]) > 3


def test_the_placebo_keeps_its_size_under_shared_volatility_and_drift_before_meetings() -> None:
    days = trading_days(2600)
    rejected = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        volatility = np.exp(np.cumsum(rng.normal(size=len(days)) * 0.03) * 0.6)
        shock, rows = events(days, every=25, seed=seed)
        loud = EventShock(shock.name, "T1", shock.unit, "", shock.days, shock.surprise * volatility[rows])
        common = rng.normal(size=len(days)) * 0.004 * volatility
        returns = [common + rng.normal(size=len(days)) * 0.003 * volatility for _ in range(3)]
        for each in returns:
            each[rows - 2] += 0.003
        result = pre_event_test(loud, [closes(r, days, str(i)) for i, r in enumerate(returns)], draws=199, seed=seed)
        assert result is not None
        rejected += result.p_value <= 0.05
    assert rejected <= 8
