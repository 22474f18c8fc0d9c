"""The model registry: small functions over MLflow, with provenance on every run and aliases instead of stages.

Belongs here: one address, its client, and the doors of the room. Does not belong here: what a run logs (runs.py), how a
model is read (loading.py), how an alias moves (promotion.py), the decision to promote (an asset applies the gate),
conversion of models (export/).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macro_assets.registry import loading, promotion
from macro_assets.registry.database import SQLITE, ensure_database
from macro_assets.registry.failures import typed
from macro_assets.registry.flavours import Flavour
from macro_assets.registry.loading import LoadedModel
from macro_assets.registry.promotion import CHAMPION, Champion
from macro_assets.registry.provenance import Provenance
from macro_assets.registry.runs import LoggedModel, Run
from macro_assets.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow.tracking import MlflowClient

__all__ = ["Registry"]

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when mlflow is first imported


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
            yield Run(self.client, active.info.run_id, provenance)

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
        RegistryError : no such model, alias or version, or it was registered by an earlier version of this package
            whose modules have moved: train again.
        """
        return loading.load(self.client, name, alias, version)

    def version(self, name: str, alias: str = CHAMPION) -> int | None:
        """The version an alias points to, or none."""
        return self.aliases(name).get(alias)

    def aliases(self, name: str) -> dict[str, int]:
        """Version by alias; empty for an unknown model."""
        return promotion.aliases(self.client, name)

    def champion(self, title: str, *, default: str) -> Champion:
        """Who speaks for a title: the candidate of the version behind its alias `champion`, else the default.

        A local registry that nobody has used yet is not made by asking.
        """
        if self.tracking_uri.startswith(SQLITE) and not Path(self.tracking_uri.removeprefix(SQLITE)).exists():
            return Champion(title, default)
        return promotion.champion(self.client, title, default=default)

    def promote(
        self, name: str, version: int | None = None, *, reason: str, by: str = "gate", title: str | None = None
    ) -> LoggedModel:
        """Make a version the champion; the one before stays as `previous_champion` and in the history.

        Parameters
        ----------
        version : default: the challenger.
        reason : why, for the history; by : who decided.
        title : registered model that several candidates compete for; the version is entered there and becomes its
            champion. Default: the model's own name.

        Raises
        ------
        RegistryError : no such version.
        """
        return promotion.promote(self.client, name, version, reason=reason, by=by, title=title)

    def rollback(self, name: str, *, reason: str, by: str = "operator") -> LoggedModel:
        """Give the alias of a model or title back to the previous champion, and say so in the history.

        Raises
        ------
        RegistryError : there is no previous champion.
        """
        return promotion.rollback(self.client, name, reason=reason, by=by)

    def demote(self, title: str, *, reason: str, by: str = "gate") -> None:
        """Take the alias away from the champion of a title, so that the default speaks, and say so in the history.

        Raises
        ------
        RegistryError : there is no champion.
        """
        promotion.demote(self.client, title, reason=reason, by=by)

    def history(self, name: str) -> list[dict[str, Any]]:
        """Changes of the champion, oldest first: version, previous, at (UTC), reason, by."""
        return promotion.history(self.client, name)

    def _point_mlflow_here(self) -> None:
        import mlflow

        ensure_database(self.tracking_uri, self.artifact_root)
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
        """A new experiment, or the one that another process created in this moment."""
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
