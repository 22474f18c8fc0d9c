"""A registered model read back, with what is recorded of it.

Belongs here: loading, and the refusal of models that this version of the package cannot read. Does not belong here:
writing (runs.py), aliases (promotion.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from macro_assets.errors import RegistryError
from macro_assets.registry.failures import quiet, typed
from macro_assets.registry.flavours import load_model
from macro_assets.registry.promotion import find_version

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

PACKAGE = "macro_assets"

__all__ = ["LoadedModel", "load"]


@dataclass(frozen=True)
class LoadedModel:
    """A model with its provenance and the metrics of its run."""

    model: Any
    name: str
    version: int
    run_id: str
    flavour: str
    as_of: dt.date
    data_version: str
    tags: dict[str, str]
    metrics: dict[str, float]

    @property
    def uri(self) -> str:
        """URI under which MLflow loads it."""
        return f"models:/{self.name}/{self.version}"


def load(client: MlflowClient, name: str, alias: str, version: int | None) -> LoadedModel:
    """The model behind an alias, or of a version; see `Registry.load`."""
    found = find_version(client, name, alias, version)
    number, tags = int(found.version), dict(found.tags)
    absent = [key for key in ("flavour", "as_of", "data_version") if key not in tags]
    if absent:
        raise RegistryError(
            f"Model {name!r} version {number} lacks the tags {', '.join(absent)}.",
            remedy="Register models through macro_assets.registry.",
        )
    with typed(f"load model {name!r}"), quiet(), _refusing_old_models(name, number):
        model = load_model(tags["flavour"], f"models:/{name}/{number}")
        metrics = dict(client.get_run(found.run_id).data.metrics) if found.run_id else {}
    return LoadedModel(
        model=model,
        name=name,
        version=number,
        run_id=found.run_id or "",
        flavour=tags["flavour"],
        as_of=dt.date.fromisoformat(tags["as_of"]),
        data_version=tags["data_version"],
        tags=tags,
        metrics=metrics,
    )


@contextmanager
def _refusing_old_models(name: str, version: int) -> Iterator[None]:
    """Turn the failed import of a module or class that has moved into an error that names the model."""
    try:
        yield
    except (ImportError, AttributeError) as error:
        if PACKAGE not in str(error):
            raise
        raise RegistryError(
            f"Model {name!r} version {version} was registered by an earlier version of {PACKAGE} and cannot be read: "
            f"{error}.",
            remedy="Train again: materialise the asset that registers it.",
        ) from error
