"""The sandbox's calendar: one day that only moves forward.

Belongs here: the day and its rule. Does not belong here: what becomes visible on it.
"""

import os
from datetime import date
from pathlib import Path
from threading import Lock


class Clock:
    """The simulated `today`. Nothing that became known later is ever served.

    Parameters
    ----------
    today : first day.
    last : the last day of the data; none = no end.
    file : where the day is kept. A clock goes on from the day it finds there, whatever `today` is.
    """

    def __init__(self, today: date, last: date | None = None, file: Path | None = None) -> None:
        self.last, self.file = last, file
        self._today = date.fromisoformat(file.read_text().strip()) if file and file.exists() else today
        self._lock = Lock()
        self._keep(self._today)

    @property
    def today(self) -> date:
        return self._today

    def advance_to(self, day: date) -> date:
        """Move to `day` and return it.

        Raises
        ------
        ValueError : `day` lies before today (start another sandbox to go back), or after the last day of the data.
        """
        with self._lock:
            if day < self._today:
                raise ValueError(
                    f"Today is {self._today} and cannot go back to {day}. Start a new sandbox for that day."
                )
            if self.last is not None and day > self.last:
                raise ValueError(f"The data end on {self.last}, so {day} is out of reach. Choose a day up to then.")
            self._keep(day)
            self._today = day
            return day

    def _keep(self, day: date) -> None:
        """Write the day before anybody hears of it: started again, no clock is behind what was seen."""
        if self.file is not None:
            draft = self.file.with_name(f"{self.file.name}.new")
            draft.write_text(f"{day}\n")
            os.replace(draft, self.file)
