"""When a value counts as known: the silver rule, in one place.

Belongs here: `known_from` and `known_by` of every fact, and the revised mode. Does not belong here: the as-of view
itself (lake/as_of.py), its explanation (explain.py), statistics of delays (delays.py).

The rule. A recorded vintage counts from its own day. Recording began late for many series, and the first recorded
vintage then holds a long past at once: those facts count from the end of their period plus the catalogue's lag, never
later than that vintage. They are flagged `lag_rule` when the series is never revised (the digits are those first
published), `pseudo` when it is (the digits came later), and `compiled` when all of it is one later compilation. Which
vintage is the first is stated by the provider (`statements.py`), never taken from the facts at hand: a lake that holds
a part of them would take a revision for a beginning. The rule looks at nothing after the first vintage, so loading more
facts never changes the past.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.models import Asset, Indicator, Series
from macro_assets.errors import InvalidInputError
from macro_assets.lake.as_of import recorded_only, snapshot
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.calendars import Days, period_end
from macro_assets.vintage.columns import days, encode
from macro_assets.vintage.prices import as_observations
from macro_assets.vintage.statements import Recording, recordings

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog, Identified

__all__ = ["RULES", "facts", "observations", "recorded_only", "require_observed", "revised"]

SCHEMA = TABLES["silver/observations"].schema
_HELD_ELSEWHERE = {"asset": "silver/prices", "outcome": "gold/asset_returns", "shock": "treatments/macro_shocks"}


def observations(stated: Mapping[str, pa.Table], catalog: Catalog, series_facts: pa.Table) -> pa.Table:
    """The silver table of macro facts: bronze facts, each with the day from which a reader may use it.

    Parameters
    ----------
    stated : rows of bronze tables, in any order, by the name of the rule that dates them (one of `RULES`).
    catalog : frequencies, lags and whether a series is revised. A series without an entry keeps its recorded days (no
        rule can be applied to it).
    series_facts : rows of bronze/series_facts. Facts of a series of which nothing is stated keep their recorded days.

    Returns
    -------
    Table in the schema of `silver/observations`, sorted by its key.

    Raises
    ------
    InvalidInputError : a rule that does not exist, or an indicator that the catalogue does not hold.
    """
    unknown = sorted(set(stated) - set(RULES))
    if unknown:
        raise InvalidInputError(f"Unknown knowledge rule {unknown[0]!r}.", remedy=f"Available: {', '.join(RULES)}.")
    begun = recordings(series_facts)
    parts = [RULES[rule](table, catalog, begun) for rule, table in stated.items() if table.num_rows]
    table = pa.concat_tables([SCHEMA.empty_table(), *parts])
    return table.sort_by([(name, "ascending") for name in TABLES["silver/observations"].key])


def require_observed(name: str, catalog: Catalog) -> Identified:
    """What an id of `silver/observations` stands for: a series, or an indicator of an economy.

    Raises
    ------
    UnknownSeriesError : the catalogue does not hold the id; names the nearest ones.
    InvalidInputError : it is the id of something that has no observations.
    """
    found = catalog.resolve(name)
    if found.kind in _HELD_ELSEWHERE:
        raise InvalidInputError(
            f"{name!r} is not a series ({found.kind} of the catalogue).",
            remedy=f"Read {_HELD_ELSEWHERE[found.kind]} from the lake.",
        )
    return found


def facts(observations: pa.Table, prices: pa.Table) -> pa.Table:
    """Every fact that enters a cube: those of macro series, and closes as facts.

    Parameters
    ----------
    observations : rows of `silver/observations`.
    prices : rows of `silver/prices`.

    Returns
    -------
    Table in the schema of `silver/observations`.
    """
    return pa.concat_tables([observations, as_observations(prices)])


def revised(table: pa.Table, catalog: Catalog) -> pa.Table:
    """The revised mode: the newest value of each observation, known from the end of its period plus the lag.

    Right days, later digits: what most studies call pseudo real time. Never mix it with true vintages in one number.

    Parameters
    ----------
    table : rows of `silver/observations`.
    catalog : gives the lags; facts of series it does not hold are left out.

    Returns
    -------
    Table of the same schema with one fact per observation; withdrawn observations are left out.
    """
    if not table.num_rows:
        return table
    newest = snapshot(table, pc.max(table["known_from"]).as_py())
    names, codes = encode(newest["series_id"])
    dates = days(newest["observation_date"])
    rule = np.full(len(dates), np.datetime64("NaT"), dtype="datetime64[D]")
    for name, rows in zip(names, _rows_by_code(codes, len(names)), strict=True):
        by_rule = _rule_days(name, dates[rows], catalog)
        if by_rule is not None:
            rule[rows] = by_rule
    kept = ~np.isnat(rule)
    known_from = pa.array(rule[kept])
    newest = newest.filter(pa.array(kept))
    return pa.table(
        [newest["series_id"], newest["observation_date"], known_from, known_from,
         pa.repeat("lag_rule", len(known_from)),
         newest["value"], newest["status"]],
        schema=SCHEMA,
    )  # fmt: skip


def _recorded_vintages(vintages: pa.Table, catalog: Catalog, begun: Mapping[str, Recording]) -> pa.Table:
    """Facts with recorded vintages; those of the first vintage of a series count by the catalogue's lag where earlier."""
    names, codes = encode(vintages["series_id"])
    dates, begins = days(vintages["observation_date"]), days(vintages["realtime_start"])
    known_from, rules = begins.copy(), np.full(len(begins), "vintage", dtype=object)
    first = np.array([_first(begun.get(name)) for name in names], dtype="datetime64[D]")
    in_first = np.flatnonzero(begins == first[codes]) if len(begins) else np.empty(0, dtype=np.int64)
    for name, among in zip(names, _rows_by_code(codes[in_first], len(names)), strict=True):
        entry = catalog.series.get(name)
        if entry is None or name not in begun:
            continue
        rows = in_first[among]
        by_rule = period_end(dates[rows], entry.frequency) + np.timedelta64(entry.publication_lag_days, "D")
        earlier = by_rule < begins[rows]
        known_from[rows[earlier]] = by_rule[earlier]
        later_digits = "compiled" if begun[name].is_compiled else "pseudo"
        rules[rows[earlier]] = later_digits if entry.revised else "lag_rule"
    columns = [vintages["series_id"], vintages["observation_date"], vintages["realtime_start"], pa.array(known_from),
               pa.array(rules, type=pa.string()), vintages["value"], vintages["status"]]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def _rows_by_code(codes: npt.NDArray[np.int64], number: int) -> list[npt.NDArray[np.int64]]:
    """Positions of each code from 0 to `number` - 1, rising; one sort for all of them."""
    order = np.argsort(codes, kind="stable")
    return np.split(order, np.searchsorted(codes[order], np.arange(1, number))) if number else []


def _first(recording: Recording | None) -> np.datetime64:
    return np.datetime64("NaT") if recording is None else np.datetime64(recording.first_vintage)


def _first_of_july(values: pa.Table, catalog: Catalog, begun: Mapping[str, Recording]) -> pa.Table:
    """Yearly facts without vintages: the first one of a value begins by rule on 1 July of the next year, later ones on
    the day they were first seen; the digits of the first are those of the day of its load, so it is compiled."""
    unknown = set(pc.unique(values["indicator"]).to_pylist()) - set(catalog.indicators)
    if unknown:
        raise InvalidInputError(
            f"The catalogue has no indicator {sorted(unknown)}.", remedy="Edit catalog/indicators.yaml."
        )
    series = pc.binary_join_element_wise(values["indicator"], values["economy"], ".")
    years = values["year"].to_numpy().astype(np.int64)
    dates = ((years - 1970) * 12).astype("datetime64[M]").astype("datetime64[D]")
    by_rule = _july_of_the_next_year(dates)
    rules = np.where(days(values["realtime_start"]) == by_rule, "compiled", "vintage")
    columns = [series, pa.array(dates), values["realtime_start"], values["realtime_start"],
               pa.array(rules.astype(object), type=pa.string()), values["value"], values["status"]]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def _as_stated(values: pa.Table, catalog: Catalog, begun: Mapping[str, Recording]) -> pa.Table:
    """Facts of a user's own files: known on the day they state; where that follows from the lag, the digits are compiled."""
    compiled = pc.equal(values["dated_by"], "rule")
    columns = [values["series_id"], values["observation_date"], values["realtime_start"], values["realtime_start"],
               pc.if_else(compiled, pa.scalar("compiled"), pa.scalar("vintage")), values["value"], values["status"]]  # fmt: skip
    return pa.table(columns, schema=SCHEMA)


def _rule_days(name: str, dates: Days, catalog: Catalog) -> Days | None:
    """Days of publication by rule; None for a series the catalogue does not know."""
    found = catalog.observed(name)
    entry = None if found is None else found.entry
    if isinstance(entry, Series):
        return period_end(dates, entry.frequency) + np.timedelta64(entry.publication_lag_days, "D")
    if isinstance(entry, Indicator):
        return _july_of_the_next_year(dates)
    return dates if isinstance(entry, Asset) else None


def _july_of_the_next_year(dates: Days) -> Days:
    """1 July of the year after each date: `Indicator.known_by_rule` for arrays."""
    years = dates.astype("datetime64[Y]") + 1
    return (years.astype("datetime64[M]") + 6).astype("datetime64[D]")


RULES: dict[str, Callable[[pa.Table, Catalog, Mapping[str, Recording]], pa.Table]] = {
    "recorded_vintages": _recorded_vintages,
    "first_of_july": _first_of_july,
    "as_stated": _as_stated,
}
"""How the facts of a bronze table are dated, by the name under which a provider declares its rule."""
