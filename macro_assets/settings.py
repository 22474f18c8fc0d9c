"""All settings, read from the environment (`MACRO_*`) or a `.env` file: nothing else configures the package.

Belongs here: names, defaults and units of settings, and today's date. Does not belong here: clients, connections.
"""

import datetime as dt
import hashlib
import os
import re
import tempfile
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from macro_assets.clock import NEW_YORK, sandbox_day, sandbox_instant

__all__ = ["MARKET_TIME_ZONE", "Settings", "addressable", "get_settings"]

MARKET_TIME_ZONE = NEW_YORK
MISREAD_IN_ADDRESSES = frozenset("?#%")  # Dagster and MLflow put the path into a database address without quoting it
_MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"


class Settings(BaseSettings):
    """Where data come from, where they are kept, and which day it is.

    The providers' addresses are the only switch between the real world and a sandbox: the clients are the same.
    """

    model_config = SettingsConfigDict(env_prefix="MACRO_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default=Path("macro_home"), description="folder of everything the package writes; made absolute")
    catalog_dir: Path | None = Field(
        default=None, description="a user's catalogue folder, merged over the embedded one"
    )

    lake_uri: str = Field(default="", description="folder or s3://bucket/prefix of the lake; default <home>/lake")
    lake_endpoint_url: str | None = Field(default=None, description="endpoint of an S3-compatible store")
    lake_access_key: SecretStr | None = None
    lake_secret_key: SecretStr | None = None
    lake_region: str = "us-east-1"

    fred_url: str = Field(default="https://api.stlouisfed.org/fred", description="root of the FRED API")
    fred_api_key: SecretStr | None = None
    fred_requests_per_minute: int = Field(default=120, ge=1, description="FRED's own limit")
    yahoo_url: str | None = Field(default=None, description="a stand-in for Yahoo; none = Yahoo itself")
    yahoo_requests_per_minute: int = Field(default=120, ge=1, description="our choice: Yahoo states no limit")
    world_bank_url: str = "https://api.worldbank.org/v2"
    world_bank_requests_per_minute: int = Field(
        default=120, ge=1, description="our choice: the World Bank states no limit"
    )
    surprises_url: str = Field(
        default="https://raw.githubusercontent.com/marekjarocinski/jkshocks_update_fed/main",
        description="folder of published policy surprises: the authors' public files (CC BY 4.0), or a sandbox",
    )
    own_data: Path | None = Field(default=None, description="folder of your own files; none = there are none")
    http_timeout_seconds: float = Field(default=30.0, gt=0, description="for connecting, and for each wait for bytes")
    http_request_seconds: float = Field(default=120.0, gt=0, description="for one request, whatever arrives")
    http_load_seconds: float = Field(
        default=900.0, gt=0, description="for all requests, retries and waits of one series, symbol or indicator"
    )
    http_largest_mb: float = Field(default=64.0, gt=0, description="largest body of an answer, decompressed")
    http_retries: int = Field(default=5, ge=0)

    today: dt.date | None = Field(
        default=None, description="simulated today that stands still; none = the wall clock in New York"
    )
    sandbox_url: str | None = Field(default=None, description="a sandbox whose day is today, and moves with it")
    daily_start: dt.date = Field(default=dt.date(1980, 1, 1), description="first daily partition")
    walk_forward_start: dt.date = Field(
        default=dt.date(1980, 1, 1), description="first day of the first as-of partition of the walk-forward"
    )

    left_out_months: str = Field(
        default="", description="first..last month without shocks, e.g. 2020-03..2020-09; empty = every month counts"
    )
    alert_webhook_url: SecretStr | None = Field(default=None, description="address that gets a POST for every alert")
    alert_log_file: Path | None = Field(default=None, description="file that gets a JSON line for every alert")
    alert_email_to: str = Field(default="", description="addresses that get a mail for every alert, by commas")
    alert_email_from: str = Field(default="", description="sender of alerts; default the first recipient")
    alert_smtp_host: str = Field(default="", description="mail server of alerts")
    alert_smtp_port: int = Field(default=587, ge=1, le=65535)
    alert_smtp_user: str = ""
    alert_smtp_password: SecretStr | None = None
    alert_smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="encryption of mail; none sends in the clear, for a server on the same machine"
    )

    page_hosts: str = Field(
        default="", description="names beside localhost under which Dagster's pages answer, by commas: those of a proxy"
    )

    mlflow_tracking_uri: str = Field(default="", description="default sqlite:///<home>/mlflow.db")
    mlflow_artifact_root: str = Field(default="", description="default <home>/mlflow_artifacts")

    @field_validator(
        "today",
        "sandbox_url",
        "yahoo_url",
        "catalog_dir",
        "own_data",
        "fred_api_key",
        "lake_endpoint_url",
        "alert_webhook_url",
        "alert_log_file",
        "alert_smtp_password",
        mode="before",
    )
    @classmethod
    def _empty_means_unset(cls, value: Any) -> Any:
        return None if value == "" else value

    @field_validator("own_data")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().absolute()

    @field_validator("fred_url", "yahoo_url", "world_bank_url", "surprises_url")
    @classmethod
    def _without_trailing_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @model_validator(mode="before")
    @classmethod
    def _places_under_home(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            return values
        home = Path(values.get("home") or "macro_home").expanduser().absolute()
        address = addressable(home)
        places = {
            "lake_uri": str(home / "lake"),
            "mlflow_tracking_uri": f"sqlite:///{address / 'mlflow.db'}",
            "mlflow_artifact_root": str(address / "mlflow_artifacts"),
        }
        given = {name: values.get(name) or default for name, default in places.items()}
        return values | {"home": home} | given

    @field_validator("left_out_months")
    @classmethod
    def _a_span_of_months(cls, value: str) -> str:
        if value and (not re.fullmatch(rf"{_MONTH}\.\.{_MONTH}", value) or value[:7] > value[9:]):
            raise ValueError(f"{value!r} is no span of months such as 2020-03..2020-09")
        return value

    def left_out(self) -> tuple[dt.date, dt.date] | None:
        """First days of the first and last month without shocks; None = every month counts."""
        if not self.left_out_months:
            return None
        first, last = (dt.date.fromisoformat(f"{month}-01") for month in self.left_out_months.split(".."))
        return first, last

    def page_host_names(self) -> frozenset[str]:
        """Names beside localhost under which Dagster's pages may be addressed, without ports."""
        return frozenset(name.strip().lower() for name in self.page_hosts.split(",") if name.strip())

    def current_day(self) -> dt.date:
        """Today in New York, or the simulated today.

        Raises
        ------
        TransientSourceError : the sandbox that keeps the day does not answer.
        """
        return self.simulated_day() or dt.datetime.now(MARKET_TIME_ZONE).date()

    def simulated_day(self) -> dt.date | None:
        """The simulated today: the one set, else that of the sandbox; none where time passes by itself."""
        if self.today is None and self.sandbox_url is not None:
            return sandbox_day(self.sandbox_url)
        return self.today

    def current_instant(self) -> dt.datetime:
        """Now in UTC; shortly after the hour of the sandbox, or noon of a set day, rising as real time passes."""
        now = dt.datetime.now(dt.UTC)
        if self.today is not None:
            hour = dt.datetime.combine(self.today, dt.time(12), MARKET_TIME_ZONE)
        elif self.sandbox_url is not None:
            hour = sandbox_instant(self.sandbox_url)
        else:
            return now
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        return hour.astimezone(dt.UTC) + (now - midnight) / 24


def addressable(folder: Path) -> Path:
    """A path to a folder that can stand in a database address: the folder's own, or that of a link in the temporary folder.

    Raises
    ------
    PermissionError : the folder of links belongs to another user.
    """
    if not MISREAD_IN_ADDRESSES & set(str(folder)):
        return folder
    links = Path(tempfile.gettempdir()) / f"macro_assets_{os.getuid()}"
    links.mkdir(mode=0o700, exist_ok=True)
    if links.stat().st_uid != os.getuid():
        raise PermissionError(f"Folder {links} belongs to another user. Set TMPDIR to a folder of your own.")
    link = links / hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    if not link.is_symlink():
        with suppress(FileExistsError):  # another process was first
            link.symlink_to(folder)
    return link


def get_settings() -> Settings:
    """The settings of the current environment: read again when it, the folder or its `.env` has changed."""
    prefix, folder = str(Settings.model_config["env_prefix"]), Path.cwd()
    named = {name: value for name, value in os.environ.items() if name.upper().startswith(prefix)}
    return _read(frozenset(named.items()), folder, _stamp(folder / ".env"))


@lru_cache(maxsize=8)
def _read(environment: frozenset[tuple[str, str]], folder: Path, file: tuple[int, int] | None) -> Settings:
    return Settings()


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
