"""The database of a local MLflow, made by one process at a time.

Belongs here: the first use of a SQLite file. Does not belong here: what is stored in it (store.py), servers, which make
their own.

MLflow makes and migrates its tables on first use without telling other processes to wait; two that begin together meet
half-made tables ("table already exists", "duplicate column name").
"""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path

from macro_assets.registry.failures import quiet, typed
from macro_assets.registry.relocation import relocate

__all__ = ["SQLITE", "ensure_database"]

SQLITE = "sqlite:///"


@cache
def ensure_database(tracking_uri: str, artifact_root: str | None = None) -> None:
    """Make the SQLite file of an address with all its tables, once a process; other addresses are left alone.

    Where its folder was moved or copied, the places of its artifacts follow (relocation.py).
    """
    if not tracking_uri.startswith(SQLITE):
        return
    from filelock import FileLock
    from mlflow.tracking import MlflowClient

    file = Path(tracking_uri.removeprefix(SQLITE))
    file.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # one line for each migration of a new database
    with FileLock(file.with_name(f".{file.name}.lock")), typed("make the database of the registry"), quiet():
        client = MlflowClient(tracking_uri, tracking_uri)
        client.search_experiments(max_results=1)
        client.search_registered_models(max_results=1)
        if artifact_root and "://" not in artifact_root:
            relocate(file, Path(artifact_root))
