"""A local stand-in for the data providers, speaking their wire formats.

Belongs here: the archive it serves, the HTTP server, faults, and (in `economy/`) the simulated economy.
Does not belong here: clients, the lake, Dagster. Heavy imports happen on first use.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Archive": "archive",
    "ArchiveFormatError": "archive",
    "RemoteSandbox": "remote",
    "SandboxProcess": "remote",
    "SandboxServer": "server",
    "SandboxStartError": "remote",
    "main": "command",
}

# Settings of who asks a sandbox of his own: restraint protects providers, and this one needs none.
NO_LIMITS = {f"MACRO_{name}_REQUESTS_PER_MINUTE": "100000" for name in ("FRED", "YAHOO", "WORLD_BANK")}

__all__ = [
    "NO_LIMITS",
    "Archive",
    "ArchiveFormatError",
    "RemoteSandbox",
    "SandboxProcess",
    "SandboxServer",
    "SandboxStartError",
    "main",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
