"""Announcements, and families of published series of one shock: what the catalogue can say of them.

Belongs here: fields and rules within an entry. Does not belong here: surprises and prices around events (causal/events),
monthly shocks (models.py, makers.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["Event", "Family", "Member", "PublishedEvents", "ReleaseEvents"]

PAIR = r"^[^:]+:[^:]+$"
Pair = Annotated[str, Field(pattern=PAIR)]


class _Part(BaseModel):
    """Base: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class PublishedEvents(_Part):
    """Surprises of a published file, dated by event day: the first file of the list that is there."""

    name: Literal["published"]
    files: tuple[Pair, ...] = Field(min_length=1, description="`file:column`, in order of preference")
    described_in: str | None = Field(default=None, description="file whose descriptions mark unscheduled events")


class ReleaseEvents(_Part):
    """Forecast errors of the shock's series, on the days on which its release was published."""

    name: Literal["release"]
    release: int = Field(description="FRED's number of a release whose days are recorded")


class Event(_Part):
    """Announcements of one kind."""

    name: str
    title: str
    shock: str = Field(description="shock of shocks.yaml whose tier and sign its events have")
    source: Annotated[PublishedEvents | ReleaseEvents, Field(discriminator="name")]
    unit: str = Field(description="of the surprise")
    per: float | None = Field(
        default=None, gt=0, description="size an effect is stated for; none = one sd of the events"
    )
    per_unit: str = Field(default="", description="that size in words")

    @model_validator(mode="after")
    def _size_in_words(self) -> Event:
        if (self.per is None) == bool(self.per_unit):
            raise ValueError("per and per_unit go together: state both, or neither for one standard deviation")
        return self


class Member(_Part):
    """One published series of a family.

    sign turns it into the family's convention; `part` separates what a paper splits into policy and information.
    """

    input: Pair
    title: str
    days: bool = Field(default=False, description="dated by event day: summed over the month")
    sign: Literal[1, -1] = 1
    built_from: tuple[str, ...] = Field(default=(), description="outcomes whose reaction is inside it")
    part: Literal["policy", "information"] = "policy"


class Family(_Part):
    """Published series that measure one shock, compared through the variable that all of them move."""

    name: str
    title: str
    shock: str = Field(description="shock of shocks.yaml they measure")
    moves: str = Field(
        description="daily series of the catalogue, or published series `file:column`, that is instrumented"
    )
    size: float = Field(gt=0, description="move an effect is stated for: units of a rate or series, percent of a price")
    size_unit: str
    members: tuple[Member, ...] = Field(min_length=2)
