"""All entries together, and the one place that says what an id is.

Belongs here: look-ups by id, release and likeness. Does not belong here: fields of single entries (models.py), reading
files (loader.py).
"""

from __future__ import annotations

import datetime as dt
import difflib
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from macro_assets.catalog.events import Event, Family
from macro_assets.catalog.models import (
    Asset,
    Entry,
    Indicator,
    Outcome,
    Release,
    Series,
    Shock,
    Splice,
    TurningPoint,
)
from macro_assets.catalog.own import OwnFile
from macro_assets.catalog.periods import Frequency
from macro_assets.errors import UnknownSeriesError

__all__ = ["MEAN_SUFFIX", "Catalog", "Identified", "Kind"]

MEAN_SUFFIX = ".mean"
Kind = Literal["series", "asset", "indicator", "shock", "outcome"]


@dataclass(frozen=True)
class Identified:
    """What an id stands for.

    Parameters
    ----------
    id : as written, e.g. `CPIAUCSL`, `^GSPC`, `BTC-USD`, `^GSPC.mean`, `FP.CPI.TOTL.ZG.DEU`, `fed_surprise`, `sp500`.
    kind : which section of the catalogue holds it.
    entry : the entry itself.
    title, unit : in words; the unit of the values under this id.
    frequency : of its observations.
    aggregation : how it enters a lower frequency; a symbol with the suffix `.mean` is the average of its closes.
    economy : ISO 3166 alpha-3 code, of an indicator; empty for everything else.
    """

    id: str
    kind: Kind
    entry: Series | Asset | Indicator | Shock | Outcome
    title: str
    unit: str
    frequency: Frequency
    aggregation: Literal["last", "mean"] = "last"
    economy: str = ""

    @property
    def is_observed(self) -> bool:
        """Whether a provider publishes it: a series, an asset or an indicator."""
        return isinstance(self.entry, Series | Asset | Indicator)

    def known_by_rule(self, observation_date: dt.date) -> dt.date | None:
        """Day on which an observation is published by rule; None for shocks and outcomes, which have no such rule."""
        if isinstance(self.entry, Series):
            return self.entry.known_by_rule(observation_date)
        if isinstance(self.entry, Indicator):
            return self.entry.known_by_rule(observation_date.year)
        return observation_date if isinstance(self.entry, Asset) else None


class Catalog(Entry):
    """Everything that exists, typed."""

    series: dict[str, Series]
    assets: dict[str, Asset]
    outcomes: dict[str, Outcome]
    indicators: dict[str, Indicator]
    economies: tuple[str, ...]
    releases: dict[int, Release]
    shocks: dict[str, Shock]
    events: dict[str, Event]
    families: dict[str, Family]
    splices: dict[str, Splice]
    turning_points: tuple[TurningPoint, ...]
    own: dict[str, OwnFile] = Field(default_factory=dict)
    own_faults: dict[str, str] = Field(default_factory=dict)

    @property
    def published_series(self) -> dict[str, Series]:
        """Series that a statistical agency publishes: all but those of a user's own files."""
        return {name: one for name, one in self.series.items() if name not in self.own} if self.own else self.series

    def observed(self, name: str) -> Identified | None:
        """The series, asset or indicator of an economy that an id stands for; None when there is none."""
        if name in self.series:
            one = self.series[name]
            return Identified(name, "series", one, one.title, one.unit, one.frequency, one.aggregation)
        symbol = name.removesuffix(MEAN_SUFFIX)
        if symbol in self.assets:
            asset = self.assets[symbol]
            unit = "quote currency" if asset.kind == "price" else asset.unit
            return Identified(name, "asset", asset, asset.title, unit, "D", "last" if symbol == name else "mean")
        code, _, economy = name.rpartition(".")
        if code in self.indicators and economy in self.economies:
            found = self.indicators[code]
            return Identified(name, "indicator", found, f"{found.title}, {economy}", found.unit, "A", economy=economy)
        return None

    def find(self, name: str) -> Identified | None:
        """What an id stands for; None when the catalogue does not hold it."""
        observed = self.observed(name)
        if observed is not None:
            return observed
        if name in self.shocks:
            shock = self.shocks[name]
            return Identified(name, "shock", shock, shock.title, shock.unit, "M")
        if name in self.outcomes:
            outcome = self.outcomes[name]
            return Identified(name, "outcome", outcome, outcome.title, outcome.unit, "M")
        return None

    def resolve(self, name: str) -> Identified:
        """What an id stands for: a series, an asset, an indicator of an economy, a shock or an outcome.

        Raises
        ------
        UnknownSeriesError : the catalogue does not hold it; names the nearest ids.
        """
        found = self.find(name)
        if found is None:
            raise self._unknown(name, f"The catalogue has no series, asset, indicator, shock or outcome {name!r}.")
        return found

    def require(self, series_id: str) -> Series:
        """The series of an id.

        Raises
        ------
        UnknownSeriesError : the catalogue has none; names the nearest ids.
        """
        found = self.series.get(series_id)
        if found is None:
            raise self._unknown(series_id, f"The catalogue has no series {series_id!r}.")
        return found

    def of_release(self, release_id: int) -> list[Series]:
        """Series that a release publishes."""
        return [entry for entry in self.series.values() if entry.release_id == release_id]

    def suggest(self, name: str) -> list[str]:
        """Up to three ids that look like a mistyped one, best first; an asset is also found by its name (gold: GLD)."""
        ids = {asset.name.upper(): symbol for symbol, asset in self.assets.items()}
        ids |= {one.upper(): one for one in (*self.outcomes, *self.shocks, *self._indicator_ids(name))}
        ids |= {one.upper(): one for one in (*self.assets, *self.series)}
        near = difflib.get_close_matches(name.upper(), ids, n=6, cutoff=0.6)
        return list(dict.fromkeys(ids[one] for one in near))[:3]

    def _indicator_ids(self, name: str) -> list[str]:
        """Ids of indicators worth suggesting: of all economies where the code is right, else of the first one."""
        code = name.upper().rpartition(".")[0]
        of = self.economies if code in self.indicators else self.economies[:1]
        return [entry.series_id(economy) for entry in self.indicators.values() for economy in of]

    def _unknown(self, name: str, message: str) -> UnknownSeriesError:
        near = self.suggest(name)
        fred_could_have_it = name.isupper() and name.isalnum()
        add = f"Add it: macro-assets add-series {name}." if fred_could_have_it else "See catalog/*.yaml."
        return UnknownSeriesError(message, remedy=f"Did you mean {' or '.join(near)}?" if near else add)
