"""The doctor: what is missing, and the remedy.

Belongs here: one small probe a subject; nothing is changed. Does not belong here: mending.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

from macro_assets.errors import MacroAssetsError
from macro_assets.settings import Settings, get_settings

PACKAGES = (
    "dagster",
    "dagster-webserver",
    "dagster-aws",
    "dagster-postgres",
    "econml",
    "torch",
    "xgboost",
    "scikit-learn",
    "pandas",
    "pyarrow",
    "deltalake",
    "fredapi",
    "yfinance",
    "wbgapi",
    "mlflow",
    "onnxruntime",
)
CONNECT_SECONDS = 3.0


@dataclass(frozen=True)
class Diagnosis:
    """One subject: whether it is well, what was found, what to do if it is not."""

    subject: str
    well: bool
    found: str
    remedy: str = ""

    def row(self) -> dict[str, str | bool]:
        return {"subject": self.subject, "well": self.well, "found": self.found,
                "remedy": "" if self.well else self.remedy}  # fmt: skip


ESSENTIAL = {"Python", "packages", "catalogue", "home", "settings"}


def able_to_work(found: list[Diagnosis]) -> bool:
    """Whether everything is well that no command can do without."""
    return all(diagnosis.well for diagnosis in found if diagnosis.subject in ESSENTIAL)


def examine() -> list[Diagnosis]:
    """Probe interpreter, packages, settings, catalogue, home, lake, providers and registry."""
    probes: list[Callable[[Settings], Diagnosis]] = [
        _python,
        _packages,
        _key,
        _catalogue,
        _home,
        _lake,
        _dagster_home,
        lambda s: _reach("FRED", s.fred_url),
        lambda s: _reach("Yahoo", s.yahoo_url or "https://query2.finance.yahoo.com"),
        lambda s: _reach("World Bank", s.world_bank_url),
        lambda s: _reach("shock series", s.surprises_url),
    ]
    try:
        settings = get_settings()
    except ValueError as error:
        return [Diagnosis("settings", False, str(error), "Correct the MACRO_* variable it names, or .env.")]
    return [probe(settings) for probe in probes]


def _python(settings: Settings) -> Diagnosis:
    found = ".".join(map(str, sys.version_info[:3]))
    return Diagnosis("Python", sys.version_info >= (3, 11), found, "Install Python 3.11 or newer.")


def _packages(settings: Settings) -> Diagnosis:
    absent = []
    for name in PACKAGES:
        try:
            version(name)
        except PackageNotFoundError:
            absent.append(name)
    return Diagnosis(
        "packages",
        not absent,
        f"missing {', '.join(absent)}" if absent else f"all {len(PACKAGES)}",
        "Run `make setup`.",
    )


def _key(settings: Settings) -> Diagnosis:
    key = settings.fred_api_key
    well = key is not None and len(key.get_secret_value()) == 32
    found = "not set" if key is None else ("set" if well else "set, but not 32 characters")
    return Diagnosis(
        "FRED key",
        well,
        found,
        "Get a free key at fred.stlouisfed.org and set MACRO_FRED_API_KEY; `macro-assets demo` needs none.",
    )


def _catalogue(settings: Settings) -> Diagnosis:
    from macro_assets.catalog import load_catalog

    try:
        catalog = load_catalog(settings.catalog_dir)
    except MacroAssetsError as error:
        return Diagnosis("catalogue", False, str(error), "Correct the file it names.")
    return Diagnosis(
        "catalogue",
        True,
        f"{len(catalog.series)} series, {len(catalog.assets)} tickers, "
        f"{len(catalog.indicators)} indicators, {len(catalog.shocks)} shocks",
    )


def _home(settings: Settings) -> Diagnosis:
    place = settings.home if settings.home.exists() else settings.home.parent
    return Diagnosis(
        "home", os.access(place, os.W_OK), str(settings.home), "Name a folder you may write to with MACRO_HOME."
    )


def _lake(settings: Settings) -> Diagnosis:
    from macro_assets.lake import Lake

    try:
        held = Lake.from_settings(settings).tables()
    except MacroAssetsError as error:
        return Diagnosis("lake", False, str(error), "Check MACRO_LAKE_URI and its keys.")
    return Diagnosis(
        "lake",
        bool(held),
        f"{len(held)} tables at {settings.lake_uri}",
        "Run `macro-assets demo`, or materialise the bronze assets in Dagster.",
    )


def _dagster_home(settings: Settings) -> Diagnosis:
    home = os.environ.get("DAGSTER_HOME", "")
    return Diagnosis(
        "DAGSTER_HOME",
        bool(home) and Path(home).is_dir(),
        home or "not set",
        "`macro-assets ui` sets it; for `dagster dev` set it to <home>/dagster.",
    )


def _reach(name: str, url: str) -> Diagnosis:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS):
            return Diagnosis(name, True, f"{host} answers")
    except OSError as error:
        return Diagnosis(
            name,
            False,
            f"{host}:{port} does not answer ({error})",
            "Check the network, or point the setting at `macro-assets sandbox`.",
        )
