"""What every bronze asset does with what its source brought: load it, account for it, describe it.

Belongs here: the tally of rows, the check that none went missing, and the metadata all bronze assets share.
Does not belong here: fetching (sources) and storing (lake).
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa

from macro_assets.defs.bronze.answers import Fetched
from macro_assets.defs.metadata import column_schema, describe, listing, markdown
from macro_assets.defs.publishing import Result
from macro_assets.errors import (
    CredentialError,
    MacroAssetsError,
    OwnDataError,
    TransientSourceError,
    UnknownSeriesError,
)
from macro_assets.lake import LoadWindow
from macro_assets.plausibility.screen import Screened
from macro_assets.tables.quarantine import QUARANTINE
from macro_assets.tables.spec import TableSpec

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.defs.bronze.asking import Window
    from macro_assets.lake import Lake
    from macro_assets.sources import SourceBatch

Screen = Callable[[pa.Table], Screened]
ROWS_ACCOUNTED = "rows_accounted"
FAILURES_IN_A_ROW = 3


def no_screen(facts: pa.Table) -> Screened:
    """Everything may be loaded."""
    return Screened(facts, QUARANTINE.source_schema.empty_table())


def rows_accounted_spec(key: list[str]) -> dg.AssetCheckSpec:
    """The check that every bronze asset evaluates itself, on the account of its own run."""
    return dg.AssetCheckSpec(
        ROWS_ACCOUNTED,
        asset=dg.AssetKey(key),
        blocking=True,
        description="Rows of the raw answers = new + already stored + clipped + quarantined - derived, for every id and for the load: "
        "none was lost between the provider and the lake.",
    )


@dataclass
class Tally:
    """Rows of one materialisation by what became of them."""

    offered: int = 0
    clipped: int = 0
    derived: int = 0
    new: int = 0
    stored: int = 0
    quarantined: int = 0
    lacking: int = 0
    corrected: int = 0
    retracted: int = 0
    requests: int = 0
    unknown: list[str] = field(default_factory=list)
    failed: dict[str, MacroAssetsError] = field(default_factory=dict)
    answers: list[Fetched] = field(default_factory=list)
    first_received: datetime | None = None
    unaccounted: dict[str, int] = field(default_factory=dict)
    tables: list[pa.Table] = field(default_factory=list)

    def add(self, name: str, batch: "SourceBatch") -> None:
        """Count one fetch; rows it lost are kept by name, for two losses must not cancel.

        The first answer dates the batch, by the wall clock: what another process received while the others were fetched
        counts, in whatever order the two are committed.
        """
        self.first_received = self.first_received or datetime.now(UTC)
        self.offered += batch.offered
        self.clipped += batch.clipped
        self.derived += batch.derived
        self.requests += batch.requests
        self.tables.append(batch.table)
        if batch.unaccounted:
            self.unaccounted[name] = batch.unaccounted

    def raise_failures(self) -> None:
        """Raise the first failure, one that may pass before one that will not, and refuse a provider that knows nothing.

        Raises
        ------
        MacroAssetsError : as the source raised it. UnknownSeriesError : the provider knows none of the names.
        """
        failures = sorted(self.failed.values(), key=lambda error: not isinstance(error, TransientSourceError))
        if len(failures) > 1 and isinstance(failures[0], OwnDataError):
            raise OwnDataError(f"{len(failures)} files cannot be loaded. " + " ".join(map(str, failures)))
        if failures:
            raise failures[0]
        if self.unknown and len(self.unknown) == len(self.answers):
            raise UnknownSeriesError(
                f"The provider knows none of {listing(self.unknown)}.",
                remedy="Check the URL of the provider in the settings.",
            )

    @property
    def in_words(self) -> str:
        """What was offered and what became of it, in one sentence."""
        kept = self.new + self.stored + self.clipped + self.quarantined
        lost = f"; by id: {listing([f'{name}: {rows}' for name, rows in self.unaccounted.items()])}"
        return f"{self.offered + self.derived} rows were offered and {kept} are accounted for" + (
            f"{lost}." if self.unaccounted else "."
        )

    @property
    def accounted(self) -> bool:
        """Whether no row was lost, neither between an answer and its facts nor between the facts and the lake."""
        return (
            not self.unaccounted
            and self.offered + self.derived == self.new + self.stored + self.clipped + self.quarantined
        )


def gather(
    names: Iterable[str],
    fetch: Callable[[str], "SourceBatch"],
    lake: "Lake",
    table: TableSpec,
    *,
    log: logging.Logger,
    clock: Callable[[], datetime],
    windows: Mapping[str, "Window"],
    whole: bool = False,
    states_all: bool = False,
    progress: str = "",
    alone: bool = False,
    screen: Screen = no_screen,
) -> Tally:
    """Fetch each name and load all of it in one commit.

    A name the provider does not know is reported and skipped. Any other failure leaves its name out and is kept in the
    tally: what the other names brought is loaded, and the caller raises it. After three failures in a row, or a refused
    key, no further name is asked.

    Parameters
    ----------
    windows : first and last vintage day of each name. whole : the answers reach back to the beginning instead.
    states_all : the answers state every fact of their windows (see `LoadWindow`).
    alone : a failure says nothing of the next name, so all are tried.
    screen : sets implausible facts aside and returns what may be loaded.
    """
    tally, names, row = Tally(), list(names), 0
    for position, name in enumerate(names, start=1):
        asked_at = clock()
        try:
            batch = fetch(name)
        except UnknownSeriesError as error:
            tally.unknown.append(name)
            tally.answers.append(Fetched(name, windows[name], asked_at, clock(), None))
            log.warning(f"{error} Skipped.")
        except MacroAssetsError as error:
            tally.failed[name], row = error, row + 1
            log.warning(f"{name}: {error}")
            if (row == FAILURES_IN_A_ROW and not alone) or isinstance(error, CredentialError):
                break
        else:
            row = 0
            tally.add(name, batch)
            tally.answers.append(Fetched(name, windows[name], asked_at, clock(), batch))
        if position % 10 == 0:
            log.info(f"{progress}{position} of {len(names)}, {tally.requests} requests")
    _store(tally, lake, table, screen, whole=whole, states_all=states_all)
    return tally


def _store(tally: Tally, lake: "Lake", table: TableSpec, screen: Screen, *, whole: bool, states_all: bool) -> None:
    """Load what came: in one commit, or in one for each window where what is no longer stated must be retracted."""
    parts: dict[tuple[date | None, date] | None, dict[str, pa.Table]] = {}
    for answer in tally.answers:
        if answer.batch is not None:
            window = ((None if whole else answer.window[0]), answer.window[1]) if states_all else None
            parts.setdefault(window, {})[answer.name] = answer.batch.table
    for window, tables in parts.items():
        facts = pa.concat_tables(tables.values())
        if table.mode == "replaced":
            lake.replace(table.name, facts)
            tally.new = lake.info(table.name).rows
            continue
        screened = screen(facts)
        covered = LoadWindow(tuple(tables), *window) if window else None
        report = lake.load(table.name, screened.kept, window=covered, received_at=tally.first_received)
        tally.new, tally.quarantined = tally.new + report.new, tally.quarantined + screened.cases.num_rows
        tally.stored += report.stored + report.duplicates - screened.stand_ins
        tally.corrected, tally.retracted = tally.corrected + report.corrected, tally.retracted + report.retracted


def result(tally: Tally, table: TableSpec, lake: "Lake", *, coverage: bool = False) -> Result:
    """One result for the whole run, however many keys it covered.

    Parameters
    ----------
    coverage : also show the dates of every id; not for partitions, each of which would keep a copy.
    """
    facts = pa.concat_tables(tally.tables) if tally.tables else None
    metadata: dict[str, Any] = {
        "rows_offered": tally.offered,
        "rows_clipped": tally.clipped,
        "rows_new": tally.new,
        "rows_already_stored": tally.stored,
        "rows_quarantined": tally.quarantined,
        "periods_lacking": tally.lacking,
        "rows_corrected": tally.corrected,
        "rows_retracted": tally.retracted,
        "rows_derived": tally.derived,
        "requests": tally.requests,
        "rows_unaccounted": listing([f"{name}: {rows}" for name, rows in tally.unaccounted.items()]),
        "unknown_to_provider": listing(tally.unknown),
        "dagster/column_schema": column_schema(table.name),
        "dagster/table_name": table.name,
        "dagster/uri": lake.table_uri(table.name),
    }
    if facts is not None:
        metadata |= describe(facts) | {"dagster/partition_row_count": facts.num_rows}
    if facts is not None and coverage:
        metadata["coverage"] = markdown(_coverage(facts, table))
    if lake.exists(table.name):
        stored = lake.info(table.name)
        metadata |= {"dagster/row_count": stored.rows, "bytes": stored.bytes}
    check = dg.AssetCheckResult(
        check_name=ROWS_ACCOUNTED,
        passed=tally.accounted,
        description=tally.in_words,
        metadata={
            key: metadata[key]
            for key in (
                "rows_offered",
                "rows_derived",
                "rows_new",
                "rows_already_stored",
                "rows_clipped",
                "rows_quarantined",
                "rows_unaccounted",
            )
        },
    )
    return dg.MaterializeResult(metadata=metadata, check_results=[check])


def _coverage(facts: pa.Table, table: TableSpec) -> "pd.DataFrame":
    """First and last date and number of facts by the leading text columns of the key: series, file and measure."""
    names = [name for name in table.key if pa.types.is_string(table.schema.field(name).type)]
    date = next(name for name in table.key if name not in names)
    spans = facts.group_by(names).aggregate([(date, "min"), (date, "max"), (date, "count")])
    return spans.to_pandas().sort_values(names)
