"""One cell: a provider, a phase of loading, a fault, once or for ever; and its outcome.

Belongs here: loading through the production path into a lake of its own, and judging what is stored. Does not belong
here: the list of faults (macro_assets/sandbox/faults.py), printing (report.py).
"""

import contextlib
import datetime as dt
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pyarrow as pa

from macro_assets.catalog import load_catalog
from macro_assets.defs.bronze.loading import gather
from macro_assets.errors import MacroAssetsError, TransientSourceError
from macro_assets.lake import Lake
from macro_assets.sandbox import SandboxServer
from macro_assets.sandbox.faults import KINDS
from macro_assets.settings import Settings
from macro_assets.sources.provider import EVERYTHING, Provider, Query
from macro_assets.sources.providers import PROVIDERS
from macro_assets.sources.wire.deadline import within
from macro_assets.sources.wire.retry import Clock
from macro_assets_tests.sandbox.small_archive import LAST, small_archive
from macro_assets_tests.sources.conftest import plain_settings

QUICK = Clock(sleep=lambda _: None)
KEY = "5ecre7000000000000000000000000ab"
HUNG_AFTER_SECONDS = 60.0
FIRST_DAY = dt.date(1900, 1, 1)
SUBJECTS = {
    "fred": ("PAYEMS", "/fred/series/observations"),
    "yahoo": ("SPY", "*/chart/SPY"),
    "world_bank": ("NY.GDP.MKTP.KD.ZG", "/v2/en/sources/2/series/*"),
    "policy_surprises": (EVERYTHING, "/surprises/m*.csv"),
}
"""What is loaded of each provider, and the requests that carry it."""

PHASES = {
    "history": (None, (FIRST_DAY, LAST)),
    "daily": (dt.date(2012, 5, 31), (dt.date(2012, 6, 1), dt.date(2012, 7, 6))),
    "weekly compare": (LAST, (LAST - dt.timedelta(days=400), LAST)),
}
"""Last day that is stored before, and the window that is loaded under the fault."""

FAULTS: dict[str, dict[str, Any]] = {
    **{kind: {"kind": kind} for kind in KINDS if kind != "body"},
    "429": {"kind": "429", "seconds": 0.01},
    "429 for years": {"kind": "429", "seconds": 1e9},
    "timeout": {"kind": "timeout", "seconds": 5.0},
    "drip": {"kind": "drip", "seconds": 0.05},
}
BAD = ("STORED IN SILENCE", "UNTYPED", "HUNG", "LOST", "LEAKED")
FIRST_LOAD_UNSEEN = "unseen on a first load"
UNSEEN = {("policy_surprises", "history", kind) for kind in ("cut", "half")}
"""A file cut between two lines, of which nothing is stored yet, is a file like any other; the next load completes it."""


@dataclass(frozen=True)
class Cell:
    """One trial and what became of it."""

    provider: str
    phase: str
    fault: str
    times: int | None
    outcome: str
    seconds: float

    @property
    def is_bad(self) -> bool:
        """Whether something was lost, hung, untyped, leaked or stored in silence."""
        return self.outcome.split(":")[0] in BAD


class Bench:
    """Adapters of one provider at a sandbox, with lakes as they stand before each phase.

    Parameters
    ----------
    provider : its name.
    folder : for the lakes.
    """

    def __init__(self, provider: str, folder: Path) -> None:
        self.provider: Provider[Any] = next(one for one in PROVIDERS if one.name == provider)
        self.folder, self.catalog = folder, load_catalog(None)
        self.id, self.path = SUBJECTS[provider]
        self.sandbox = SandboxServer(small_archive(), today=LAST).start()
        self._before: dict[str, tuple[Path | None, pa.Table | None, pa.Table]] = {}

    def close(self) -> None:
        """Stop the sandbox."""
        self.sandbox.close()

    def settings(self, *, patient: bool) -> Settings:
        """Settings of a user of the sandbox; impatient ones for a load under a fault, which is tried again once."""
        urls: dict[str, Any] = {name.removeprefix("MACRO_").lower(): value for name, value in self.sandbox.urls.items()}
        limits = {"http_largest_mb": 8.0}
        if not patient:
            limits |= {"http_retries": 1, "http_timeout_seconds": 1.2, "http_request_seconds": 2.0}
        rates = {f"{name}_requests_per_minute": 60_000 for name in ("fred", "yahoo", "world_bank")}
        return plain_settings(**(urls | {"fred_api_key": KEY, "today": LAST} | limits | rates))

    def load(self, lake: Lake, window: tuple[dt.date, dt.date], *, patient: bool = True) -> None:
        """What a run of the provider's asset does, for one id."""
        module, table = import_module(f"macro_assets.sources.{self.provider.name}.source"), self.provider.table
        source = getattr(module, self.provider.adapter)(self.settings(patient=patient), clock=QUICK)
        source_of = (
            self.provider.window if window[0] > FIRST_DAY or not self.provider.history else self.provider.history
        )
        fetch = source_of or self.provider.history
        assert fetch is not None
        where = {table.key[0]: self.id} if self.provider.entries else None

        def stored() -> pa.Table:
            return lake.read(table.name, where=where, missing_ok=True)

        query = Query(self.id, window[0], window[1], self.catalog, stored)
        tally = gather(
            [self.id], lambda _: fetch(source, query), lake, table,
            log=logging.getLogger("faults"), clock=lambda: dt.datetime.now(dt.UTC), windows={self.id: window},
            whole=window[0] == FIRST_DAY, states_all=self.provider.states_all,
        )  # fmt: skip
        tally.raise_failures()

    def before(self, phase: str) -> tuple[Path | None, pa.Table | None, pa.Table]:
        """Lake and rows before a phase, and the rows of the undisturbed phase."""
        if phase not in self._before:
            stored_until, window = PHASES[phase]
            root = self.folder / phase.replace(" ", "-")
            if stored_until:
                self.load(Lake(root / "before"), (FIRST_DAY, stored_until))
            start = root / "before" if stored_until else None
            lake = _copy(start, root / "expected")
            self.load(lake, window)
            rows = self._rows(Lake(start)) if start else None
            self._before[phase] = (start, rows, self._rows(lake))
        return self._before[phase]

    def _rows(self, lake: Lake) -> pa.Table:
        """What counts, without the moment at which it was loaded."""
        table = lake.read(self.provider.table.name, missing_ok=True)
        names = [name for name in table.schema.names if name != "loaded_at"]
        order = [(name, "ascending") for name in self.provider.table.key if name in names]
        return table.select(names).sort_by(order).combine_chunks()

    def try_cell(self, phase: str, fault: str, times: int | None) -> Cell:
        """Load a phase under a fault, then once more without it."""
        start, stored, expected = self.before(phase)
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder, _records() as log:
            lake = _copy(start, Path(folder) / "lake")
            self.sandbox.faults.inject(**FAULTS[fault], times=times, path=self.path)
            outcome, text = self._under_fault(lake, PHASES[phase][1], stored, expected)
            self.sandbox.faults.clear()
            if outcome == BAD[0] and (self.provider.name, phase, fault) in UNSEEN:
                outcome = FIRST_LOAD_UNSEEN
            if outcome.split(":")[0] not in BAD:
                self.load(lake, PHASES[phase][1])
                outcome = outcome if self._rows(lake).equals(expected) else "LOST"
            shown = text + "\n".join(log)
        if any(KEY[at : at + 8] in shown for at in range(0, len(KEY) - 8) if "0000000" not in KEY[at : at + 8]):
            outcome = "LEAKED"
        return Cell(self.provider.name, phase, fault, times, outcome, time.monotonic() - began)

    def _under_fault(
        self, lake: Lake, window: tuple[dt.date, dt.date], stored: pa.Table | None, expected: pa.Table
    ) -> tuple[str, str]:
        late = TransientSourceError("hung")
        try:
            within(HUNG_AFTER_SECONDS, lambda: self.load(lake, window, patient=False), late)
        except MacroAssetsError as error:
            if error is late:
                return "HUNG", ""
            unchanged = self._rows(lake).equals(stored) if stored is not None else not self._rows(lake).num_rows
            return (f"refused: {type(error).__name__}" if unchanged else BAD[0]), f"{error!s} {error!r}"
        except Exception as error:  # noqa: BLE001 - what is not typed is an outcome
            return f"UNTYPED: {type(error).__name__}", f"{error!s} {error!r}"
        return ("healed" if self._rows(lake).equals(expected) else BAD[0]), ""


def _copy(start: Path | None, place: Path) -> Lake:
    if start:
        shutil.copytree(start, place, dirs_exist_ok=True)
    return Lake(place)


@contextlib.contextmanager
def _records() -> Iterator[list[str]]:
    """Messages of all loggers while something runs."""
    texts: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: texts.append(record.getMessage() + (record.exc_text or ""))  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield texts
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def cells_of(provider: str, phase: str) -> list[Cell]:
    """All faults of one provider in one phase, once and for ever."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(Bench(provider, Path(folder))) as bench:
        return [bench.try_cell(phase, fault, times) for fault in FAULTS for times in (1, None)]
