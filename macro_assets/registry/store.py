"""The model registry: small functions over MLflow, with provenance on every run and aliases instead of stages.

Belongs here: opening runs, loading, promotion, rollback. Does not belong here: what a run logs (runs.py), the
decision to promote (an asset check decides), conversion of models (export/).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macro_assets.errors import RegistryError
from macro_assets.registry.database import ensure_database
from macro_assets.registry.failures import quiet, typed
from macro_assets.registry.flavours import Flavour, load_model
from macro_assets.registry.provenance import Provenance
from macro_assets.registry.runs import CHALLENGER, LoggedModel, Run
from macro_assets.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow.tracking import MlflowClient

__all__ = ["CHALLENGER", "CHAMPION", "PREVIOUS_CHAMPION", "LoadedModel", "LoggedModel", "Registry", "Run"]

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when mlflow is first imported

CHAMPION, PREVIOUS_CHAMPION = "champion", "previous_champion"
_HISTORY_TAG = "champion_history"
_HISTORY_LENGTH = 50


@dataclass(frozen=True)
class LoadedModel:
    """A model with what is known of it."""

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


class Registry:
    """Runs and registered models at one tracking address.

    Parameters
    ----------
    tracking_uri : `sqlite:///...` or the address of a server.
    artifact_root : folder or `s3://` of the artifacts; ignored by a server, which has its own.
    experiment : name of the experiment of all runs.
    """

    def __init__(
        self, tracking_uri: str, artifact_root: str | None = None, *, experiment: str = "macro_assets"
    ) -> None:
        self.tracking_uri, self.artifact_root, self.experiment = tracking_uri, artifact_root, experiment
        self._experiment_id: str | None = None

    @classmethod
    def from_settings(cls, settings: Settings, *, experiment: str = "macro_assets") -> Registry:
        """The registry that the settings name; a local one is made on first use."""
        return cls(settings.mlflow_tracking_uri, settings.mlflow_artifact_root, experiment=experiment)

    @property
    def client(self) -> MlflowClient:
        """MLflow's own client at this address."""
        self._point_mlflow_here()
        from mlflow.tracking import MlflowClient

        return MlflowClient(self.tracking_uri, self.tracking_uri)

    @contextmanager
    def run(self, name: str, provenance: Provenance, *, tags: Mapping[str, str] | None = None) -> Iterator[Run]:
        """Open a run; an error inside marks it failed and goes on."""
        import mlflow

        self._point_mlflow_here()
        with typed("open a run"):
            experiment = self._ensure_experiment()
            active = mlflow.start_run(
                experiment_id=experiment, run_name=name, tags={**provenance.tags(), **dict(tags or {})}, nested=True
            )
        with active:
            yield Run(self, active.info.run_id, provenance)

    def log_model(
        self,
        name: str,
        model: Any,
        flavour: Flavour,
        provenance: Provenance,
        *,
        metrics: Mapping[str, float] | None = None,
        params: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        figures: Mapping[str, Figure] | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
        **options: Any,
    ) -> LoggedModel:
        """One run with one model: `run`, `Run.log` and `Run.log_model` in one call."""
        with self.run(name, provenance, tags=tags) as run:
            run.log(metrics=metrics, params=params, figures=figures, tables=tables)
            return run.log_model(name, model, flavour, tags=tags, **options)

    def load(self, name: str, alias: str = CHAMPION, *, version: int | None = None) -> LoadedModel:
        """The model behind an alias, or of a version, with its provenance and the metrics of its run.

        Raises
        ------
        RegistryError : no such model, alias or version.
        """
        client = self.client
        with typed(f"load model {name!r}"), quiet():
            found = self._version(name, alias, version)
            tags = dict(found.tags)
            uri = f"models:/{name}/{found.version}"
            model = load_model(tags.get("flavour", ""), uri)
            metrics = dict(client.get_run(found.run_id).data.metrics) if found.run_id else {}
        return LoadedModel(
            model=model,
            name=name,
            version=int(found.version),
            run_id=found.run_id or "",
            flavour=tags["flavour"],
            as_of=dt.date.fromisoformat(tags["as_of"]),
            data_version=tags["data_version"],
            tags=tags,
            metrics=metrics,
        )

    def version(self, name: str, alias: str = CHAMPION) -> int | None:
        """The version an alias points to, or none."""
        return self.aliases(name).get(alias)

    def aliases(self, name: str) -> dict[str, int]:
        """Version by alias; empty for an unknown model."""
        from mlflow.exceptions import MlflowException

        try:
            return {alias: int(v) for alias, v in self.client.get_registered_model(name).aliases.items()}
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return {}
            raise RegistryError(f"cannot read model {name!r}: {error}") from error

    def promote(self, name: str, version: int | None = None, *, reason: str, by: str = "gate") -> LoggedModel:
        """Make a version the champion; the one before stays as `previous_champion` and in the history.

        Parameters
        ----------
        version : default: the challenger.
        reason : why, for the history; by : who decided.

        Raises
        ------
        RegistryError : no such version.
        """
        return self._crown(name, self._version(name, CHALLENGER, version), reason, by)

    def rollback(self, name: str, *, reason: str, by: str = "operator") -> LoggedModel:
        """Give the title back to the previous champion.

        Raises
        ------
        RegistryError : there is no previous champion.
        """
        if PREVIOUS_CHAMPION not in self.aliases(name):
            raise RegistryError(f"model {name!r} has no previous champion.", remedy="Promote a version instead.")
        return self._crown(name, self._version(name, PREVIOUS_CHAMPION, None), reason, by)

    def history(self, name: str) -> list[dict[str, Any]]:
        """Changes of the champion, oldest first: version, previous, at (UTC), reason, by."""
        with typed(f"read the history of {name!r}"):
            return json.loads(self.client.get_registered_model(name).tags.get(_HISTORY_TAG, "[]"))

    def _crown(self, name: str, found: Any, reason: str, by: str) -> LoggedModel:
        version, before = int(found.version), self.version(name, CHAMPION)
        if version == before:
            return LoggedModel(name, version, found.run_id or "", found.tags.get("flavour", ""))
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        entry = {"version": version, "previous": before, "at": at, "reason": reason, "by": by}
        history = [*self.history(name), entry][-_HISTORY_LENGTH:]
        client = self.client
        with typed(f"promote model {name!r}"):
            # The title moves first: a crash between the writes leaves a champion, never none.
            client.set_registered_model_alias(name, CHAMPION, str(version))
            if before is not None:
                client.set_registered_model_alias(name, PREVIOUS_CHAMPION, str(before))
                client.set_model_version_tag(name, str(before), "replaced_at", at)
            client.set_model_version_tag(name, str(version), "promoted_at", at)
            client.set_model_version_tag(name, str(version), "promotion_reason", reason)
            client.set_registered_model_tag(name, _HISTORY_TAG, json.dumps(history))
        return LoggedModel(name, version, found.run_id or "", found.tags.get("flavour", ""))

    def _version(self, name: str, alias: str, version: int | None) -> Any:
        what = f"version {version}" if version is not None else f"alias {alias!r}"
        with typed(f"find {what} of model {name!r}"):
            if version is not None:
                return self.client.get_model_version(name, str(version))
            return self.client.get_model_version_by_alias(name, alias)

    def _point_mlflow_here(self) -> None:
        import mlflow

        ensure_database(self.tracking_uri)
        if mlflow.get_tracking_uri() != self.tracking_uri or mlflow.get_registry_uri() != self.tracking_uri:
            mlflow.set_tracking_uri(self.tracking_uri)
            mlflow.set_registry_uri(self.tracking_uri)

    def _ensure_experiment(self) -> str:
        if self._experiment_id is None:
            client = self.client
            found = client.get_experiment_by_name(self.experiment)
            self._experiment_id = found.experiment_id if found else self._create_experiment(client)
        return self._experiment_id

    def _create_experiment(self, client: MlflowClient) -> str:
        """A new experiment, or the one that another process made in this moment."""
        from mlflow.exceptions import MlflowException

        root = None if self.tracking_uri.startswith("http") else self._artifact_location()
        try:
            return client.create_experiment(self.experiment, root)
        except MlflowException:
            found = client.get_experiment_by_name(self.experiment)
            if found is None:
                raise
            return found.experiment_id

    def _artifact_location(self) -> str | None:
        if not self.artifact_root or "://" in self.artifact_root:
            return self.artifact_root
        return Path(self.artifact_root).absolute().as_uri()
