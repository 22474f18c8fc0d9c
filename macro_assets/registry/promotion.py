"""Who is champion: aliases, the history of their changes, and the default that speaks before anyone was promoted.

Belongs here: moving and reading the aliases `champion` and `previous_champion`. Does not belong here: the decision to
promote (an asset applies the gate), logging and loading of models.

A title such as `recession_m` is a registered model of its own. Promoting a candidate adds its version to the title and
moves the title's alias: one alias says who speaks, whatever number of candidates there are.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from macro_assets.errors import RegistryError
from macro_assets.registry.failures import typed
from macro_assets.registry.runs import CHALLENGER, LoggedModel

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion
    from mlflow.tracking import MlflowClient

CHAMPION, PREVIOUS_CHAMPION = "champion", "previous_champion"
UNPROVEN = "default, unproven"
_HISTORY_TAG = "champion_history"
_HISTORY_LENGTH = 50

__all__ = ["CHAMPION", "PREVIOUS_CHAMPION", "UNPROVEN", "Champion", "aliases", "champion", "demote", "find_version", "history",
           "promote", "rollback"]  # fmt: skip


@dataclass(frozen=True)
class Champion:
    """Which candidate speaks for a title.

    Attributes
    ----------
    title : registered model that holds the alias. candidate : its name among the candidates.
    version : of the title; none while nobody was promoted and the default speaks.
    """

    title: str
    candidate: str
    version: int | None = None

    @property
    def proven(self) -> bool:
        """Whether the gate, or a person, promoted it."""
        return self.version is not None

    @property
    def standing(self) -> str:
        """The word that stands beside its numbers: champion, or `default, unproven`."""
        return CHAMPION if self.proven else UNPROVEN


def champion(client: MlflowClient, title: str, *, default: str) -> Champion:
    """Who speaks for a title; the default while the alias points nowhere."""
    version = aliases(client, title).get(CHAMPION)
    if version is None:
        return Champion(title, default)
    tags = find_version(client, title, CHAMPION, version).tags
    return Champion(title, tags.get("candidate", title), version)


def aliases(client: MlflowClient, name: str) -> dict[str, int]:
    """Version by alias; empty for an unknown model."""
    from mlflow.exceptions import MlflowException

    try:
        return {alias: int(v) for alias, v in client.get_registered_model(name).aliases.items()}
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            return {}
        raise RegistryError(f"Cannot read model {name!r}: {error}.", remedy="See `macro-assets doctor`.") from error


def find_version(client: MlflowClient, name: str, alias: str, version: int | None) -> ModelVersion:
    """A version by number, or the one behind an alias.

    Raises
    ------
    RegistryError : no such model, alias or version.
    """
    what = f"version {version}" if version is not None else f"alias {alias!r}"
    with typed(f"find {what} of model {name!r}"):
        if version is not None:
            return client.get_model_version(name, str(version))
        return client.get_model_version_by_alias(name, alias)


def promote(
    client: MlflowClient, name: str, version: int | None, *, reason: str, by: str, title: str | None
) -> LoggedModel:
    """Make a version champion, of its own model or of a title; see `Registry.promote`."""
    found = find_version(client, name, CHALLENGER, version)
    return _crown(client, name if title is None else title, found, reason, by)


def rollback(client: MlflowClient, name: str, *, reason: str, by: str) -> LoggedModel:
    """Give the alias back to the previous champion; see `Registry.rollback`."""
    if PREVIOUS_CHAMPION not in aliases(client, name):
        raise RegistryError(f"Model {name!r} has no previous champion.", remedy="Promote a version instead.")
    return _crown(client, name, find_version(client, name, PREVIOUS_CHAMPION, None), reason, by)


def demote(client: MlflowClient, title: str, *, reason: str, by: str) -> None:
    """Leave a title without champion; see `Registry.demote`."""
    before = aliases(client, title).get(CHAMPION)
    if before is None:
        raise RegistryError(f"Model {title!r} has no champion.", remedy="Nothing needs to be demoted.")
    entry = {"version": None, "previous": before, "at": _now(), "reason": reason, "by": by}
    changes = [*history(client, title), entry][-_HISTORY_LENGTH:]
    with typed(f"demote the champion of {title!r}"):
        client.delete_registered_model_alias(title, CHAMPION)
        client.set_registered_model_alias(title, PREVIOUS_CHAMPION, str(before))
        client.set_registered_model_tag(title, _HISTORY_TAG, json.dumps(changes))


def history(client: MlflowClient, name: str) -> list[dict[str, Any]]:
    """Changes of the champion, oldest first: version, previous, at (UTC), reason, by."""
    with typed(f"read the history of {name!r}"):
        changes: list[dict[str, Any]] = json.loads(client.get_registered_model(name).tags.get(_HISTORY_TAG, "[]"))
        return changes


def _crown(client: MlflowClient, title: str, found: ModelVersion, reason: str, by: str) -> LoggedModel:
    before = aliases(client, title).get(CHAMPION)
    version = _version_of_title(client, title, found, before)
    logged = LoggedModel(title, version, found.run_id or "", found.tags.get("flavour", ""))
    if version == before:
        return logged
    at = _now()
    entry = {"version": version, "previous": before, "at": at, "reason": reason, "by": by}
    changes = [*history(client, title), entry][-_HISTORY_LENGTH:]
    with typed(f"promote model {title!r}"):
        # The alias moves first: a crash between the writes leaves a champion, never none.
        client.set_registered_model_alias(title, CHAMPION, str(version))
        if before is not None:
            client.set_registered_model_alias(title, PREVIOUS_CHAMPION, str(before))
            client.set_model_version_tag(title, str(before), "replaced_at", at)
        client.set_model_version_tag(title, str(version), "promoted_at", at)
        client.set_model_version_tag(title, str(version), "promotion_reason", reason)
        client.set_registered_model_tag(title, _HISTORY_TAG, json.dumps(changes))
    return logged


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def _version_of_title(client: MlflowClient, title: str, found: ModelVersion, before: int | None) -> int:
    """The version of a title that stands for a version of a candidate: the champion itself, or a new one."""
    from mlflow.exceptions import MlflowException

    if found.name == title:
        return int(found.version)
    source = f"models:/{found.name}/{found.version}"
    if before is not None and find_version(client, title, CHAMPION, before).tags.get("promoted_from") == source:
        return before
    with typed(f"enter {source} under the title {title!r}"):
        try:
            client.create_registered_model(title)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        tags = {"candidate": found.name, **found.tags, "promoted_from": source}
        entered = client.create_model_version(title, source, found.run_id, tags=tags, model_id=found.model_id)
    return int(entered.version)
