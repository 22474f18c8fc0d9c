"""MLflow's errors as this package's, and its advice silenced where a choice was made on purpose.

Belongs here: the two contexts every call to MLflow runs in. Does not belong here: anything else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from macro_assets.errors import RegistryError

__all__ = ["quiet", "typed"]


@contextmanager
def typed(what: str) -> Iterator[None]:
    """MLflow's errors as this package's, with what was being done."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        raise RegistryError(f"Cannot {what}: {error}", remedy="See `macro-assets doctor`.") from error


@contextmanager
def quiet() -> Iterator[None]:
    """Without MLflow's advice on formats that are chosen here on purpose."""
    logger = logging.getLogger("mlflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
