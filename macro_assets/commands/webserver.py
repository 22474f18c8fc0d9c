"""Dagster's web server with the guard of local pages in its chain: `python -m macro_assets.commands.webserver`.

Belongs here: putting the guard in. Does not belong here: the guard's rule (guard.py), everything else (dagster_webserver).
"""

from typing import Any

from dagster_webserver import app, cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from macro_assets.commands.guard import LOCAL_HOSTS, LocalGuard
from macro_assets.settings import get_settings


def served_hosts() -> frozenset[str]:
    """Names under which the pages answer: this machine's own, and those of a proxy in the settings."""
    return LOCAL_HOSTS | get_settings().page_host_names()


class GuardedWebserver(DagsterWebserver[Any, Any]):
    """Dagster's web server; `build_middleware` is its own hook."""

    def build_middleware(self) -> list[Middleware]:
        """The guard first, then Dagster's own."""
        return [Middleware(LocalGuard, hosts=served_hosts()), *super().build_middleware()]


def main() -> None:
    """Dagster's own command line on the guarded server, which it finds under this name."""
    app.DagsterWebserver = GuardedWebserver  # type: ignore[attr-defined,misc]
    cli.main()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
