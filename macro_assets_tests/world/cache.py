"""The world's data, built once for a state of the sources and copied for each session.

Belongs here: the hash, the folder, the lock. Does not belong here: what is built (tables.py), and answers of models:
those are what the tests test, so they are made anew in every session (house.py).
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from macro_assets.defs.versions.closure import ROOT, closure
from macro_assets.defs.versions.syntax import source_file

LIBRARIES = ("deltalake", "numpy", "pandas", "pyarrow", "scipy")
KEPT = 4


def sources_hash(package: Path = ROOT) -> str:
    """Hash of what the data could depend on: what their builders reach in the package, the catalogue, the tables, the
    files of the builders, the libraries that compute. A change in a room above leaves the data as they are.

    Parameters
    ----------
    package : folder of the package's source.
    """
    digest = hashlib.sha256(platform.python_version().encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}".encode())
    here = Path(__file__).parent
    builders = [here / "tables.py", here / "facts.py", here.parent / "integration" / "floors.py"]
    declared = [*sorted((package / "catalog").glob("*.yaml")), *sorted((package / "tables").glob("*.py"))]
    for path in (*builders, *declared):
        digest.update(path.name.encode() + path.read_bytes())
    imported = {name for path in builders for name in source_file(path, path.stem).imports.values()}
    roots = sorted(name for name in imported if name.startswith("macro_assets."))
    digest.update("\n".join(sorted(closure(roots, package=package).lines)).encode())
    return digest.hexdigest()[:16]


def folder() -> Path:
    """A folder of this user's, outside the checkout."""
    path = Path(tempfile.gettempdir()) / f"macro_assets_models_world_{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def copy_to(target: Path, build: Callable[[Path], None], *, key: str, root: Path | None = None) -> bool:
    """Copy the data of a key to a folder that does not exist yet; build them first where nobody has.

    Parameters
    ----------
    target : where the copy goes. build : writes the data into a folder.
    key : of the data. root : of the cache; by default `folder()`.

    Returns
    -------
    Whether they were there already.
    """
    root = root or folder()
    with FileLock(root / ".lock"):
        kept = root / key
        found = kept.is_dir()
        if not found:
            partial = root / f".{key}.partial"
            shutil.rmtree(partial, ignore_errors=True)
            partial.mkdir()
            build(partial)
            partial.rename(kept)
        kept.touch()
        shutil.copytree(kept, target)
        for old in sorted(root.glob("[!.]*"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            shutil.rmtree(old)
    return found
