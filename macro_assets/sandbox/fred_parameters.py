"""The query of a FRED request: typed values, FRED's defaults, limits and complaints.

Belongs here: checks of what was asked. Does not belong here: answers.
Source: the public documentation of the FRED web service and the error texts it gives.
"""

import re
from dataclasses import dataclass
from datetime import date

from macro_assets.sandbox.archive import FOREVER
from macro_assets.sandbox.wire import parse_day

API_KEY = "0123456789abcdef0123456789abcdef"
"""A well-formed key; any other well-formed one is accepted too."""
EARLIEST = date(1776, 7, 4)
MAX_VINTAGES = 2000
_KEY_HELP = "Read https://fred.stlouisfed.org/docs/api/api_key.html for more information."


class FredError(Exception):
    """An error FRED answers with: status and the text after the status name."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Parameters:
    """Typed access to the query of one request, with FRED's complaints about bad values."""

    query: dict[str, str]
    today: date

    @property
    def as_json(self) -> bool:
        return self.query.get("file_type") == "json"

    def text(self, name: str) -> str:
        if not self.query.get(name):
            raise FredError(f"Variable {name} is not set.")
        return self.query[name]

    def day(self, name: str, default: date) -> date:
        if name not in self.query:
            return default
        try:
            return parse_day(self.query[name])
        except ValueError as error:
            raise FredError(f"Variable {name} is not a YYYY-MM-DD formatted date (e.g. 2000-02-24).") from error

    def number(self, name: str, default: int, low: int, high: int | None = None) -> int:
        text = self.query.get(name, str(default))
        if not re.fullmatch(r"\d+", text) or int(text) < low or (high is not None and int(text) > high):
            span = f"between {low} and {high}" if high is not None else f"of {low} or more"
            raise FredError(f"Variable {name} is not an integer {span}.")
        return int(text)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        value = self.query.get(name, default)
        if value not in allowed:
            raise FredError(f"Variable {name} is not one of the values: {', '.join(allowed)}.")
        return value

    def realtime(self, start: date, end: date, *, future_end: bool = False) -> tuple[date, date]:
        """The real-time period asked for, both days included."""
        start, end = self.day("realtime_start", start), self.day("realtime_end", end)
        late = [("realtime_start", start)] + ([] if future_end or end == FOREVER else [("realtime_end", end)])
        for name, day in late:
            if day > self.today:
                raise FredError(f"Variable {name} can not be after today's date ({self.today}).")
        if start < EARLIEST:
            raise FredError(f"Variable realtime_start can not be before {EARLIEST}.")
        if start > end:
            raise FredError("The date set by variable realtime_start can not be after the date set by realtime_end.")
        return start, end


def check_key(key: str | None) -> None:
    """Refuse a missing or malformed key with FRED's own words."""
    if not key:
        raise FredError(f"Variable api_key is not set.  {_KEY_HELP}")
    if not re.fullmatch(r"[a-z0-9]{32}", key):
        raise FredError(
            f"The value for variable api_key is not a 32 character alpha-numeric lower-case string.  {_KEY_HELP}"
        )


def check_vintages(count: int, start: date, end: date) -> None:
    """Refuse more vintage dates than one answer may hold."""
    if count > MAX_VINTAGES:
        raise FredError(
            f"There are {count} vintage dates in the specified real-time period: {start} to {end}.  This exceeds the "
            f"maximum number of vintage dates allowed for this file type ({MAX_VINTAGES})."
        )


def vintage_list(parameters: Parameters) -> list[date]:
    """Days of the `vintage_dates` parameter, ascending; empty when it is not given."""
    names = [text for text in parameters.query.get("vintage_dates", "").split(",") if text]
    days = sorted(
        Parameters({"vintage_dates": text}, parameters.today).day("vintage_dates", EARLIEST) for text in names
    )
    if days and days[-1] > parameters.today:
        raise FredError(f"Variable vintage_dates can not be after today's date ({parameters.today}).")
    if days:
        check_vintages(len(days), days[0], days[-1])
    return days
