"""The sandbox's calendar: one day, and one hour of it, that only move forward.

Belongs here: the day and its rule. Does not belong here: what becomes visible on it.
"""

import os
from datetime import date, time
from pathlib import Path
from threading import Lock

NOON = time(12)


class Clock:
    """The simulated `today`. Nothing that became known later is ever served.

    What is served depends on the day alone; the hour, in New York, is for those who act at certain hours.

    Parameters
    ----------
    today : first day.
    last : the last day of the data; none = no end.
    file : where the day is kept. A clock goes on from the day and hour it finds there, whatever `today` is.
    """

    def __init__(self, today: date, last: date | None = None, file: Path | None = None) -> None:
        self.last, self.file = last, file
        day, *hour = file.read_text().split() if file and file.exists() else [today.isoformat()]
        self._today, self._hour = date.fromisoformat(day), time.fromisoformat(hour[0]) if hour else NOON
        self._lock = Lock()
        self._keep(self._today, self._hour)

    @property
    def today(self) -> date:
        return self._today

    @property
    def hour(self) -> time:
        """Of the day, in New York."""
        return self._hour

    def advance_to(self, day: date, hour: time | None = None) -> date:
        """Move to `day` and return it; to an hour of it, or noon unless it is later already.

        Raises
        ------
        ValueError : it lies before now (start another sandbox to go back), or after the last day of the data.
        """
        with self._lock:
            at = hour or (max(NOON, self._hour) if day == self._today else NOON)
            if (day, at) < (self._today, self._hour):
                there = f"{day} {at}" if day == self._today else day
                raise ValueError(
                    f"Today is {self._today} and cannot go back to {there}. Start a new sandbox for that day."
                )
            if self.last is not None and day > self.last:
                raise ValueError(f"The data end on {self.last}, so {day} is out of reach. Choose a day up to then.")
            self._keep(day, at)
            self._today, self._hour = day, at
            return day

    def _keep(self, day: date, hour: time) -> None:
        """Write the day before anybody hears of it: started again, no clock is behind what was seen."""
        if self.file is not None:
            draft = self.file.with_name(f"{self.file.name}.new")
            draft.write_text(f"{day}\n" if hour == NOON else f"{day} {hour}\n")
            os.replace(draft, self.file)
