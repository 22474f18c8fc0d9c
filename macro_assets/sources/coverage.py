"""When an answer makes vintage days complete: by the clock of its provider, and by what the answer itself shows.

Belongs here: the rules that declarations choose from, over one answer. Does not belong here: the record of all answers
(tables/coverage.py), watermarks and holes (vintage/coverage.py), the calendar of an exchange (a provider's own folder).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

__all__ = ["DAY", "Answer", "through_day_ended", "through_last_update"]

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """What a rule may look at.

    Parameters
    ----------
    end : last vintage day asked for.
    asked_at : instant before the request, with a time zone; the answer is at least as new.
    time_zone : of the provider, whose midnight ends its days.
    newest : day of the newest finished bar of the answer, also behind the window; None where there are no bars.
    updated_on : day of its last update as the provider states it; None where it states none.
    updated_before : the newest such day that was ever stated.
    """

    end: dt.date
    asked_at: dt.datetime
    time_zone: str
    newest: dt.date | None = None
    updated_on: dt.date | None = None
    updated_before: dt.date | None = None

    @property
    def last_ended(self) -> dt.date:
        """The last day of the window that was over for the provider when it was asked."""
        return min(self.end, self.asked_at.astimezone(ZoneInfo(self.time_zone)).date() - DAY)


def through_day_ended(answer: Answer) -> dt.date | None:
    """Complete through the last day that was over: an answer repeats what stands, so no news is an answer too."""
    return answer.last_ended


def through_last_update(answer: Answer) -> dt.date | None:
    """The same for a provider that states its last update; an answer older than one before it completes nothing."""
    if answer.updated_on is None or (answer.updated_before is not None and answer.updated_on < answer.updated_before):
        return None
    return answer.last_ended
