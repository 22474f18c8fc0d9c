"""What every model asset tells the registry and the UI of itself: provenance in, links out.

Belongs here: the stamp of a run and the metadata of a logged version. Does not belong here: MLflow (registry/).
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    from macro_assets.lake import Lake
    from macro_assets.registry import LoggedModel, Provenance


def stamp(lake: "Lake", as_of: date, tables: Sequence[str]) -> "Provenance":
    """Provenance of a model: its as-of date and the Delta versions of the tables it was fitted on."""
    from macro_assets.registry import Provenance, data_version

    return Provenance(as_of=as_of, data_version=data_version(f"{name}@{lake.version(name)}" for name in tables))


def logged_metadata(*models: "LoggedModel") -> dict[str, Any]:
    """Where the registry keeps what this asset logged."""
    facts: dict[str, Any] = {f"model_uri_{m.name}": dg.MetadataValue.text(m.uri) for m in models}
    return facts | {"mlflow_run_id": models[0].run_id}
