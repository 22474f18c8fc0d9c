"""The strict reading of what was known: only values that were recorded by the day, and an account of what is left out.

Belongs here: the reading as pure functions over rows of silver/observations. Does not belong here: which facts are pseudo
or compiled (vintage/knowledge.py), the as-of rule itself (as_of.py).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.errors import InvalidInputError, LakeError

__all__ = ["ASSUMED", "LeftOut", "Strict", "left_out", "recorded_only", "refuse", "require_strict"]

ASSUMED = ("pseudo", "compiled")
Strict = bool | Literal["refuse"]
"""False: all facts; True: leave out and count those that were not recorded by the day; "refuse": raise if there are any."""
_NAMED = 5


@dataclass(frozen=True)
class LeftOut:
    """What a strict view of a day leaves out.

    Parameters
    ----------
    pseudo, compiled : observations left out, by the rule that dates them.
    by_series : observations left out of each series that lost any.
    empty : series of which nothing is left.
    """

    as_of: dt.date
    pseudo: int
    compiled: int
    by_series: dict[str, int]
    empty: tuple[str, ...]

    @property
    def facts(self) -> int:
        """Observations left out."""
        return self.pseudo + self.compiled

    def summary(self) -> str:
        """How many observations are left out, by which rule, and which series end up empty."""
        if not self.facts:
            return f"Strict view as of {self.as_of}: every value was recorded by that day."
        head = (
            f"Strict view as of {self.as_of}: {self.facts} observations of {len(self.by_series)} series left out "
            f"({self.pseudo} pseudo, {self.compiled} compiled)."
        )
        return f"{head} Nothing is left of {', '.join(self.empty)}." if self.empty else head


def recorded_only(observations: pa.Table) -> pa.Table:
    """The strict reading of silver: pseudo facts count from the day of their recorded vintage, compiled ones never.

    A pseudo fact is what the provider showed from its recorded vintage on; before that day its digits are assumed.
    """
    table = observations.filter(pc.not_equal(observations["known_by"], "compiled"))
    pseudo = pc.equal(table["known_by"], "pseudo")
    known_from = pc.if_else(pseudo, table["realtime_start"], table["known_from"])
    rule = pc.if_else(pseudo, pa.scalar("vintage"), table["known_by"])
    table = table.set_column(table.schema.get_field_index("known_from"), table.schema.field("known_from"), known_from)
    return table.set_column(table.schema.get_field_index("known_by"), table.schema.field("known_by"), rule)


def left_out(standing: pa.Table, as_of: dt.date) -> LeftOut:
    """What the strict reading leaves out of a view.

    Parameters
    ----------
    standing : the view of the day with all facts: rows of `snapshot`.
    as_of : its day.
    """
    not_yet = pc.greater(standing["realtime_start"], pa.scalar(as_of, pa.date32()))
    compiled = pc.equal(standing["known_by"], "compiled")
    pseudo = pc.and_(pc.equal(standing["known_by"], "pseudo"), not_yet)
    gone = standing.filter(pc.or_(compiled, pseudo))["series_id"].to_pylist()
    lost, all_of = Counter(gone), Counter(standing["series_id"].to_pylist())
    empty = tuple(sorted(name for name, number in lost.items() if number == all_of[name]))
    return LeftOut(as_of, pc.sum(pseudo).as_py() or 0, pc.sum(compiled).as_py() or 0, dict(sorted(lost.items())), empty)


def refuse(report: LeftOut) -> None:
    """Refuse a view of which the strict reading leaves anything out.

    Raises
    ------
    LakeError : names the series that lose values.
    """
    if not report.facts:
        return
    names = list(report.by_series)
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    raise LakeError(
        f"A strict view as of {report.as_of} has no recorded vintage for {report.facts} observations "
        f"({report.pseudo} pseudo, {report.compiled} compiled) of {', '.join(names[:_NAMED])}{more}.",
        remedy="Choose other series or a later day, or read with strict=True, which leaves them out and counts them.",
    )


def require_strict(value: object) -> None:
    """Refuse anything but True, False and "refuse".

    Raises
    ------
    InvalidInputError : names the value.
    """
    if value not in (True, False, "refuse"):
        raise InvalidInputError(f"Option strict cannot be {value!r}.", remedy='Use True, False or "refuse".')
