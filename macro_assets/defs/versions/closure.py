"""What a definition rests on inside the package: every definition it reaches, through imports in functions too.

Belongs here: following names from file to file. Does not belong here: parsing (syntax.py), digests of the catalogue and
of declared tables (declared.py).

The unit is the top-level definition, not the file: an asset that draws one picture does not rest on the other drawings
of that file. What runs when a file is imported counts with any of its definitions. A name put together at run time is
not seen: in this house things are listed by name, and nothing registers itself.
"""

import gc
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from macro_assets.defs.versions.syntax import Dotted, SourceFile, Statement, source_file

PACKAGE = "macro_assets"
ROOT = Path(__file__).parents[2]
TABLES = (f"{PACKAGE}.tables.registry", "TABLES")  # every table is in it: which of them count is told by their names
CATALOG = f"{PACKAGE}.catalog"
VERSIONS = f"{PACKAGE}.defs.versions"  # asking for a version is not a rule of an asset
PROVIDERS = f"{PACKAGE}.sources.providers"  # as with tables, all are in it: an asset names its own (`also`)
CATALOG_NAMES = frozenset({"catalog", "Catalog", "CatalogResource", "load_catalog"})
HANDED_OVER = ("pa", "Table")
DATA_FILES = (".csv", ".json", ".parquet")


@dataclass(frozen=True)
class Closure:
    """What is reached from some definitions.

    Parameters
    ----------
    modules : dotted names of the files that hold any of it.
    definitions : dotted names of the definitions.
    lines : one a statement: its module, its digest, what the names in it stand for, the data files it names.
    catalog_attributes : attributes read where the catalogue is at hand: fields and methods of it among others.
    table_words : names and strings that may be the name of a declared table; empty where no table is asked for.
    passes_tables : whether tables are handed to, or from, definitions of the modules it began with.
    """

    modules: frozenset[str]
    definitions: frozenset[str]
    lines: frozenset[str]
    catalog_attributes: frozenset[str]
    table_words: frozenset[str]
    passes_tables: bool


def closure(roots: Iterable[str], *, package: Path = ROOT) -> Closure:
    """Everything that some definitions reach.

    Parameters
    ----------
    roots : dotted names of modules (all their definitions) or of single definitions.
    package : folder of the package's source.

    Raises
    ------
    ValueError : the package has no such module or definition.
    """
    source = _sources(package)
    with _no_collection():
        first = [statement for root in roots for statement in source.find(root.split("."), strict=True)]
        reached = source.reach(first)
    own = {statement.module for statement in first}
    return Closure(
        modules=frozenset(statement.module.name for statement in reached),
        definitions=frozenset(f"{s.module.name}.{name}" for s in reached for name in s.binds),
        lines=frozenset(source.line(statement) for statement in reached),
        catalog_attributes=frozenset(name for s in reached if _sees_catalog(s) for name in s.reading.attributes),
        table_words=_table_words(own, reached) if source.asks_tables & reached else frozenset(),
        passes_tables=any(HANDED_OVER in s.reading.uses for s in reached if s.module in own),
    )


@contextmanager
def _no_collection() -> Iterator[None]:
    """Garbage collection paused: syntax trees are many small objects, and looking through them doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@cache
def _sources(package: Path) -> "_Sources":
    return _Sources(package)


class _Sources:
    """The package's files, read when first needed and once, with what each statement of them uses."""

    def __init__(self, package: Path) -> None:
        self.package = package
        self.files: dict[Dotted, SourceFile | None] = {}
        self.used: dict[Statement, list[Statement]] = {}
        self.lines: dict[Statement, str] = {}
        self.asks_tables: set[Statement] = set()

    def reach(self, first: Iterable[Statement]) -> set[Statement]:
        """Some statements and all they rest on."""
        reached: set[Statement] = set()
        waiting = list(first)
        while waiting:
            statement = waiting.pop()
            if statement not in reached:
                reached.add(statement)
                waiting += self.uses(statement)
        return reached

    def uses(self, statement: Statement) -> list[Statement]:
        """Statements that one rests on directly: those behind its names, and those run by importing its module."""
        if statement not in self.used:
            run = self._run_on_import(statement.module)
            named = [each for use in statement.reading.uses for each in self._behind(statement, use)]
            self.used[statement] = list(dict.fromkeys([*run, *named]))
        return self.used[statement]

    def find(self, parts: list[str], *, strict: bool = False) -> list[Statement]:
        """The statements behind a dotted name of the package: of a module all, of a definition those that bind it."""
        size = next(n for n in range(len(parts), 0, -1) if self._file(tuple(parts[:n])) is not None)
        module, rest = self._file(tuple(parts[:size])), parts[size:]
        assert module is not None
        if not rest:
            return self._whole(module)
        if rest[0] in module.bound:
            return module.bound[rest[0]]
        if rest[0] in module.imports:
            return self._imported(module.imports[rest[0]], rest[1:])
        if rest[0] in module.exports:
            return self._imported(module.exports[rest[0]], rest[1:])
        if strict:
            raise ValueError(f"{module.name} defines no {rest[0]!r}: name a module or a definition of the package.")
        return [] if rest[0].startswith("__") else self._whole(module)

    def line(self, statement: Statement) -> str:
        """A statement as it enters a hash."""
        if statement not in self.lines:
            targets = statement.module.imports | statement.reading.imports
            names = {f"{use[0]}={targets[use[0]]}" for use in statement.reading.uses if use[0] in targets}
            words = [statement.module.name, statement.reading.digest, *sorted(names), *sorted(_data_files(statement))]
            self.lines[statement] = " ".join(words)
        return self.lines[statement]

    def _behind(self, statement: Statement, use: Dotted) -> list[Statement]:
        module = statement.module
        target = statement.reading.imports.get(use[0]) or module.imports.get(use[0])
        found = self._imported(target, list(use[1:])) if target else module.bound.get(use[0], [])
        if any((each.module.name, name) == TABLES for each in found for name in each.binds):
            self.asks_tables.add(statement)
            return []
        return found

    def _imported(self, target: str, rest: list[str]) -> list[Statement]:
        parts = target.split(".")
        followed = parts[0] == PACKAGE and not target.startswith((VERSIONS, PROVIDERS))
        return self.find([*parts, *rest]) if followed else []

    def _whole(self, module: SourceFile) -> list[Statement]:
        """All statements of a module, and what it imports for others only."""
        own = module.statements()
        named = {use[0] for statement in own for use in statement.reading.uses}
        passed = [target for name, target in module.imports.items() if name not in named]
        return [*own, *(each for target in passed for each in self._imported(target, []))]

    def _run_on_import(self, module: SourceFile) -> Iterator[Statement]:
        parts = tuple(module.name.split("."))
        for size in range(1, len(parts) + 1):
            around = self._file(parts[:size])
            yield from around.effects if around else ()

    def _file(self, parts: Dotted) -> SourceFile | None:
        if parts not in self.files:
            stem = self.package.joinpath(*parts[1:])
            paths = (stem / "__init__.py", stem.with_suffix(".py"))
            path = next((path for path in paths if path.is_file()), None)
            self.files[parts] = source_file(path, ".".join(parts)) if path else None
        return self.files[parts]


def _sees_catalog(statement: Statement) -> bool:
    reading = statement.reading
    names = {use[0] for use in reading.uses} | reading.arguments | reading.attributes
    return bool(CATALOG_NAMES & names) and not statement.module.name.startswith(CATALOG)


def _table_words(own: set[SourceFile], reached: Iterable[Statement]) -> frozenset[str]:
    """Names and strings of the assets' own modules, where arguments are named after tables; paths from everywhere."""
    words = {text for statement in reached for text in statement.reading.strings if "/" in text}
    for statement in (each for each in reached if each.module in own):
        words |= {*statement.binds, *statement.reading.arguments, *statement.reading.strings}
    return frozenset(words)


def _data_files(statement: Statement) -> Iterator[str]:
    for text in statement.reading.strings:
        if text.endswith(DATA_FILES) and "/" not in text:
            path = statement.module.path.parent / text
            if path.is_file():
                yield f"{text}={hashlib.sha256(path.read_bytes()).hexdigest()}"
