"""An open run: what is logged in it, and models registered from it.

Belongs here: writing to one run. Does not belong here: opening runs (store.py), loading, promotion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from macro_assets.errors import RegistryError
from macro_assets.registry.failures import quiet, typed
from macro_assets.registry.flavours import Flavour, write_model
from macro_assets.registry.provenance import Provenance

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from mlflow.tracking import MlflowClient

__all__ = ["CHALLENGER", "LoggedModel", "Run"]

CHALLENGER = "challenger"


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


class Run:
    """An open run: logs metrics, tables, pictures and models. Opened by `Registry.run`."""

    def __init__(self, client: MlflowClient, run_id: str, provenance: Provenance) -> None:
        self._client, self.run_id, self.provenance = client, run_id, provenance
        self._not_finite: set[str] = set()

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
        with typed("log to a run"):
            if finite:
                mlflow.log_metrics(finite, run_id=self.run_id)
            if len(finite) < len(numbers):
                self._not_finite |= set(numbers) - set(finite)
                mlflow.set_tag("not_finite", ", ".join(sorted(self._not_finite)))
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
        output_example : its prediction for them; with it the signature is inferred.
        signature : an MLflow signature, instead.
        pip_requirements : what loading it needs; always named, since inferring them takes twenty times as long.
        metrics, tags : also set on the version, beside the provenance.
        alias : moves to this version; none = no alias.
        options : passed on to the flavour.

        Raises
        ------
        RegistryError : neither signature nor output example, or MLflow refuses the model.
        """
        from mlflow.models import infer_signature

        if signature is None and output_example is None:
            raise RegistryError(f"Model {name!r} has no signature.", remedy="Pass output_example, or a signature.")
        shared = {
            "name": name.replace(".", "_"),
            "signature": signature or infer_signature(input_example, output_example),
            "input_example": input_example,
            "pip_requirements": list(pip_requirements),
        }
        if metrics:
            self.log(metrics=metrics)
        with typed(f"log model {name!r}"), quiet():
            info = write_model(flavour, model, {**shared, **options})
            version = self._register(name, info.model_uri, {"flavour": flavour, **dict(tags or {})}, alias)
        return LoggedModel(name, version, self.run_id, flavour)

    def _register(self, name: str, uri: str, tags: Mapping[str, str], alias: str | None) -> int:
        """The new version, registered with its labels in one step: no reader ever meets a version without them."""
        import mlflow

        labels = {**self.provenance.tags(), **tags}
        entry = mlflow.register_model(uri, name, tags={key: str(text) for key, text in labels.items()})
        if alias:
            self._client.set_registered_model_alias(name, alias, str(entry.version))
        mlflow.set_tag(f"model.{name}", str(entry.version))
        return int(entry.version)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A frame as MLflow's JSON table takes it: a plain index, dates as text."""
    flat = table.reset_index() if table.index.name or table.index.nlevels > 1 else table.reset_index(drop=True)
    return flat.astype({name: str for name in flat.columns if flat[name].dtype.kind in "mMO"})
