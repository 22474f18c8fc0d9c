"""`macro-assets doctor`: what is missing, and the remedy.

Belongs here: one small, read-only probe per subject. Does not belong here: repairs.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Sized
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from macro_assets.commands.home import Origin, read_origin
from macro_assets.errors import MacroAssetsError
from macro_assets.settings import Settings, get_settings
from macro_assets.sources.provider import Credential, Provider
from macro_assets.sources.providers import PROVIDERS

PACKAGES = ("dagster", "dagster-webserver", "dagster-aws", "dagster-postgres", "econml", "torch", "xgboost", "scikit-learn",
            "pandas", "pyarrow", "deltalake", "mlflow", "onnxruntime",
            *(provider.client for provider in PROVIDERS if provider.client))  # fmt: skip
CONNECT_SECONDS = 3.0


@dataclass(frozen=True)
class Diagnosis:
    """One subject: whether it works, what was found, what to do if it does not."""

    subject: str
    ok: bool
    found: str
    remedy: str

    def row(self) -> dict[str, str | bool]:
        """The diagnosis as a row of output; a remedy only where one is needed."""
        return {"subject": self.subject, "ok": self.ok, "found": self.found, "remedy": "" if self.ok else self.remedy}


ESSENTIAL = {"Python", "packages", "catalogue", "home", "settings"}


def able_to_work(diagnoses: list[Diagnosis]) -> bool:
    """Whether everything works that no command can do without."""
    return all(diagnosis.ok for diagnosis in diagnoses if diagnosis.subject in ESSENTIAL)


def examine() -> list[Diagnosis]:
    """Probe interpreter, packages, settings, catalogue, home, lake, providers and registry."""
    try:
        settings = get_settings()
    except ValueError as error:
        remedy = "Correct the MACRO_* variable it names, or .env."
        return [Diagnosis("settings", ok=False, found=str(error), remedy=remedy)]
    rows = [probe(settings) for probe in PROBES]
    origin = read_origin(settings.home)
    if origin is not None:
        return [*rows, _sandbox(settings, origin)]
    rows.append(_dagster_home(settings))
    keys = [_key(provider, provider.credential, settings) for provider in PROVIDERS if provider.credential]
    return [*rows, *keys, *map(partial(_place, settings), PROVIDERS)]


def _python(settings: Settings) -> Diagnosis:
    version_found = ".".join(map(str, sys.version_info[:3]))
    enough = sys.version_info >= (3, 11)
    return Diagnosis("Python", ok=enough, found=version_found, remedy="Install Python 3.11 or newer.")


def _packages(settings: Settings) -> Diagnosis:
    missing = [name for name in PACKAGES if not _installed(name)]
    found = f"missing {', '.join(missing)}" if missing else f"all {len(PACKAGES)}"
    return Diagnosis("packages", ok=not missing, found=found, remedy="Run `make setup`.")


def _installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _key(provider: Provider[Any], credential: Credential, settings: Settings) -> Diagnosis:
    key = getattr(settings, credential.setting)
    valid = key is not None and len(key.get_secret_value()) == credential.length
    found = "not set" if key is None else ("set" if valid else f"set, but not {credential.length} characters long")
    return Diagnosis(f"{provider.title} key", ok=valid, found=found, remedy=credential.remedy)


def _catalogue(settings: Settings) -> Diagnosis:
    from macro_assets.catalog import load_catalog

    remedy = "Correct the file it names."
    try:
        catalog = load_catalog(settings.catalog_dir)
    except MacroAssetsError as error:
        return Diagnosis("catalogue", ok=False, found=str(error), remedy=remedy)
    counts: dict[str, Sized] = {"series": catalog.series, "tickers": catalog.assets, "indicators": catalog.indicators,
                                "shocks": catalog.shocks}  # fmt: skip
    found = ", ".join(f"{len(entries)} {name}" for name, entries in counts.items())
    return Diagnosis("catalogue", ok=True, found=found, remedy=remedy)


def _home(settings: Settings) -> Diagnosis:
    place = settings.home if settings.home.exists() else settings.home.parent
    remedy = "Set MACRO_HOME to a folder you can write to."
    return Diagnosis("home", ok=os.access(place, os.W_OK), found=str(settings.home), remedy=remedy)


def _lake(settings: Settings) -> Diagnosis:
    from macro_assets.lake import Lake

    try:
        lake = Lake.from_settings(settings)
        lake.check_store()
        tables = lake.tables()
    except MacroAssetsError as error:
        return Diagnosis("lake", ok=False, found=str(error), remedy="Check MACRO_LAKE_URI and its keys.")
    found = f"{len(tables)} tables at {settings.lake_uri}"
    remedy = "Run `macro-assets demo`, or materialise the bronze assets in Dagster."
    return Diagnosis("lake", ok=bool(tables), found=found, remedy=remedy)


def _sandbox(settings: Settings, origin: Origin) -> Diagnosis:
    """The source of a home that a sandbox filled: it needs no key, no provider, and whatever else `ui` sets."""
    source = f"recorded data in {origin.archive}" if origin.archive else f"the simulated economy, seed {origin.seed}"
    there = origin.archive is None or Path(origin.archive).is_dir()
    found = f"{source}; today is {origin.today}" if there else f"{source}, a folder that does not exist"
    return Diagnosis("sandbox", ok=there, found=found, remedy="Put the folder back; `macro-assets ui` serves it.")


def _dagster_home(settings: Settings) -> Diagnosis:
    home = os.environ.get("DAGSTER_HOME", "")
    remedy = "`macro-assets ui` sets it; for `dagster dev` set it to <home>/dagster."
    return Diagnosis("DAGSTER_HOME", ok=bool(home) and Path(home).is_dir(), found=home or "not set", remedy=remedy)


def _place(settings: Settings, provider: Provider[Any]) -> Diagnosis:
    """Where a provider's data come from: an address that answers, or a folder that is there (none is well too)."""
    address = provider.address(settings)
    if not provider.is_local:
        return _reach(provider.title, address)
    folder = getattr(settings, provider.setting)
    found = address if folder is None or folder.is_dir() else f"{address}, a folder that does not exist"
    remedy = f"Correct MACRO_{provider.setting.upper()}, or create the folder."
    return Diagnosis(provider.title, ok=found == address, found="none" if folder is None else found, remedy=remedy)


def _reach(name: str, url: str) -> Diagnosis:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    remedy = "Check the network, or point the setting at `macro-assets sandbox`."
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            return Diagnosis(name, ok=True, found=f"{host} answers", remedy=remedy)
    except OSError as error:
        return Diagnosis(name, ok=False, found=f"{host}:{port} does not answer ({error})", remedy=remedy)


PROBES: tuple[Callable[[Settings], Diagnosis], ...] = (_python, _packages, _catalogue, _home, _lake)
