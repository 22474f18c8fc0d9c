"""What the catalogue can say: one frozen model per kind of entry.

Belongs here: fields, units and the rule that says when an observation was published. Does not belong here: all entries
together and look-ups in them (catalog.py), reading files (loader.py), facts themselves (the YAML files).
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from macro_assets.catalog.makers import Maker
from macro_assets.catalog.periods import Frequency, period_end

__all__ = [
    "Asset",
    "Indicator",
    "Outcome",
    "Release",
    "Series",
    "Shock",
    "Splice",
    "TurningPoint",
]

Tier = Literal["T1", "T2", "T3", "T4"]
OutcomeUnit = Literal["decimal", "points", "basis points"]


class Entry(BaseModel):
    """Base of all entries: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Release(Entry):
    """A publication of several series, by FRED's number."""

    id: int
    name: str
    publisher: str
    licence: str
    days: Literal["recorded", "rule"] = Field(
        default="rule", description="recorded: the provider's release dates are the days of publication"
    )


class Series(Entry):
    """A macro series of FRED."""

    id: str = Field(pattern=r"^[A-Z0-9_]+$")
    title: str
    unit: str
    frequency: Frequency
    aggregation: Literal["last", "mean"] = Field(description="how it enters a lower frequency")
    transform: Literal["level", "diff", "log_diff"] = Field(description="the stationary form")
    release_id: int | None = Field(default=None, description="FRED's release; none = only the daily schedule loads it")
    publication_lag_days: int = Field(ge=0, description="days from the end of the period to publication")
    lower: float = Field(default=-math.inf, description="smallest plausible value, in `unit`")
    upper: float = Field(default=math.inf, description="largest plausible value, in `unit`")
    revised: bool = Field(default=True, description="false for market quantities, fixed once published")
    start: dt.date = Field(description="first observation")
    groups: tuple[str, ...] = ()
    licence: str = ""
    source_url: str = ""

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> Series:
        if not self.lower < self.upper:
            raise ValueError(f"lower {self.lower} must be below upper {self.upper}")
        return self

    def period_end(self, observation_date: dt.date) -> dt.date:
        """Last day of the period an observation describes."""
        return period_end(observation_date, self.frequency)

    def known_by_rule(self, observation_date: dt.date) -> dt.date:
        """Day on which an observation is published by rule: end of its period plus the publication lag."""
        return self.period_end(observation_date) + dt.timedelta(days=self.publication_lag_days)


class Splice(Entry):
    """A quantity read from a daily series where that exists, and from monthly averages before.

    The monthly value is `monthly` minus `minus` (when given).
    """

    name: str
    title: str
    daily: str
    monthly: str
    minus: str | None = None


class Asset(Entry):
    """A ticker of Yahoo."""

    symbol: str
    name: str
    title: str
    kind: Literal["price", "level"] = Field(description="price: has returns; level: has changes")
    outcome: str | None = Field(default=None, description="name of the monthly outcome made from it")
    unit: OutcomeUnit = Field(description="of the outcome")
    cost_bp: float = Field(ge=0, description="assumed round trip cost, basis points of the amount traded")
    cost_in_unit: float = Field(ge=0, description="the same cost in the unit of the outcome")
    start: dt.date
    currency: str = Field(default="USD", description="in which Yahoo quotes it, e.g. USD, EUR, GBp")
    groups: tuple[str, ...] = ()
    licence: str = ""

    @property
    def source_url(self) -> str:
        """Page of the ticker."""
        return f"https://finance.yahoo.com/quote/{self.symbol.replace('^', '%5E')}"


class Outcome(Entry):
    """A monthly outcome: the return of a price or the change of a level, from month end to month end."""

    name: str
    title: str
    source: Literal["asset", "series"]
    id: str = Field(description="symbol of the asset, or id of the series")
    kind: Literal["return", "change"]
    unit: OutcomeUnit
    frequency: Frequency = Field(default="D", description="of the source; a monthly value is that of its month end")
    scale: float = Field(
        default=1.0, description="factor from the source's unit to `unit` (percent to basis points: 100)"
    )
    cost_bp: float = Field(ge=0)
    cost_in_unit: float = Field(ge=0)


class Indicator(Entry):
    """A yearly indicator of the World Bank, known from 1 July of the next year by rule."""

    id: str
    title: str
    unit: str
    lower: float
    upper: float
    licence: str = "CC BY 4.0 (World Bank, World Development Indicators)"
    groups: tuple[str, ...] = ()

    def known_by_rule(self, year: int) -> dt.date:
        """Day from which the value of a year counts as known."""
        return dt.date(year + 1, 7, 1)

    def series_id(self, economy: str) -> str:
        """Id of one economy's series in the table of observations."""
        return f"{self.id}.{economy}"


class Shock(Entry):
    """A shock: what moved, in which unit, and how far it may be believed."""

    name: str
    title: str
    definition: str
    unit: str
    largest: float = Field(default=math.inf, gt=0, description="largest plausible size, in `unit`; none = not checked")
    tier: Tier = Field(description="T1 surprise, T2 external shock, T3 statistical innovation, T4 raw change")
    stated_by: Literal["catalogue", "user"] = Field(default="catalogue", description="who states the tier")
    sign: str = Field(description="what a positive value means")
    inputs: tuple[str, ...] = Field(description="ids, or `file:column` of a published surprise")
    maker: Maker = Field(description="the recipe (makers.py), e.g. {name: innovation, series: PAYEMS, lags: 3, ...}")
    citation: str

    @property
    def published_inputs(self) -> tuple[tuple[str, str], ...]:
        """(file, column) of the published surprises among the inputs, in order of preference."""
        pairs = (name.partition(":") for name in self.inputs)
        return tuple((file, column) for file, _, column in pairs if column)

    @model_validator(mode="after")
    def _published_where_needed(self) -> Shock:
        if self.maker.name in ("event_sum", "monthly_series", "orthogonal_surprise") and not self.published_inputs:
            raise ValueError(f"maker {self.maker.name!r} needs an input `file:column` of a published surprise")
        return self


class TurningPoint(Entry):
    """A peak or trough of the business cycle as dated by the NBER."""

    kind: Literal["peak", "trough"]
    month: dt.date
    announced: dt.date
    assumed: bool = Field(default=False, description="true before 1980: no announcement day was recorded")

    @model_validator(mode="after")
    def _announced_after(self) -> TurningPoint:
        if self.month.day != 1 or self.announced <= self.month:
            raise ValueError(f"month {self.month} must be a first day and lie before announced {self.announced}")
        return self
