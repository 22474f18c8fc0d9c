"""One writer at a time per table of a local lake.

Belongs here: the file lock. On an object store there is none: there a commit whose version moved is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from macro_assets.errors import LockTimeoutError


@contextmanager
def table_lock(folder: Path | None, name: str, *, timeout_seconds: float) -> Iterator[None]:
    """Hold the lock of a table; the operating system frees it when the process dies, however it dies.

    Parameters
    ----------
    folder : where lock files live; None = no lock (object stores).
    name : table name.
    timeout_seconds : how long to wait for another writer.

    Raises
    ------
    LockTimeoutError : another writer held the lock for too long.
    """
    if folder is None:
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name.replace('/', '.')}.lock"
    lock = FileLock(path, timeout=timeout_seconds)
    try:
        lock.acquire()
    except Timeout as error:
        raise LockTimeoutError(
            f"Another process has been writing {name} for more than {timeout_seconds:g} s (lock {path}).",
            remedy="Wait for it, or end it: a dead writer holds no lock.",
        ) from error
    try:
        yield
    finally:
        lock.release()
