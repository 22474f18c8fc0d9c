"""Digests of what is declared and not programmed: the sections of the catalogue, and the tables.

Belongs here: one digest a section and a table, and which sections a method of the catalogue reads. Does not belong here:
which of them an asset reads (closure.py).
"""

import ast
import hashlib
import inspect
from collections.abc import Callable, Collection, Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from macro_assets.errors import MacroAssetsError
from macro_assets.settings import get_settings
from macro_assets.tables.registry import TABLES, TableSpec, allowed_of, unit_of

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog


def names_of(module: ModuleType, tables: Collection[TableSpec]) -> tuple[str, ...]:
    """Dotted names of the declarations of some tables in a module, for the code version of an asset that reads them."""
    return tuple(f"{module.__name__}.{name}" for name, value in vars(module).items() if value in tables)


def catalog_digests(
    attributes: Iterable[str], series: Callable[["Catalog"], Iterable[str]] | None = None
) -> dict[str, str]:
    """Digests of the sections of the catalogue in use, a user's own entries included, that some attributes read.

    Parameters
    ----------
    attributes : names of attributes, those of other things among them: a field of the catalogue is a section, a method
        stands for the sections it reads.
    series : ids of the series that are read, where not all are; others do not enter the section's digest.

    A catalogue that cannot be read has one digest for all sections: the runs that need it name the fault.
    """
    reads = _sections_of_members()
    sections = {section for name in attributes for section in reads.get(name, ())}
    catalog = _catalog() if sections else None
    digests = {name: _digest(getattr(catalog, name, "unreadable")) for name in sections}
    if catalog is not None and series is not None and "series" in digests:
        read = set(series(catalog))
        digests["series"] = _digest({name: entry for name, entry in catalog.series.items() if name in read})
    return digests


def table_digests(words: Iterable[str]) -> dict[str, str]:
    """Digests of the declared tables that are named by some words, as `layer/name` or by the name alone."""
    named = frozenset(words)
    return {name: _table_digest(spec) for name, spec in TABLES.items() if {name, name.rpartition("/")[2]} & named}


def _catalog() -> "Catalog | None":
    from macro_assets.catalog import load_catalog

    try:
        return load_catalog(get_settings().catalog_dir)
    except (MacroAssetsError, ValueError):
        return None


@cache
def _sections_of_members() -> dict[str, frozenset[str]]:
    """For every field and method of the catalogue the sections it reads."""
    from macro_assets.catalog import Catalog

    tree = ast.parse(Path(inspect.getfile(Catalog)).read_bytes())
    body = next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Catalog")
    fields = {n.target.id for n in body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
    reads = {name: frozenset({name}) for name in fields}
    methods = {n.name: {a.attr for a in ast.walk(n) if isinstance(a, ast.Attribute)}
               for n in body if isinstance(n, ast.FunctionDef)}  # fmt: skip
    for _ in methods:  # a method that calls a method reads what that one reads
        for name, used in methods.items():
            reads[name] = frozenset().union(*(reads.get(each, frozenset()) for each in used))
    return reads


@cache
def _table_digest(spec: TableSpec) -> str:
    columns = [(f.name, str(f.type), f.nullable, unit_of(f), allowed_of(f)) for f in spec.schema]
    return _digest((spec.name, spec.key, spec.mode, spec.bucket_by, spec.buckets, columns))


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()
