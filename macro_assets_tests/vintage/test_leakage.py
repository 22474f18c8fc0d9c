"""The canary speaks up for each way in which a cube could know too early, and is silent on an innocent one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.vintage import cube, leakage
from macro_assets.vintage.quality import Finding
from macro_assets_tests.vintage.facts import SMALL, bronze, observed

START, END = dt.date(2005, 1, 31), dt.date(2006, 12, 31)
MONTHS = [dt.date(2004 + month // 12, month % 12 + 1, 1) for month in range(36)]
SLICES = [dt.date(2005, 6, 30), dt.date(2006, 6, 30)]
MONTH = dt.timedelta(31)


@pytest.fixture(scope="module")
def facts() -> pa.Table:
    """Monthly values, each published two weeks after its month and revised two months later."""
    rule, rng = SMALL.series["MONTHLY"].known_by_rule, np.random.default_rng(0)
    rows = []
    for month in MONTHS:
        rows += [
            ("MONTHLY", month, rule(month) + wait, float(rng.normal(100, 5)), "published")
            for wait in (0 * MONTH, 2 * MONTH)
        ]
    return observed(bronze(rows), SMALL)


def honest(facts: pa.Table, day: dt.date | None) -> pa.Table:
    first, last = (START, END) if day is None else (day, day)
    return cube.build(facts, SMALL, start=first, end=last)


def peeking(facts: pa.Table, day: dt.date | None) -> pa.Table:
    """A builder that takes every fact a month before it is known, and says that it was known by the as-of date."""
    moved = pc.subtract(facts["known_from"], pa.scalar(MONTH, pa.duration("s"))).cast(pa.date32())
    early = facts.set_column(facts.schema.get_field_index("known_from"), facts.schema.field("known_from"), moved)
    table = honest(early, day)
    known_at = pc.min_element_wise(table["known_at"], table["first_as_of"])
    return table.set_column(table.schema.get_field_index("known_at"), table.schema.field("known_at"), known_at)


def canary(
    table: pa.Table,
    facts: pa.Table,
    rebuild: Callable[[pa.Table, dt.date | None], pa.Table],
    days: list[dt.date] = SLICES,
) -> Finding:
    earliest = leakage.earliest_knowledge(facts, SMALL)
    return leakage.leakage_canary(table, facts, earliest, rebuild, days)


def test_an_innocent_cube_passes(facts: pa.Table) -> None:
    assert canary(honest(facts, None), facts, honest).passed


def test_a_builder_that_reads_the_future_is_seen_in_slices_of_facts_that_end_on_their_day(facts: pa.Table) -> None:
    """Built twice from all facts it gives the same cube twice: only a slice of cut facts can tell."""
    table = peeking(facts, None)
    found = canary(table, facts, peeking)
    assert not found.passed
    assert set(found.failing["problem"]) == {"differs from the slice built of what was known that day"}
    assert set(found.failing["first_as_of"]) == set(SLICES)
    assert canary(table, facts, peeking, days=[]).passed


def test_a_cell_that_differs_from_the_cube_built_anew_is_named(facts: pa.Table) -> None:
    table = honest(facts, None)
    at = table.num_rows // 2
    values = table["value"].to_numpy().copy()
    values[at] += 1e-9
    spoilt = table.set_column(table.schema.get_field_index("value"), table.schema.field("value"), pa.array(values))
    found = canary(spoilt, facts, honest, days=[])
    assert (
        found.failing.drop(columns="problem").to_dict("records") == table.slice(at, 1).select(leakage.KEY).to_pylist()
    )


def test_a_fact_dated_before_its_rule_counts_from_its_rule(facts: pa.Table) -> None:
    row = 30
    moved = facts["known_from"].to_pylist()
    moved[row] -= 2 * MONTH
    index = facts.schema.get_field_index("known_from")
    early = facts.set_column(index, facts.schema.field("known_from"), pa.array(moved))
    found = canary(honest(early, None), early, honest)
    assert not found.passed
    assert not leakage.known_too_early(early, SMALL).passed
    assert leakage.known_too_early(facts, SMALL).passed
