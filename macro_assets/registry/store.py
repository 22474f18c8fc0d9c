"""The model registry: small functions over MLflow, with provenance on every run and aliases instead of stages.

Belongs here: runs, logging, loading, promotion, rollback. Does not belong here: the decision to promote (an asset
check decides), conversion of models (onnx_export.py, onnx_forest.py).
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macro_assets.errors import RegistryError
from macro_assets.registry.flavours import Flavour, load_model, write_model
from macro_assets.registry.provenance import Provenance
from macro_assets.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow.tracking import MlflowClient

__all__ = ["CHALLENGER", "CHAMPION", "PREVIOUS_CHAMPION", "LoadedModel", "LoggedModel", "Registry", "Run"]

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # read when mlflow is first imported

CHALLENGER, CHAMPION, PREVIOUS_CHAMPION = "challenger", "champion", "previous_champion"
_HISTORY_TAG = "champion_history"
_HISTORY_LENGTH = 50


@dataclass(frozen=True)
class LoggedModel:
    """A registered version of a model."""

    name: str
    version: int
    run_id: str
    flavour: str

    @property
    def uri(self) -> str:
        """URI under which MLflow loads it."""
        return f"models:/{self.name}/{self.version}"


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


class Run:
    """An open run: logs metrics, tables, pictures and models. Made by `Registry.run`."""

    def __init__(self, registry: Registry, run_id: str, provenance: Provenance) -> None:
        self._registry, self.run_id, self.provenance = registry, run_id, provenance

    def log(
        self,
        *,
        metrics: Mapping[str, float] | None = None,
        params: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        figures: Mapping[str, Figure] | None = None,
        tables: Mapping[str, pd.DataFrame] | None = None,
        files: Sequence[Path] = (),
    ) -> None:
        """Log what a reader of the run wants to see.

        Parameters
        ----------
        metrics : finite numbers; others are left out and named in the tag `not_finite`.
        params, tags : by name. figures : by file stem, stored as PNG. tables : by file stem, shown by the UI.
        files : artifacts copied as they stand.
        """
        import mlflow

        numbers = {name: float(value) for name, value in (metrics or {}).items()}
        finite = {name: value for name, value in numbers.items() if abs(value) < float("inf")}
        with _typed("log to a run"):
            if finite:
                mlflow.log_metrics(finite, run_id=self.run_id)
            if len(finite) < len(numbers):
                mlflow.set_tag("not_finite", ", ".join(sorted(set(numbers) - set(finite))))
            if params:
                mlflow.log_params({name: str(value)[:500] for name, value in params.items()})
            if tags:
                mlflow.set_tags(dict(tags))
            for stem, figure in (figures or {}).items():
                mlflow.log_figure(figure, f"figures/{stem}.png")
            for stem, table in (tables or {}).items():
                mlflow.log_table(_plain(table), f"tables/{stem}.json")
            for path in files:
                mlflow.log_artifact(str(path))

    def log_model(
        self,
        name: str,
        model: Any,
        flavour: Flavour,
        *,
        input_example: Any,
        output_example: Any = None,
        signature: Any = None,
        pip_requirements: Sequence[str],
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
        alias: str | None = CHALLENGER,
        **options: Any,
    ) -> LoggedModel:
        """Log and register a model; the alias moves to the new version.

        Parameters
        ----------
        name : registered name.
        model, flavour : the object and how it is kept (`pytorch` becomes a traced program).
        input_example : a few rows (frame or array) as the model takes them; two or more for `pytorch`.
        output_example : what the model answers to it; with it the signature is inferred.
        signature : an MLflow signature, instead.
        pip_requirements : what loading it needs; always named, since inferring them takes twenty times as long.
        metrics, tags : also set on the version, beside the provenance.
        alias : moves to this version; none = no alias.
        options : passed on to the flavour.

        Raises
        ------
        RegistryError : neither signature nor output example, or MLflow refuses the model.
        """
        import mlflow
        from mlflow.models import infer_signature

        if signature is None and output_example is None:
            raise RegistryError(f"model {name!r} needs a signature.", remedy="Pass output_example, or a signature.")
        shared = {
            "name": name.replace(".", "_"),
            "signature": signature or infer_signature(input_example, output_example),
            "input_example": input_example,
            "pip_requirements": list(pip_requirements),
            "registered_model_name": name,
        }
        if metrics:
            self.log(metrics=metrics)
        with _typed(f"log model {name!r}"), _quiet():
            info = write_model(flavour, model, {**shared, **options})
            version = int(info.registered_model_version)
            labels = {"flavour": flavour, **self.provenance.tags(), **dict(tags or {})}
            for key, value in labels.items():
                self._registry.client.set_model_version_tag(name, str(version), key, str(value))
            if alias:
                self._registry.client.set_registered_model_alias(name, alias, str(version))
            mlflow.set_tag(f"model.{name}", str(version))
        return LoggedModel(name, version, self.run_id, flavour)


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
        with _typed("open a run"):
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
        with _typed(f"load model {name!r}"), _quiet():
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
        with _typed(f"read the history of {name!r}"):
            return json.loads(self.client.get_registered_model(name).tags.get(_HISTORY_TAG, "[]"))

    def _crown(self, name: str, found: Any, reason: str, by: str) -> LoggedModel:
        version, before = int(found.version), self.version(name, CHAMPION)
        if version == before:
            return LoggedModel(name, version, found.run_id or "", found.tags.get("flavour", ""))
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        entry = {"version": version, "previous": before, "at": at, "reason": reason, "by": by}
        history = [*self.history(name), entry][-_HISTORY_LENGTH:]
        client = self.client
        with _typed(f"promote model {name!r}"):
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
        with _typed(f"find {what} of model {name!r}"):
            if version is not None:
                return self.client.get_model_version(name, str(version))
            return self.client.get_model_version_by_alias(name, alias)

    def _point_mlflow_here(self) -> None:
        logging.getLogger("alembic").setLevel(logging.WARNING)  # one line for each migration of a new database
        import mlflow

        if self.tracking_uri.startswith("sqlite:///"):
            Path(self.tracking_uri.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        if mlflow.get_tracking_uri() != self.tracking_uri or mlflow.get_registry_uri() != self.tracking_uri:
            mlflow.set_tracking_uri(self.tracking_uri)
            mlflow.set_registry_uri(self.tracking_uri)

    def _ensure_experiment(self) -> str:
        if self._experiment_id is None:
            client = self.client
            found = client.get_experiment_by_name(self.experiment)
            root = None if self.tracking_uri.startswith("http") else self._artifact_location()
            self._experiment_id = found.experiment_id if found else client.create_experiment(self.experiment, root)
        return self._experiment_id

    def _artifact_location(self) -> str | None:
        if not self.artifact_root or "://" in self.artifact_root:
            return self.artifact_root
        return Path(self.artifact_root).absolute().as_uri()


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A frame as MLflow's JSON table takes it: a plain index, dates as text."""
    flat = table.reset_index() if table.index.name or table.index.nlevels > 1 else table.reset_index(drop=True)
    return flat.astype({name: str for name in flat.columns if flat[name].dtype.kind in "mMO"})


@contextmanager
def _typed(what: str) -> Iterator[None]:
    """MLflow's errors as ours, with what was being done."""
    from mlflow.exceptions import MlflowException

    try:
        yield
    except MlflowException as error:
        raise RegistryError(f"cannot {what}: {error}", remedy="See `macro-assets doctor`.") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Without MLflow's advice on formats that are chosen here on purpose."""
    logger = logging.getLogger("mlflow")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
