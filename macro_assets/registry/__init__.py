"""The model registry: MLflow with provenance, aliases and typed failures.

Belongs here: keeping models. Does not belong here: training, conversion (export/), deciding on promotion. Names are
imported on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from macro_assets.registry.provenance import Provenance, data_version, find_git_revision
    from macro_assets.registry.store import (
        CHALLENGER,
        CHAMPION,
        PREVIOUS_CHAMPION,
        LoadedModel,
        LoggedModel,
        Registry,
        Run,
    )

_HOMES = {
    "Provenance": "provenance",
    "data_version": "provenance",
    "find_git_revision": "provenance",
    "CHALLENGER": "runs",
    "CHAMPION": "store",
    "PREVIOUS_CHAMPION": "store",
    "LoadedModel": "store",
    "LoggedModel": "runs",
    "Registry": "store",
    "Run": "runs",
}

__all__ = [
    "CHALLENGER",
    "CHAMPION",
    "PREVIOUS_CHAMPION",
    "LoadedModel",
    "LoggedModel",
    "Provenance",
    "Registry",
    "Run",
    "data_version",
    "find_git_revision",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
