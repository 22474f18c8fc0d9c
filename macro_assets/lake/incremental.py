"""Derived tables that follow what they are made of in proportion to what changed there.

Belongs here: which ids commits touched, what a table was built from, and the exchange of the rows of some ids in one commit.
Does not belong here: how rows are computed (`vintage/`), which table rests on which (`defs/`).

Every commit that loads or exchanges rows names in its note the ids that it touched, and a derived table also the versions of
the tables it was built from and the rules. Both lie in the commit itself: no reader sees rows without what they rest on. Where
a note is missing (an earlier version, a table that was replaced by hand, a log that was cleaned), everything counts as touched.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from deltalake.exceptions import DeltaError

from macro_assets.errors import MacroAssetsError
from macro_assets.lake.conditions import as_expression, as_predicate
from macro_assets.lake.conform import conform, sorted_unique, stored
from macro_assets.lake.delta import DeltaTables
from macro_assets.lake.notes import BUILT, TOUCHED, keeps_rows, touched_ids
from macro_assets.tables.buckets import BUCKET, bucket_of
from macro_assets.tables.registry import TableSpec, spec

if TYPE_CHECKING:
    from macro_assets.lake.store import Lake

__all__ = ["ABSENT", "Built", "Derived", "Since", "Update", "differing_ids"]

Ids = frozenset[str]
Since = Callable[[int], Ids | None]
ABSENT = -1


@dataclass(frozen=True)
class Built:
    """What a table was built from.

    Parameters
    ----------
    versions : of the tables it rests on. rules : all else that decides its rows, in words: code, catalogue, newest date.
    """

    versions: Mapping[str, int]
    rules: str

    def note(self) -> dict[str, str]:
        """The entry of a commit."""
        return {BUILT: json.dumps({"versions": dict(self.versions), "rules": self.rules})}

    @classmethod
    def read(cls, text: str) -> Built:
        """From the entry of a commit."""
        content = json.loads(text)
        return cls(content["versions"], content["rules"])


@dataclass(frozen=True)
class Update:
    """What became of a derived table.

    Parameters
    ----------
    touched : ids whose rows differ from before; None = the table was rebuilt whole.
    rows : the new rows of these ids; None where it was rebuilt whole. version : of the table.
    """

    touched: Ids | None
    rows: pa.Table | None
    version: int


class Derived:
    """Tables in buckets of ids that are exchanged id by id; see the module."""

    def __init__(self, lake: Lake, lock_timeout_seconds: float = 300.0) -> None:
        self.lake = lake
        self._tables = DeltaTables(lake.address, lock_timeout_seconds)

    def built(self, name: str) -> Built | None:
        """What a table was built from; None where it does not exist or its newest rows do not say."""
        declared = spec(name)
        if not self.lake.exists(name):
            return None
        for _, entry in self._tables.commits(declared, self._tables.open(declared)):
            if BUILT in entry:
                return Built.read(entry[BUILT])
            if not keeps_rows(entry):
                return None
        return None

    def version(self, name: str) -> int:
        """Newest version of a table; ABSENT where it was never written."""
        return self.lake.version(name) if self.lake.exists(name) else ABSENT

    def touched(self, name: str, since: int) -> Ids | None:
        """Ids of the rows that commits after a version touched; None where that is not known."""
        declared, newest, found = spec(name), self.version(name), frozenset[str]()
        if newest <= since:
            return found if newest == since else None
        oldest = newest + 1
        for version, entry in self._tables.commits(declared, self._tables.open(declared)):
            if version <= since:
                return found
            if TOUCHED not in entry and not keeps_rows(entry):
                return None
            found, oldest = found | touched_ids(entry), version
        return found if oldest == since + 1 else None

    def newest(self, name: str) -> Ids | None:
        """Ids that the newest commit of rows touched; None where it exchanged all of them or does not say."""
        declared = spec(name)
        for _, entry in self._tables.commits(declared, self._tables.open(declared)):
            if TOUCHED in entry or not keeps_rows(entry):
                return touched_ids(entry) if TOUCHED in entry else None
        return None

    def follow(
        self, name: str, rules: str, sources: Mapping[str, Since], rows_of: Callable[[Ids], pa.Table],
        parts: Callable[[], Iterable[pa.Table]],
    ) -> Update:  # fmt: skip
        """Bring a table up to date with what it rests on: only ids that were touched, or all where that is not known.

        Parameters
        ----------
        name : of a table in buckets. rules : all else that decides its rows; where it differs the table is rebuilt whole.
        sources : by table, the ids of `name` that its commits after a version touched.
        rows_of : all rows of some ids. parts : as in `rebuild`.
        """
        before, now = self.built(name), Built({source: self.version(source) for source in sources}, rules)
        touched = None if before is None or before.rules != rules else self.pending(before, sources)
        if touched is None:
            return self.rebuild(name, parts, now)
        if not touched:
            return Update(touched, spec(name).empty(), self.lake.version(name))
        return self.exchange(name, rows_of(touched), touched, now)

    def exchange(self, name: str, rows: pa.Table, ids: Ids, built: Built) -> Update:
        """Put new rows of some ids in place of their old ones, in one commit; nothing is written where they are equal.

        Parameters
        ----------
        name : of a table in buckets. rows : all rows of these ids, in any order. ids : may have no rows any more.
        """
        declared = spec(name)
        fresh, _ = sorted_unique(declared, conform(declared, rows))

        def attempt() -> Update:
            delta = self._tables.open(declared)
            part = {BUCKET: sorted({bucket_of(each, declared.buckets) for each in ids})}
            held = self._tables.scan(declared, delta, declared.schema.names, as_expression(declared, part))
            mine = pc.is_in(held[declared.bucket_by], pa.array(sorted(ids), pa.string()))
            before, _ = sorted_unique(declared, held.filter(mine))
            differ = differing_ids(declared, before, fresh)
            if not differ:
                return Update(frozenset(), fresh.slice(0, 0), delta.version())
            merged, _ = sorted_unique(declared, pa.concat_tables([held.filter(pc.invert(mine)), fresh]))
            note = {"rows": str(fresh.num_rows), TOUCHED: json.dumps(sorted(differ)), **built.note()}
            version = self._tables.overwrite(
                declared, delta, stored(declared, merged), as_predicate(declared, part), note
            )
            changed = fresh.filter(pc.is_in(fresh[declared.bucket_by], pa.array(sorted(differ), pa.string())))
            return Update(differ, changed, version)

        return self._tables.commit(declared, attempt)

    def pending(self, before: Built, sources: Mapping[str, Since]) -> Ids | None:
        """Ids that commits touched after the versions from which a table was built; None where that is not known."""
        if set(before.versions) != set(sources):
            return None
        found = [ids(before.versions[source]) for source, ids in sources.items()]
        stated = [each for each in found if each is not None]
        return frozenset[str]().union(*stated) if len(stated) == len(found) else None

    def rebuild(self, name: str, parts: Callable[[], Iterable[pa.Table]], built: Built) -> Update:
        """Exchange all rows of a table in one commit, part by part: no more than one part is held at a time.

        Parameters
        ----------
        parts : gives the rows of some ids after those of others; called again when another writer came first.
        """
        declared = spec(name)

        def attempt() -> Update:
            delta, failed = self._tables.open_or_create(declared, redeclare=True), []

            def batches() -> Iterator[pa.RecordBatch]:
                try:
                    for part in _elsewhere(parts()):
                        rows, _ = sorted_unique(declared, conform(declared, part))
                        yield from stored(declared, rows).to_batches()
                except MacroAssetsError as error:  # the engine would wrap it in its own words
                    failed.append(error)
                    raise

            reader = pa.RecordBatchReader.from_batches(declared.stored_schema, batches())
            try:
                version = self._tables.overwrite(declared, delta, reader, None, built.note())
            except DeltaError:
                if failed:
                    raise failed[0] from None
                raise
            return Update(None, None, version)

        return self._tables.commit(declared, attempt)


def _elsewhere(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """The same parts, each made in a thread of its own: the engine asks for them in one that must not open a table."""
    rest = iter(parts)
    with ThreadPoolExecutor(1) as pool:
        while (part := pool.submit(next, rest, None).result()) is not None:
            yield part


def differing_ids(declared: TableSpec, before: pa.Table, after: pa.Table) -> Ids:
    """Ids whose rows are not the same in two tables in key order."""
    one, other = (_by_id(declared, table) for table in (before, after))
    empty = before.slice(0, 0)
    return frozenset(name for name in {*one, *other} if not one.get(name, empty).equals(other.get(name, empty)))


def _by_id(declared: TableSpec, table: pa.Table) -> dict[str, pa.Table]:
    """The rows of each id of a table whose key begins with the id."""
    runs = pc.run_end_encode(table[declared.bucket_by].combine_chunks()) if table.num_rows else None
    if runs is None:
        return {}
    runs = runs.chunk(0) if isinstance(runs, pa.ChunkedArray) else runs
    ends, found, begin = runs.run_ends.to_pylist(), {}, 0
    for name, end in zip(runs.values.to_pylist(), ends, strict=True):
        found[name] = table.slice(begin, end - begin)
        begin = end
    return found
