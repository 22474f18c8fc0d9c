"""Bounds from a history: wide enough for what followed, narrower than a factor of a thousand."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.plausibility.bounds import bounds_of_history, of_history
from macro_assets.plausibility.judge import Rules, judge
from macro_assets.plausibility.state import Fact, facts_of

GROWING = [100.0 + at for at in range(40)]


def test_levels_get_a_factor_of_a_hundred_and_rates_three_times_their_range() -> None:
    assert bounds_of_history(GROWING, "millions of dollars", "M") == (1.0, 13900.0)
    assert bounds_of_history([1.0] * 11 + [9.0], "percent", "M") == (-23.0, 33.0)
    assert bounds_of_history([1.0] * 12, "percent", "M") == (-4.0, 6.0)


def test_a_level_that_was_negative_is_bounded_on_both_sides() -> None:
    assert bounds_of_history([-3.0, 2.0] * 6, "billions of dollars", "M") == (-300.0, 300.0)


def test_a_short_history_tells_no_magnitude() -> None:
    with pytest.raises(InvalidInputError, match="A history of 11 values gives no bounds"):
        bounds_of_history(GROWING[:11], "percent", "M")


def monthly(values: list[float], first: int = 0) -> list[Fact]:
    """Facts of months from 1970 on, each known at the begin of the next."""
    months = (
        (np.arange(first, first + len(values) + 1)).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    )
    return facts_of(months[:-1], months[1:], values)


def reasons(
    stored: list[float], offered: list[float], unit: str = "index points", upper: float = math.inf
) -> list[str]:
    """The reason for each value offered after a history; empty where it is plausible."""
    rules = Rules(unit, "M", upper=upper, from_history=True)
    kept, new = monthly(stored), monthly(offered, len(stored))
    return [verdict.reason if verdict else "" for verdict in judge(of_history(rules, kept, new), kept, new)]


WAVES = [100.0, 101.0, 99.0, 103.0] * 10
NOISE = [0.3, -0.2, 0.1, -0.4] * 10


def test_a_step_is_judged_by_the_largest_of_its_own_history() -> None:
    assert reasons(WAVES, [105.0, 130.0, 106.0]) == ["", "", ""], "a step of 21 %, the largest so far being 4 %"
    assert reasons(WAVES, [150.0, 101.0, 1010.0]) == ["step", "", "step"]
    assert reasons(NOISE, [2.0, -1.5, 6.0]) == ["", "", "step"], "differences where values may be negative"
    assert reasons(NOISE, [300.0]) == ["bounds"]


def test_a_first_answer_is_judged_by_bounds_alone_and_not_by_its_own_outlier() -> None:
    assert reasons([], [*WAVES, 103000.0]) == [""] * 40 + ["bounds"]
    assert reasons([], [*WAVES, 900.0]) == [""] * 41
    assert reasons([], [1.0, 2000.0]) == ["", ""], "two values tell nothing"


def test_a_stated_bound_stays() -> None:
    assert reasons(WAVES, [104.5, 105.5], upper=105.0) == ["", "bounds"]


def test_decimals_are_those_of_the_stored_history() -> None:
    early = [2.0] * 30 + [2.25] * 30
    assert reasons([], early, unit="percent") == [""] * 60, "a first answer may print its later values otherwise"
    assert reasons(early, [2.5, 2.125], unit="percent") == ["", "decimals"]
    assert reasons([2.0, 3.0] * 15, [2.5], unit="percent") == ["decimals"]


@pytest.mark.archive
def test_recorded_months_of_2006_to_2021_pass_as_files_but_for_those_of_2020_that_are_named(archive_dir: Path) -> None:
    """The newest digits of every monthly series: loaded up to 2005, then month by month."""
    monthly = [name for name, entry in load_catalog().series.items() if entry.frequency == "M"]
    file = archive_dir / "fred" / "observations.parquet"
    table = pq.read_table(file, filters=[("series_id", "in", monthly)]).to_pandas().dropna(subset=["value"])
    table = table.sort_values("realtime_start").drop_duplicates(["series_id", "date"], keep="last").sort_values("date")
    found: dict[str, list[int]] = {}
    for name in monthly:
        mine = table[(table["series_id"] == name) & (pd.to_datetime(table["date"]) >= "1960-01-01")]
        split = int((pd.to_datetime(mine["date"]) < "2006-01-01").sum())
        if not 24 <= split < len(mine):
            continue
        months = pd.to_datetime(mine["date"]).to_numpy().astype("datetime64[D]").astype(np.int64)
        facts = facts_of(months, months + 400, mine["value"].tolist())
        rules = Rules(load_catalog().series[name].unit, "M", from_history=True)
        first, later = facts[:split], facts[split:]
        verdicts = judge(of_history(rules, [], first), [], first) + judge(of_history(rules, first, later), first, later)
        wrong = [fact.period for fact, verdict in zip(facts, verdicts, strict=True) if verdict]
        if wrong:
            found[name] = wrong
    assert {name: str(np.datetime64(days[0], "D")) for name, days in found.items()} == {
        "CE16OV": "2020-04-01", "M1SL": "2020-05-01", "PAYEMS": "2020-04-01", "UNRATE": "2020-04-01",
    }  # fmt: skip
