"""How a shock is made: one typed recipe per kind, so that YAML alone adds a shock of a known kind.

Belongs here: names and parameters of the recipes. Does not belong here: making a shock (signals/shocks.py, which has a
function for each recipe).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Union, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

__all__ = [
    "MAKERS",
    "EventSum",
    "Gap",
    "Innovation",
    "Maker",
    "MonthlySeries",
    "OrthogonalSurprise",
    "RateChange",
    "SpreadChange",
    "StatedSeries",
]


class _Recipe(BaseModel):
    """Base of the recipes: immutable, and an unknown parameter is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Innovation(_Recipe):
    """Growth first published minus its real-time forecast from the series' own past (an autoregression)."""

    name: Literal["innovation"]
    series: str = Field(description="a monthly or quarterly series of the catalogue")
    lags: int = Field(ge=1, description="growth rates the forecast uses, in periods of the series")
    window: int = Field(ge=2, description="newest growth rates it is estimated on, in periods")
    minimum: int = Field(ge=2, description="growth rates without a gap below which there is no forecast, in periods")

    @model_validator(mode="after")
    def _enough(self) -> Innovation:
        if not 2 * self.lags + 1 < self.minimum <= self.window:
            raise ValueError(f"minimum {self.minimum} must be above 2 lags + 1 = {2 * self.lags + 1} and within window")
        return self


class Gap(_Recipe):
    """Newest level over the mean of its last `span` levels, minus one, in the view of the release day."""

    name: Literal["gap"]
    series: str = Field(description="a monthly or quarterly series of the catalogue")
    span: int = Field(ge=2, description="levels in the mean, in periods of the series")


class EventSum(_Recipe):
    """Sum over the month of the events of the first published file of the inputs that is there; zero without events."""

    name: Literal["event_sum"]


class MonthlySeries(_Recipe):
    """The first published monthly series of the inputs that is there, as it stands."""

    name: Literal["monthly_series"]


class OrthogonalSurprise(_Recipe):
    """What news known before the month did not foretell of an event sum, by a regression on earlier meetings only."""

    name: Literal["orthogonal_surprise"]


class RateChange(_Recipe):
    """Change of the monthly mean of a splice from the month before."""

    name: Literal["rate_change"]
    splice: str = Field(description="a splice of series.yaml")


class SpreadChange(_Recipe):
    """Change of the daily series of a splice from month end to month end."""

    name: Literal["spread_change"]
    splice: str = Field(description="a splice of series.yaml")


class StatedSeries(_Recipe):
    """Values of a series as first stated, summed by month."""

    name: Literal["stated_series"]
    series: str = Field(description="a series of the catalogue")
    dated: Literal["event", "known"] = Field(
        default="event", description="event: in the month of its period; known: in the month in which it became known"
    )
    between: Literal["missing", "zero"] = Field(
        default="missing", description="a month without a value between the first and the last one"
    )


_Recipes = Union[  # noqa: UP007
    Innovation, Gap, EventSum, MonthlySeries, OrthogonalSurprise, RateChange, SpreadChange, StatedSeries
]
MAKERS: tuple[str, ...] = tuple(get_args(kind.model_fields["name"].annotation)[0] for kind in get_args(_Recipes))


def _check_name(raw: Any) -> Any:
    """Refuse an unknown maker in the words of the catalogue instead of those of a tagged union."""
    name = raw.get("name") if isinstance(raw, dict) else getattr(raw, "name", raw)
    if name not in MAKERS:
        raise ValueError(f"Unknown maker {name!r}. Available: {', '.join(sorted(MAKERS))}")
    return raw


Maker = Annotated[Annotated[_Recipes, Field(discriminator="name")], BeforeValidator(_check_name)]
