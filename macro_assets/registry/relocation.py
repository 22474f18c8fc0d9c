"""The places of artifacts, when the folder that holds the registry was moved or copied.

Belongs here: the addresses that MLflow stores absolutely. Does not belong here: the artifacts themselves, servers and
object stores, whose addresses do not move with a folder.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

__all__ = ["relocate"]

ADDRESSES = (  # table, column
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def relocate(database: Path, root: Path) -> int:
    """Point the addresses of artifacts at the folder where they lie now.

    Addresses under a former folder of the same name change if that folder is gone, or if its files stand in the new one
    too (a copy). A newly chosen folder, which holds nothing yet, changes nothing.

    Parameters
    ----------
    database : SQLite file of MLflow; need not exist. root : folder of the artifacts.

    Returns
    -------
    Number of addresses changed.
    """
    if not database.is_file():
        return 0
    now = root.absolute().as_uri()
    with closing(sqlite3.connect(database, timeout=30.0)) as connection, connection:
        former = {
            address
            for (address,) in connection.execute("SELECT artifact_location FROM experiments")
            if address and address != now and address.startswith("file:") and _path(address).name == root.name
        }
        return sum(_move(connection, before, now) for before in former if _left(connection, before, root))


def _left(connection: sqlite3.Connection, before: str, root: Path) -> bool:
    """Whether the artifacts of a former folder have left it, or are in the new one as well."""
    if not _path(before).is_dir():
        return True
    like = f"{_escaped(before)}/%"
    query = "SELECT artifact_location FROM logged_models WHERE artifact_location LIKE ? ESCAPE '!' LIMIT 1"
    found = connection.execute(query, (like,)).fetchone()
    return found is not None and (root / unquote(found[0][len(before) + 1 :])).exists()


def _move(connection: sqlite3.Connection, before: str, now: str) -> int:
    changed = 0
    for table, column in ADDRESSES:
        update = (
            f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE {column} = ? OR {column} LIKE ? ESCAPE '!'"
        )
        cursor = connection.execute(update, (now, len(before) + 1, before, f"{_escaped(before)}/%"))
        changed += cursor.rowcount
    return changed


def _escaped(text: str) -> str:
    """A text inside a LIKE pattern."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _path(address: str) -> Path:
    return Path(unquote(urlsplit(address).path))
