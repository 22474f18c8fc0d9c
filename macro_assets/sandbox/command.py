"""`macro-assets sandbox`: serve an archive or the simulated economy until interrupted.

Belongs here: the entry point and what it prints. Does not belong here: serving (server.py).
"""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

from macro_assets.sandbox.archive import Archive
from macro_assets.sandbox.server import SandboxServer


def main(
    archive: Path | None = None,
    seed: int = 7,
    today: date | None = None,
    host: str = "127.0.0.1",
    port: int = 8090,
    *,
    requests_per_minute: int | None = None,
    day_file: Path | None = None,
    end_with_stdin: bool = False,
    report: Callable[[str], Any] = print,
) -> None:
    """Serve until interrupted (Ctrl-C or SIGTERM), after printing the settings to paste.

    Parameters
    ----------
    archive : folder of recorded data; None = the simulated economy of `seed`.
    today : the simulated day; default the last one of a recorded archive, two years before the simulated end.
    host, port : where to listen; port 0 chooses a free one.
    requests_per_minute : FRED's rate limit; None = none.
    day_file : keeps the day; a sandbox started again goes on from it.
    end_with_stdin : end when standard input closes: a parent's end then ends this process.
    report : receives one line of text at a time.

    Raises
    ------
    ArchiveFormatError : the folder is not an archive. OSError : the port is in use.
    """
    contents, truth, first_day = (Archive.read(archive), None, None) if archive else simulated(seed)
    today = today or first_day
    server = SandboxServer(contents, today, host=host, port=port, requests_per_minute=requests_per_minute, truth=truth,
                           day_file=day_file)  # fmt: skip
    signal.signal(signal.SIGTERM, _interrupt)
    if end_with_stdin:
        Thread(target=_end_with_stdin, daemon=True).start()
    try:
        for line in greeting(server, str(archive) if archive else f"the simulated economy, seed {seed}"):
            report(line)
        sys.stdout.flush()
        server.serve_forever()
    except KeyboardInterrupt:
        report("Sandbox stopped.")


def simulated(seed: int) -> tuple[Archive, dict[str, Any], date]:
    """The simulated economy of a seed: its archive, its true effects as plain values, and the day to begin at.

    The archive reaches beyond that day, so that time can move on and releases happen.
    """
    from macro_assets.sandbox.economy import simulate

    economy = simulate(seed=seed)
    return economy.archive, economy.truth.as_dict(), economy.default_today


def greeting(server: SandboxServer, source: str) -> list[str]:
    """Address, contents, settings to paste, and how to let time pass."""
    return [
        f"Sandbox at {server.base_url}",
        f"  serves {source}; today is {server.today}",
        "",
        "Settings for the real clients (paste into a shell or .env):",
        *(f"export {name}={value}" for name, value in server.urls.items()),
        f"export MACRO_SANDBOX_URL={server.base_url}",
        "",
        "Let time pass, or let a provider fail:",
        f"  curl -X POST '{server.base_url}/control/advance_to?today=YYYY-MM-DD'",
        f"""  curl {server.base_url}/control/faults -d '{{"kind": "429", "times": 2, "path": "/fred/*"}}'""",
    ]


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt


def _end_with_stdin() -> None:
    while sys.stdin.read(4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def parse(arguments: Sequence[str] | None = None) -> dict[str, Any]:
    """Arguments of `python -m macro_assets.sandbox` as those of `main`."""
    parser = argparse.ArgumentParser(
        prog="macro_assets.sandbox", description="A local stand-in for the data providers."
    )
    parser.add_argument("--archive", type=Path, help="folder of recorded data; default: the simulated economy")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--today", type=date.fromisoformat, help="the simulated day; default: the last one recorded")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 chooses a free one")
    parser.add_argument("--requests-per-minute", type=int, help="FRED's rate limit; default: none")
    parser.add_argument("--day-file", type=Path, help="keeps the day; a sandbox started again goes on from it")
    parser.add_argument("--end-with-stdin", action="store_true", help=argparse.SUPPRESS)
    return vars(parser.parse_args(arguments))
