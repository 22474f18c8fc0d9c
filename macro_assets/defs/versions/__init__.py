"""Versions of assets: one short hash of everything a result rests on besides its inputs.

Belongs here: the rule that makes a `code_version`. Does not belong here: any work of an asset. Nothing is imported to
find a version: files are read (syntax.py) and names followed (closure.py).
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from macro_assets.defs.versions.closure import closure
from macro_assets.defs.versions.declared import catalog_digests, table_digests

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

__all__ = ["code_version"]

IO_MANAGER = "macro_assets.defs.io_manager.LakeIOManager"


def code_version(
    module: str,
    *definitions: str,
    also: tuple[str, ...] = (),
    series: "Callable[[Catalog], Iterable[str]] | None" = None,
) -> str:
    """Short hash of what the assets of a module rest on, so that "code changed" in the UI means that it did.

    Hashed are the syntax trees, without docstrings, of all definitions of the package that the assets reach (imports
    inside functions included), the packaged files and declared tables they name, and the sections of the catalogue
    they read. Comments, docstrings, formatting and definitions that nobody reaches change nothing.

    Parameters
    ----------
    module : the asset's own module, `__name__`.
    definitions : the assets' names in it, where a module holds several that rest on different rules; default all.
    also : dotted names that are reached by no import, such as the adapter of a declared provider.
    series : ids of the catalogue's series that the assets read, where these are not all: the others change nothing.

    Raises
    ------
    ValueError : the package has no definition of that name.
    """
    roots = (*((f"{module}.{name}" for name in definitions) if definitions else (module,)), *also)
    reached = closure(roots)
    if reached.passes_tables:
        reached = closure((*roots, IO_MANAGER))
    declared = catalog_digests(reached.catalog_attributes, series) | table_digests(reached.table_words)
    parts = sorted([*reached.lines, *(f"{name} {digest}" for name, digest in declared.items())])
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
