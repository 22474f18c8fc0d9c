"""Whether anything was known too early: the rule of silver derived a second time, and the leakage canary of the cubes.

Belongs here: findings that compare what is stored with what can have been known. Does not belong here: the rule itself
(knowledge.py), the cube (cube.py; the caller passes its builder), other findings (quality.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.vintage.layout import standing_on
from macro_assets.vintage.quality import Finding, finding

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.catalog import Catalog

__all__ = ["earliest_knowledge", "known_too_early", "leakage_canary"]

KEY = ["series_id", "period", "first_as_of"]


def known_too_early(observations: pa.Table, catalog: Catalog) -> Finding:
    """Facts that count as known before silver's rule allows: a recorded vintage on its day, others by their lag."""
    early = pc.less(observations["known_from"], earliest_knowledge(observations, catalog))
    return finding(
        observations.filter(early).to_pandas(),
        observations.num_rows,
        "{n} facts, none known before its vintage or its rule",
        "{k} of {n} facts count as known before they can have been",
    )


def earliest_knowledge(observations: pa.Table, catalog: Catalog) -> pa.Array:
    """Per fact the first day on which it can have been known, derived from its period and vintage.

    Independent of `vintage/knowledge.py`, so that an error there shows: one call of the catalogue's own rule for each
    observation that is said to be known by rule; a vintage counts from its day.
    """
    begun = pc.cast(observations["realtime_start"], pa.date32()).combine_chunks()
    by_rule = pc.not_equal(observations["known_by"], "vintage").combine_chunks()
    ruled = observations.filter(by_rule).select(["series_id", "observation_date"])
    pairs = list(zip(ruled["series_id"].to_pylist(), ruled["observation_date"].to_pylist(), strict=True))
    about = {name: catalog.observed(name) for name in {name for name, _ in pairs}}
    days = {(name, date): one.known_by_rule(date) if (one := about[name]) else None for name, date in set(pairs)}
    rule = pa.array([days[pair] for pair in pairs], pa.date32())
    return pc.min_element_wise(begun, pc.replace_with_mask(begun, by_rule, rule))


def leakage_canary(
    cube: pa.Table,
    facts: pa.Table,
    earliest: pa.Array,
    rebuild: Callable[[pa.Table, date | None], pa.Table],
    as_ofs: Sequence[date],
) -> Finding:
    """Three looks for anything that was known too early: dates in the cube, a rebuilt cube, and slices of cut facts.

    Parameters
    ----------
    cube : the stored cube. facts : silver facts it was built from, all of them.
    earliest : per fact the first day on which it can have been known (`earliest_knowledge`); facts count from the later
        of this and their `known_from`, so one that was given an earlier day changes the cube that is built from it.
    rebuild : builds from the facts it is given the slice of one as-of date, or for None the whole cube.
    as_ofs : dates whose slices are also built from nothing but the facts known by then.
    """
    late = cube.filter(pc.greater(cube["known_at"], cube["first_as_of"]))
    rows = [{**_place(row), "problem": "known after its as-of date"} for row in late.slice(0, 100).to_pylist()]
    usable_from = pc.max_element_wise(facts["known_from"], earliest)
    honest = facts.set_column(facts.schema.get_field_index("known_from"), facts.schema.field("known_from"), usable_from)
    rows += _differences(cube, rebuild(honest, None), "differs from a rebuilt cube")
    for day in as_ofs:
        stored = standing_on(cube, day)
        again = rebuild(honest.filter(pc.less_equal(usable_from, pa.scalar(day))), day)
        rows += _differences(stored, again, "differs from the slice built of what was known that day")
    return finding(
        _frame(rows),
        cube.num_rows,
        "{n} rows, none known after its as-of date; the cube and slices of cut facts come out the same bit for bit",
        "{k} signs of look-ahead in {n} rows",
    )


def _differences(stored: pa.Table, again: pa.Table, problem: str) -> list[dict[str, object]]:
    """Up to a hundred states in which two cubes differ in any column, or that only one of them has."""
    order = [(name, "ascending") for name in KEY]
    again, stored = again.select(stored.column_names).sort_by(order), stored.sort_by(order)
    if again.equals(stored):
        return []
    both = stored.join(again, KEY, join_type="full outer", right_suffix=" again")
    values = [name for name in stored.column_names if name not in KEY]
    equal = [pc.fill_null(pc.equal(both[name], both[f"{name} again"]), fill_value=False) for name in values]
    states = both.filter(pc.invert(reduce(pc.and_, equal))).select(KEY).sort_by(order)
    found = states.slice(0, 100).to_pylist() or [dict.fromkeys(KEY)]  # equal states, one of them twice
    return [{**state, "problem": problem} for state in found]


def _place(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in KEY}


def _frame(rows: list[dict[str, object]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=[*KEY, "problem"])
