"""Answers of event days: inputs from tables, the verdict of the days before, sentences that never say too much."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.causal.events.answers import WINDOWS, EventAnswers, answer_events
from macro_assets.causal.events.effects import EventShock, event_effects
from macro_assets.causal.events.identification import breakdown, identify_events
from macro_assets.causal.events.inputs import daily_closes, event_shocks, published_days
from macro_assets.causal.events.path import event_path
from macro_assets.causal.events.releases import release_shocks
from macro_assets.causal.events.windows import DAY, Closes, Window
from macro_assets.errors import InvalidInputError
from macro_assets.tables.registry import TABLES
from macro_assets_tests.causal.test_event_effects import closes, trading_days
from macro_assets_tests.vintage.facts import bronze, observed

SURPRISES = TABLES["bronze/policy_surprises"].schema


def surprises(rows: list[tuple[str, str, str, int, float, str | None]]) -> pa.Table:
    columns = {
        "source": [row[0] for row in rows], "measure": [row[1] for row in rows],
        "date": [dt.date.fromisoformat(row[2]) for row in rows], "event": [row[3] for row in rows],
        "time": [None] * len(rows), "value": [row[4] for row in rows], "unit": ["percentage points"] * len(rows),
        "description": [row[5] for row in rows],
    }  # fmt: skip
    return pa.table(columns, schema=SURPRISES)


def world(
    *, leaked: float = 0.0, seed: int = 0, tier: str = "T1", effect: float = -0.4
) -> tuple[EventShock, dict[str, Closes]]:
    """Two outcomes over 3000 days; `leaked` is the share of the news that is out in the four days before."""
    days = trading_days(3000)
    rng = np.random.default_rng(seed)
    rows = np.arange(60, 2900, 25)
    surprise = 0.05 * rng.standard_t(5, size=len(rows))
    found = {}
    for name in ("stock", "bond"):
        returns = rng.normal(size=len(days)) * 0.005
        returns[rows] += (1.0 - leaked) * effect * surprise
        for back in range(2, 6):
            returns[rows - back] += leaked / 4.0 * effect * surprise
        found[name] = closes(returns, days, name)
    scheduled = np.arange(len(rows)) % 4 != 0
    shock = EventShock("news", tier, "percentage points", "tighter", days[rows], surprise, 0.25, "25 bp", scheduled)
    return shock, found


@cache
def answers() -> EventAnswers:
    shock, found = world()
    return answer_events([shock], found)


def test_surprises_of_a_day_are_summed_and_unscheduled_days_are_known_by_the_description() -> None:
    table = surprises([
        ("fomc_surprises_30min", "FF4", "2001-01-03", 0, -0.2, "FOMC Rate Decision (Unscheduled)"),
        ("fomc_surprises_30min", "FF4", "2001-01-31", 0, 0.05, "FOMC Rate Decision"),
        ("fomc_surprises_30min", "FF4", "2001-01-31", 1, 0.02, "FOMC Statement"),
        ("kaenzig_opec_days", "PC", "2001-01-17", 0, 1.5, None),
    ])  # fmt: skip
    fomc, opec = event_shocks(table, load_catalog())
    assert fomc.surprise == pytest.approx([-0.2, 0.07])
    assert fomc.scheduled is not None
    assert fomc.scheduled.tolist() == [False, True]
    assert (fomc.tier, fomc.per, fomc.per_unit) == ("T1", 0.25, "25 basis points")
    assert opec.scheduled is None
    day, value = published_days(table, "no_such:file")
    assert len(day) == len(value) == 0


def test_an_announcement_without_its_file_is_left_out_and_none_at_all_is_an_error() -> None:
    assert event_shocks(surprises([]), load_catalog()) == []
    with pytest.raises(InvalidInputError, match="0 kinds of announcement"):
        answer_events([], world()[1])


def test_funds_count_with_their_distributions_and_levels_as_they_are() -> None:
    day = [dt.date(2020, 1, 2), dt.date(2020, 1, 3)]
    schema = TABLES["silver/prices"].schema
    rows = {name: [0.0] * 4 for name in schema.names} | {
        "symbol": ["TLT", "TLT", "^VIX", "^VIX"], "date": day * 2, "known_from": day * 2, "close": [100.0, 99.0, 12.0, 14.0],
        "total_return": [None, 0.02, None, None],
    }  # fmt: skip
    nothing = TABLES["silver/observations"].schema.empty_table()
    found = daily_closes(pa.table(rows, schema=schema), nothing, load_catalog())
    assert set(found) == {"tlt", "vix"}
    assert found["tlt"].values == pytest.approx([1.0, 1.02])
    assert (found["vix"].kind, found["vix"].values.tolist()) == ("change", [12.0, 14.0])


def test_a_clean_announcement_is_identified_and_its_effect_is_found_on_the_day_alone() -> None:
    found = answers()
    assert found.identification["news"].verdict == "identified"
    day = found.find("news", "stock")
    assert day.finding == "effect found"
    assert day.lower < -0.1 < day.upper
    assert found.find("news", "stock", window=Window(-5, -2)).finding == "nothing found"
    assert "causal effect of the announcement" in found.sentence(day)


def test_news_that_was_out_before_takes_the_verdict_away() -> None:
    verdicts = [identify_events(*_listed(world(leaked=0.9, seed=seed))).verdict for seed in range(4)]
    assert verdicts.count("identified") <= 1, "most of the news is out: the days before must speak"
    clean = [identify_events(*_listed(world(seed=seed))).verdict for seed in range(4)]
    assert clean.count("identified") >= 3


def _listed(pair: tuple[EventShock, dict[str, Closes]]) -> tuple[EventShock, list[Closes]]:
    return pair[0], list(pair[1].values())


def test_a_forecast_error_is_an_association_whatever_the_days_before_say() -> None:
    clean, (shock, outcomes) = answers(), world(tier="T3")
    found = replace(clean, identification={"news": identify_events(shock, list(outcomes.values()))})
    assert found.identification["news"].verdict == "association"
    day = found.find("news", "stock")
    assert day.finding == "effect found"
    assert "causal" not in found.sentence(day)
    assert "association" in found.sentence(day)


def test_the_bound_is_zero_where_nothing_is_found_and_large_where_the_effect_is_clear() -> None:
    found = answers()
    test = found.identification["news"].test
    assert (breakdown(found.find("news", "stock"), test) or 0.0) > 1.0
    shock, outcomes = world(effect=0.0)
    (nothing,) = event_effects(shock, [outcomes["stock"]], samples=("all",))
    assert breakdown(nothing, test) == 0.0
    assert breakdown(nothing, None) is None


def test_the_path_starts_at_zero_before_the_event_and_steps_on_it() -> None:
    shock, found = world()
    path = event_path(shock, found["stock"])
    assert path is not None
    assert -1 not in path.days.tolist()
    before, after = path.days < 0, path.days >= 0
    assert np.abs(path.point[before]).max() < 0.06
    assert path.point[after][0] == pytest.approx(-0.1, abs=0.03)
    assert (path.lower <= path.point).all()
    assert (path.point <= path.upper).all()


def test_the_table_holds_every_window_and_sample_and_a_sentence_for_each_row() -> None:
    found = answers()
    table = found.to_table()
    assert table.num_rows == len(WINDOWS) * 3 * 2
    assert set(table["sample"].to_pylist()) == {"all", "scheduled", "unscheduled"}
    assert table.schema.equals(TABLES["models/event_effects"].schema)
    roles = {(row["first_day"] < 0): row["role"] for row in table.to_pylist()}
    assert roles == {True: "placebo", False: "effect"}
    assert all(table["in_words"].to_pylist())


def test_an_unknown_pair_names_what_there_is_and_pictures_can_be_drawn() -> None:
    found = answers()
    with pytest.raises(InvalidInputError, match="No event effect of 'news' on 'gold'") as caught:
        found.find("news", "gold")
    assert "news on bond" in (caught.value.remedy or "")
    assert found.clearest()["news"] in ("stock", "bond")
    assert found.plot_shock("news").get_title(loc="left").startswith("news: identified")
    assert found.plot_path("news", "stock").lines
    assert DAY in {one.window for one in found.on_the_day("news")}


def released(lost: int = 0) -> EventShock:
    """Payrolls of 200 months published on the fifth of the month after, with recorded days but for the first `lost`."""
    months = pd.date_range("1998-01-31", periods=200, freq="ME")
    rng = np.random.default_rng(4)
    growth = 0.2 + 0.1 * rng.standard_normal(200)
    growth[150] = 9.0
    level = 100.0 * np.exp(np.cumsum(growth) / 100.0)
    rows = [
        ("PAYEMS", month.replace(day=1).date(), (month + pd.Timedelta(days=5)).date(), float(value), "published")
        for month, value in zip(months, level, strict=True)
    ]
    listed = [(month + pd.Timedelta(days=5)).date() for month in months[lost:]]
    days_of = pa.table(
        {"release_id": ["50"] * len(listed), "date": listed, "provider": ["fred"] * len(listed)},
        schema=TABLES["bronze/release_days"].source_schema,
    )
    found = release_shocks(days_of, observed(bronze(rows), load_catalog()), load_catalog())
    return next(shock for shock in found if shock.name == "employment")


def test_a_release_is_an_event_on_its_recorded_day_with_the_error_of_its_period() -> None:
    shock = released()
    assert (shock.tier, shock.unit, shock.scheduled) == ("T3", "percent", None)
    assert set(shock.days.astype("datetime64[M]").astype("datetime64[D]") + 4) == set(shock.days), (
        "the fifth of a month"
    )
    assert len(shock.days) < 200 - 60, "no forecast on fewer than sixty months"
    assert abs(float(np.std(shock.surprise)) - 0.1) < 0.03
    assert shock.per == pytest.approx(np.std(shock.surprise, ddof=1))


def test_releases_without_a_recorded_day_are_no_events_and_an_outlier_is_left_out_and_named() -> None:
    whole, fewer = released(), released(lost=120)
    assert set(fewer.days) < set(whole.days)
    assert fewer.days.min() == np.datetime64("2008-02-05")
    outlier = np.datetime64("2010-08-05")
    assert outlier not in whole.days
    assert whole.note.startswith("Left out: 1 releases between 2010-08 and 2010-08")
    assert (
        whole.note
        in identify_events(whole, [closes(0.01 * np.sin(np.arange(4000.0) ** 2), trading_days(4000), "x")]).reason
    )
