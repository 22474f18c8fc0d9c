"""The YAML files of the catalogue: which there are, which sections each has, what is not understood.

Belongs here: finding and reading files; refusing unknown files and sections. Does not belong here: entries (loader.py).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from macro_assets.errors import CatalogError

__all__ = ["EMBEDDED", "FILES", "SECTIONS", "Content", "check_folder", "read_yaml"]

EMBEDDED = Path(__file__).parent
SECTIONS: dict[str, tuple[str, ...]] = {
    "series.yaml": ("series", "splices"),
    "releases.yaml": ("releases",),
    "assets.yaml": ("assets", "outcomes_from_series", "outcome_order"),
    "indicators.yaml": ("indicators", "economies"),
    "shocks.yaml": ("shocks",),
    "events.yaml": ("events", "families"),
    "nber.yaml": ("turning_points",),
}
FILES = tuple(SECTIONS)
Content = list[tuple[Path, dict[str, list[Any]]]]
"""The same file of several folders with its sections, in the order in which later ones replace earlier ones."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def check_folder(folder: Path) -> None:
    """Refuse a folder that does not exist or holds YAML that nothing reads; other files and hidden ones are ignored.

    Raises
    ------
    CatalogError : names the file and the nearest legal name.
    """
    if not folder.is_dir():
        raise CatalogError(
            f"Catalogue folder {folder} does not exist.", remedy="Create it, or unset MACRO_CATALOG_DIR."
        )
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in (".yaml", ".yml") and path.name not in FILES and not path.name.startswith("."):
            raise CatalogError(f"Unknown catalogue file {path}.", remedy=_nearest(path.name, FILES))


def read_yaml(path: Path) -> dict[str, list[Any]]:
    """The sections of one file; an empty file or section is an empty one.

    Raises
    ------
    CatalogError : not valid YAML, not a mapping of lists, or a section that the file does not have.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogError(f"{path} is not valid YAML: {error}.", remedy="Correct the line it names.") from error
    if not isinstance(content, dict):
        raise CatalogError(
            f"{path} must be a mapping of sections, not a {type(content).__name__}.",
            remedy=f"Begin it with one of: {', '.join(SECTIONS.get(path.name, ()))}.",
        )
    allowed = SECTIONS.get(path.name, ())
    for section, entries in content.items():
        if section not in allowed:
            raise CatalogError(f"{path}: Unknown section {section!r}.", remedy=_nearest(str(section), allowed))
        if not isinstance(entries, list | None):
            raise CatalogError(
                f"{path}, section {section!r} must be a list, not a {type(entries).__name__}.",
                remedy="Begin each entry with a hyphen.",
            )
    return {section: entries or [] for section, entries in content.items()}


def _nearest(name: str, legal: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(legal), n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return f"{hint}Available: {', '.join(legal)}."
