"""Why one value was the known one on one day: which vintage, since when, by which rule, what came before and after.

Belongs here: the explanation of a single observation. Does not belong here: the rule (knowledge.py).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.catalog.models import Series
from macro_assets.catalog.periods import period_end
from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.vintage.knowledge import require_observed
from macro_assets.vintage.statements import recordings

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.catalog import Catalog, Identified

__all__ = ["StatedValue", "ValueExplanation", "explain"]


@dataclass(frozen=True)
class StatedValue:
    """One statement of the provider about the observation, in the unit of the series.

    `value` is None where the provider printed no number (`missing`) or withdrew the value (`withdrawn`).
    """

    value: float | None
    status: str
    realtime_start: dt.date
    known_from: dt.date
    known_by: str


@dataclass(frozen=True)
class ValueExplanation(Displayed):
    """What a reader took for one observation on one day, and why.

    Parameters
    ----------
    standing : the statement in force on the day; None before the first one was known.
    rule : in words, how the day of knowledge of `standing` (or of the first statement) was decided.
    before : statements known earlier and replaced by then, oldest first.
    after : statements that became known later.
    first_vintage : day of the first recorded vintage of the whole series, as its provider states it; None where the
        provider keeps no vintages or has not been asked.
    """

    series_id: str
    title: str
    unit: str
    observation_date: dt.date
    period_end: dt.date
    as_of: dt.date
    standing: StatedValue | None
    rule: str
    before: tuple[StatedValue, ...]
    after: tuple[StatedValue, ...]
    first_vintage: dt.date | None

    @property
    def is_known(self) -> bool:
        """Whether a number was known on the day."""
        return self.standing is not None and self.standing.status == "published"

    def to_frame(self) -> pd.DataFrame:
        """One row per statement of the provider, oldest first; `counts` says when: before, on the day, or later."""
        import pandas as pd

        standing = () if self.standing is None else (self.standing,)
        groups = {"before": self.before, "on the day": standing, "later": self.after}
        rows = [asdict(value) | {"counts": when} for when, values in groups.items() for value in values]
        frame = pd.DataFrame(rows, columns=[*StatedValue.__dataclass_fields__, "counts"])
        return frame.astype({"realtime_start": "datetime64[ms]", "known_from": "datetime64[ms]"})

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries and lists, dates as dates."""
        return asdict(self) | {"known": self.is_known}

    def summary(self) -> str:
        """The value and its vintage, the rule, what came before and after."""
        day, now = f"{self.series_id} of {self.observation_date}", self.standing
        if now is None:
            first = [f"Its first value, {_words(self.after[0])}, followed."] if self.after else []
            return "\n".join([f"{day} was not known on {self.as_of}.", *first, self.rule])
        lines = [f"{day} ({self.title}, {self.unit}) as of {self.as_of}: {_words(now)}.", self.rule]
        if self.before:
            lines.append(f"Known before: {'; '.join(map(_words, self.before))}.")
        if self.after:
            lines.append(f"Not yet known then: {'; '.join(map(_words, self.after))}.")
        return "\n".join(lines)


def explain(
    observations: pa.Table, series_facts: pa.Table, catalog: Catalog, series: str, date: dt.date, as_of: dt.date
) -> ValueExplanation:
    """Explain the value of one observation as a reader on `as_of` knew it.

    Parameters
    ----------
    observations : rows of `silver/observations`; may hold more than this series.
    series_facts : rows of `bronze/series_facts`: the provider says when recording of the series began.
    catalog : title, unit, frequency and lag of the series.
    series : id of a series, or `indicator.economy`.
    date : any day of the period meant; daily and weekly series need FRED's date itself.
    as_of : the day of the reader.

    Raises
    ------
    UnknownSeriesError : the catalogue has no such series.
    InvalidInputError : the id is not of a series or indicator, or nothing was ever stated about this period.
    """
    about = require_observed(series, catalog)
    mine = observations.filter(pc.equal(observations["series_id"], series))
    end = period_end(date, about.frequency)
    rows = [row for row in mine.sort_by("realtime_start").to_pylist()
            if period_end(row["observation_date"], about.frequency) == end]  # fmt: skip
    if not rows:
        raise InvalidInputError(
            f"Nothing was ever published about {series} of {date}.",
            remedy=f"Its observations run {_range(mine)}; load more with macro-assets backfill.",
        )
    stated = [StatedValue(*(row[name] for name in StatedValue.__dataclass_fields__)) for row in rows]
    by_then = [one for one in stated if one.known_from <= as_of]
    standing = by_then[-1] if by_then else None
    recording = recordings(series_facts).get(series)
    first = None if recording is None else recording.first_vintage
    return ValueExplanation(
        series_id=series, title=about.title, unit=about.unit,
        observation_date=rows[0]["observation_date"], period_end=end, as_of=as_of, standing=standing,
        rule=_rule(standing or stated[0], about, end, first), before=tuple(by_then[:-1]),
        after=tuple(one for one in stated if one.known_from > as_of), first_vintage=first,
    )  # fmt: skip


def _rule(stated: StatedValue, about: Identified, end: dt.date, first: dt.date | None) -> str:
    if stated.known_by == "vintage":
        return f"Rule vintage: it counts from {stated.known_from}, the day its vintage was recorded."
    if not isinstance(about.entry, Series):
        return (
            f"Rule compiled: its digits were compiled later, at the day of the first load; yearly indicators count from 1 "
            f"July of the next year, here {stated.known_from}."
        )
    lag = f"the end of its period ({end}) plus {about.entry.publication_lag_days} days, {stated.known_from}"
    if stated.known_by == "compiled" and "own" in about.entry.groups:
        return (
            f"Rule compiled: your file states no realtime_start, so it counts from {lag}, with the digits of the file."
        )
    if stated.known_by == "compiled":
        return (
            f"Rule compiled: the provider has one compilation of the series, of {stated.realtime_start}; it counts from "
            f"{lag}, with digits compiled later, in {stated.realtime_start:%Y-%m}."
        )
    began = f"it stands in the first recorded vintage of the series ({first})"
    if stated.known_by == "lag_rule":
        return f"Rule lag_rule: {began} and the series is never revised, so it counts from {lag}."
    return f"Rule pseudo: {began}; it counts from {lag}, with digits that may have been revised since."


def _range(mine: pa.Table) -> str:
    span = pc.min_max(mine["observation_date"]).as_py()
    return f"from {span['min']} to {span['max']}" if span["min"] else "nowhere: the lake holds none"


def _words(one: StatedValue) -> str:
    what = one.status if one.value is None else f"{one.value:g}"
    return f"{what} (vintage of {one.realtime_start}, known from {one.known_from})"
