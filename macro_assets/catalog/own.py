"""A user's own files: a series or a shock in a CSV or Parquet file, declared in a YAML file beside it.

Belongs here: the declaration, what it becomes in the catalogue, reading a folder of them. Does not belong here: reading
the data (sources/own_data), the embedded entries (loader.py).

A declaration that is not valid leaves its own entry out and is reported by name when the files are loaded: one bad file
stops no other, and nothing that rests on the rest of the catalogue.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError, model_validator

from macro_assets.catalog.makers import StatedSeries
from macro_assets.catalog.models import Entry, Outcome, OutcomeUnit, Series, Shock, Tier
from macro_assets.catalog.periods import Frequency

__all__ = ["OwnColumns", "OwnFile", "OwnFiles", "OwnOutcome", "OwnShock", "read_own", "stamps_of"]

BEGINNING = dt.date(1900, 1, 1)


class OwnColumns(Entry):
    """Names of the columns of a file."""

    date: str = "date"
    value: str = "value"
    realtime_start: str = Field(default="realtime_start", description="read where the file has it")


class OwnShock(Entry):
    """How the file is used as a shock. The tier is the user's statement, and is shown as such."""

    name: str = Field(default="", description="of the shock; default the id in small letters")
    tier: Tier
    sign: str = Field(description="what a positive value means")
    definition: str = ""
    citation: str = "none stated"
    largest: float = Field(default=math.inf, gt=0, description="largest plausible size, in `unit`")
    dated: Literal["event", "known"] = "event"
    between: Literal["missing", "zero"] = "missing"


class OwnOutcome(Entry):
    """How the file is used as a monthly outcome."""

    name: str = Field(default="", description="of the outcome; default the id in small letters with `_outcome`")
    kind: Literal["return", "change"]
    unit: OutcomeUnit
    scale: float = 1.0
    cost_bp: float = Field(default=0.0, ge=0)
    cost_in_unit: float = Field(default=0.0, ge=0)


class OwnFile(Entry):
    """Declaration of one series in one file.

    The id names a series like any other: it enters silver and the cubes. `shock`, `outcome` and `feature` say what else
    it is.
    """

    id: str = Field(pattern=r"^[A-Z0-9_]+$")
    title: str
    unit: str
    frequency: Frequency
    publication_lag_days: int = Field(ge=0, description="days from the end of the period to publication")
    file: str = Field(default="", description="data file in the same folder; default the name of the declaration")
    columns: OwnColumns = OwnColumns()
    aggregation: Literal["last", "mean"] = "last"
    transform: Literal["level", "diff", "log_diff"] = "level"
    lower: float = -math.inf
    upper: float = math.inf
    shock: OwnShock | None = None
    outcome: OwnOutcome | None = None
    feature: bool = Field(default=False, description="whether features/causal_features has a column of it")
    declared_in: Path = Field(repr=False, description="the YAML file; filled in when it is read")

    @model_validator(mode="after")
    def _outcomes_are_monthly(self) -> OwnFile:
        if self.outcome is not None and self.frequency in ("Q", "A"):
            raise ValueError(f"an outcome needs frequency D, W or M, not {self.frequency}")
        return self

    @property
    def start(self) -> dt.date:
        """First day that may be asked for."""
        return BEGINNING

    def data_file(self) -> Path:
        """The data file: the one named, else the CSV or Parquet file of the declaration's name."""
        if self.file:
            return self.declared_in.parent / self.file
        parquet = self.declared_in.with_suffix(".parquet")
        return parquet if parquet.exists() else self.declared_in.with_suffix(".csv")

    def as_series(self) -> Series:
        """The series of the catalogue."""
        return Series(
            id=self.id, title=self.title, unit=self.unit, frequency=self.frequency, aggregation=self.aggregation,
            transform=self.transform, publication_lag_days=self.publication_lag_days, lower=self.lower, upper=self.upper,
            start=self.start, groups=("own",), licence="your own file",
        )  # fmt: skip

    def as_shock(self) -> Shock | None:
        """The shock, if it is one."""
        if self.shock is None:
            return None
        one = self.shock
        return Shock(
            name=one.name or self.id.lower(), title=self.title, definition=one.definition or f"{self.title}, as stated.",
            unit=self.unit, largest=one.largest, tier=one.tier, stated_by="user", sign=one.sign, inputs=(self.id,),
            maker=StatedSeries(name="stated_series", series=self.id, dated=one.dated, between=one.between),
            citation=one.citation,
        )  # fmt: skip

    def as_outcome(self) -> Outcome | None:
        """The outcome, if it is one."""
        if self.outcome is None:
            return None
        one = self.outcome
        return Outcome(
            name=one.name or f"{self.id.lower()}_outcome", title=self.title, source="series", id=self.id, kind=one.kind,
            unit=one.unit, frequency=self.frequency, scale=one.scale, cost_bp=one.cost_bp, cost_in_unit=one.cost_in_unit,
        )  # fmt: skip


@dataclass
class OwnFiles:
    """What a folder declares.

    Parameters
    ----------
    files : declarations by id. faults : what is wrong, in words, by the name of the declaration.
    """

    files: dict[str, OwnFile] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def stamps_of(folder: Path | None) -> tuple[tuple[str, int], ...]:
    """Name and time of change of every declaration of a folder."""
    return () if folder is None else tuple((path.name, path.stat().st_mtime_ns) for path in _declarations(folder))


def read_own(folder: Path | None, taken: Collection[str]) -> OwnFiles:
    """The declarations of a folder.

    Parameters
    ----------
    folder : None = there are none.
    taken : ids and names that the rest of the catalogue holds.
    """
    found = OwnFiles()
    if folder is None:
        return found
    if not folder.is_dir():
        found.faults[str(folder)] = f"Folder {folder} of own data does not exist. Correct MACRO_OWN_DATA, or create it."
        return found
    used = dict.fromkeys(taken, "the catalogue")
    for path in _declarations(folder):
        try:
            one = _read(path)
            names = _names(one)
        except (ValueError, OSError, yaml.YAMLError) as error:
            found.faults[path.name] = (
                f"Declaration {path} is not valid: {_problems(error)}. Correct it; docs/own_data.md."
            )
            continue
        clash = next((name for name in names if name in used), None)
        if clash is not None:
            found.faults[path.name] = f"Duplicate id {clash!r}: {path} and {used[clash]} have it. Rename one of them."
            continue
        used |= dict.fromkeys(names, path.name)
        found.files[one.id] = one
    return found


def _declarations(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in (".yaml", ".yml") and path.is_file())


def _read(path: Path) -> OwnFile:
    content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError("it must be a mapping of fields")
    return OwnFile.model_validate(content | {"declared_in": path})


def _names(one: OwnFile) -> list[str]:
    """Every id that a declaration adds to the catalogue."""
    further = [entry.name for entry in (one.as_shock(), one.as_outcome()) if entry is not None]
    if len({one.id, *further}) <= len(further):
        raise ValueError(f"the names {', '.join([one.id, *further])} must differ")
    one.as_series()
    return [one.id, *further]


def _problems(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"field {'.'.join(map(str, p['loc'])) or '(entry)'}: {p['msg']}" for p in error.errors())
    return " ".join(str(error).split())
