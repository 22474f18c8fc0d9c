"""A temporary copy of the package, for tests that break it.

Belongs here: copying and editing source. Does not belong here: what is broken, and what must notice.
"""

import ast
import os
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "macro_assets"


def copy_package(folder: Path) -> Path:
    """The package and its settings in another folder; returns the folder of the copy."""
    shutil.copytree(PACKAGE, folder / "macro_assets", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Environment of a process that imports the copy and not the package under test."""
    return os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "DAGSTER_DISABLE_TELEMETRY": "true"}


def flipped(source: str, definition: str) -> str:
    """Source with one more statement in a function, or in the first method with a body of a class.

    Raises
    ------
    LookupError : the source defines no such function or class.
    """
    node = next((n for n in ast.parse(source).body if getattr(n, "name", None) == definition), None)
    if node is None:
        raise LookupError(f"No definition {definition!r} to flip.")
    body = node.body if isinstance(node, ast.FunctionDef) else next(
        n.body for n in node.body if isinstance(n, ast.FunctionDef))  # type: ignore[attr-defined]  # fmt: skip
    last = body[-1]
    lines = source.splitlines(keepends=True)
    lines.insert(last.lineno - 1, f"{' ' * last.col_offset}_flipped = True\n")
    return "".join(lines)
