"""Whether a lake can answer about a day: before its first fact, after its last one, or in the future.

Belongs here: the judgement from days alone. Does not belong here: the rows (store.py), what was loaded per series
(bronze/coverage).
"""

from __future__ import annotations

import datetime as dt

from macro_assets.errors import InvalidInputError

__all__ = ["limits_of", "refuse_future"]


def refuse_future(day: dt.date, today: dt.date) -> None:
    """Refuse a day that has not come: nobody knows yet what will be known then.

    Raises
    ------
    InvalidInputError : the day lies after today.
    """
    if day > today:
        raise InvalidInputError(
            f"{day} lies in the future of {today}.",
            remedy="Ask for a day up to today; a simulated today is set with MACRO_TODAY.",
        )


def limits_of(day: dt.date, first: dt.date | None, last: dt.date | None) -> str:
    """In words, what a view of a day cannot show because the lake does not reach that far; empty where it does.

    Parameters
    ----------
    first, last : days on which the first and the newest fact of the lake became known; None = it holds none.
    """
    if first is None or last is None:
        return "The lake holds no facts."
    if day < first:
        return f"Nothing was known yet on {day}: the first fact of this lake counts from {first}."
    if day > last:
        return f"The facts of this lake end on {last}: what was published from then to {day} is not in this view."
    return ""
