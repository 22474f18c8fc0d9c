"""The sandbox's calendar: one day that only moves forward.

Belongs here: the day and its rule. Does not belong here: what becomes visible on it.
"""

from datetime import date
from threading import Lock


class Clock:
    """The simulated `today`. Nothing that became known later is ever served.

    Parameters
    ----------
    today : first day.
    """

    def __init__(self, today: date) -> None:
        self._today = today
        self._lock = Lock()

    @property
    def today(self) -> date:
        return self._today

    def advance_to(self, day: date) -> date:
        """Move to `day` and return it.

        Raises
        ------
        ValueError : `day` lies before today; start another sandbox to go back.
        """
        with self._lock:
            if day < self._today:
                raise ValueError(
                    f"Today is {self._today} and cannot go back to {day}. Start a new sandbox for that day."
                )
            self._today = day
            return day
