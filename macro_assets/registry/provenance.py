"""Where a model comes from: the as-of date, the data, the code. Every run carries it.

Belongs here: provenance and how it is found. Does not belong here: MLflow.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import macro_assets
from macro_assets.errors import InvalidInputError

__all__ = ["Provenance", "data_version", "find_git_revision"]


def data_version(parts: Iterable[object]) -> str:
    """Short digest of what identifies the inputs, e.g. the hash of each table, in order."""
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()[:16]


def find_git_revision() -> str:
    """Commit of the package's checkout, or `MACRO_GIT_REVISION` in an image without one; else `unknown`."""
    return os.environ.get("MACRO_GIT_REVISION") or _revision_of_checkout()


@lru_cache(maxsize=1)
def _revision_of_checkout() -> str:
    folder = Path(macro_assets.__file__).resolve().parent
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"  # an installed package is not a checkout; the tag says so
    return done.stdout.strip()


@dataclass(frozen=True)
class Provenance:
    """What a run knew and the code that ran.

    Parameters
    ----------
    as_of : day of the view the model was trained on.
    data_version : version of the input tables, e.g. from `data_version`.
    code_version : version of the package.
    git_revision : commit of the working tree, `unknown` outside a repository.
    """

    as_of: dt.date
    data_version: str
    code_version: str = macro_assets.__version__
    git_revision: str = field(default_factory=find_git_revision)

    def __post_init__(self) -> None:
        if not self.data_version:
            raise InvalidInputError("A run has no version of its data.", remedy="Pass data_version(...).")

    def tags(self) -> dict[str, str]:
        """The provenance as tags of a run and of a model version."""
        return {
            "as_of": self.as_of.isoformat(),
            "data_version": self.data_version,
            "code_version": self.code_version,
            "git_revision": self.git_revision,
        }
