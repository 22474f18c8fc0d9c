"""A sandbox in another process: its handle, and starting one.

Belongs here: the control endpoints as methods, the child process. Does not belong here: serving (server.py).
"""

import re
import subprocess
import sys
import tempfile
from datetime import date, time
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, TextIO

import httpx2

from macro_assets.errors import MacroAssetsError
from macro_assets.sandbox.fred_parameters import API_KEY
from macro_assets.sandbox.wire import parse_day

# Settings for clients of a local sandbox: request limits protect providers, and this one needs no protection.
NO_LIMITS = {f"MACRO_{name}_REQUESTS_PER_MINUTE": "100000" for name in ("FRED", "YAHOO", "WORLD_BANK")}


class SandboxStartError(MacroAssetsError):
    """The sandbox process stopped, or did not report its address, before it listened."""


class RemoteFaults:
    """Faults of a sandbox in another process, as `faults.Faults`."""

    def __init__(self, sandbox: "RemoteSandbox") -> None:
        self._sandbox = sandbox

    def inject(self, kind: str, **what: Any) -> None:
        """Let the next matching requests fail; `what` as in `faults.Fault`. Kind "revised" takes those of `revise`."""
        self._sandbox.call("POST", "faults", {"kind": kind, **what})

    def clear(self) -> None:
        self._sandbox.call("DELETE", "faults")

    def describe(self) -> list[dict[str, Any]]:
        """The waiting faults."""
        waiting: list[dict[str, Any]] = self._sandbox.call("GET", "faults")
        return waiting


class RemoteSandbox:
    """Handle of a sandbox that listens somewhere, with the methods of `SandboxServer`.

    Parameters
    ----------
    base_url : its address, e.g. `http://127.0.0.1:8090`.
    """

    def __init__(self, base_url: str = "") -> None:
        self.base_url = base_url.rstrip("/")
        self.faults = RemoteFaults(self)

    @property
    def urls(self) -> dict[str, str]:
        """The settings that point the real clients there."""
        settings: dict[str, str] = self.state()["settings"]
        return settings

    @property
    def day_file(self) -> str | None:
        """Where it keeps its day: tells the sandboxes of two homes apart."""
        file: str | None = self.call("GET", "health").get("day_file")
        return file

    def releases(self, first: date, last: date) -> list[dict[str, str]]:
        """Releases published from a day to another, as FRED lists them: date, release_name."""
        query = {
            "api_key": API_KEY,
            "file_type": "json",
            "sort_order": "asc",
            "realtime_start": str(first),
            "realtime_end": str(last),
        }
        answer = httpx2.get(f"{self.base_url}/fred/releases/dates", params=query, timeout=30, trust_env=False)
        if answer.status_code != 200:
            raise ValueError(answer.text)
        found: list[dict[str, str]] = answer.json()["release_dates"]
        return found

    @property
    def today(self) -> date:
        return parse_day(self.call("GET", "health")["today"])

    def advance_to(self, day: date, hour: time | None = None) -> date:
        """Let time pass until `day`, or an hour of it in New York; raises ValueError when it lies in the past."""
        until = {"today": str(day)} | ({"hour": str(hour)} if hour else {})
        return parse_day(self.call("POST", "advance_to", until)["today"])

    def revise(self, series: str, **what: Any) -> dict[str, Any]:
        """Publish a new value of something old, today."""
        plain = {name: str(value) if isinstance(value, date) else value for name, value in what.items()}
        published: dict[str, Any] = self.call("POST", "revise", {"series": series, **plain})
        return published

    def state(self) -> dict[str, Any]:
        """Day, contents, waiting faults, request counters, settings."""
        state: dict[str, Any] = self.call("GET", "state")
        return state

    def requests(self, last: int = 100) -> dict[str, Any]:
        """Request counters and, under `last`, the last requests."""
        counters: dict[str, Any] = self.call("GET", f"requests?last={last}")
        return counters

    def truth(self) -> dict[str, Any] | None:
        """The true effects of a simulated economy; None for a recorded archive."""
        answer = httpx2.get(f"{self.base_url}/control/truth", timeout=30, trust_env=False)
        truth: dict[str, Any] | None = answer.json() if answer.status_code == 200 else None
        return truth

    def call(self, method: str, name: str, content: dict[str, Any] | None = None) -> Any:
        """One control request.

        Raises
        ------
        ValueError : the sandbox refused it, with its reason.
        """
        answer = httpx2.request(method, f"{self.base_url}/control/{name}", json=content, timeout=30, trust_env=False)
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        return answer.json()


class SandboxProcess(RemoteSandbox):
    """A sandbox in a process of its own; a context manager. It ends with this process, even when that is killed.

    Parameters
    ----------
    archive : folder to serve; None = the simulated economy of `seed`.
    today : the simulated day; default the archive's last one.
    requests_per_minute : FRED's rate limit; None = none.
    day_file : keeps the day; a sandbox started again goes on from it.
    patience : seconds it may take to listen.

    Raises
    ------
    SandboxStartError : on entering, when it does not come up; the message ends with what it wrote.
    """

    def __init__(self, archive: Path | None = None, *, seed: int = 0, today: date | None = None, port: int = 0,
                 requests_per_minute: int | None = None, day_file: Path | None = None,
                 patience: float = 120.0) -> None:  # fmt: skip
        super().__init__()
        chosen = {
            "--archive": archive, "--seed": seed, "--today": today, "--port": port,
            "--requests-per-minute": requests_per_minute, "--day-file": day_file,
        }  # fmt: skip
        self._arguments = [part for name, value in chosen.items() if value is not None for part in (name, str(value))]
        self._patience = patience
        self._process: subprocess.Popen[str] | None = None
        self._complaints: TextIO

    def start(self) -> "SandboxProcess":
        """Start the process and wait until it listens."""
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - read when the process has ended
        command = [sys.executable, "-m", "macro_assets.sandbox", "--end-with-stdin", *self._arguments]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, text=True
        )
        timer = Timer(self._patience, self._process.kill)
        timer.start()
        try:
            assert self._process.stdout is not None
            found = next((m for line in self._process.stdout if (m := re.search(r"http://\S+", line))), None)
        finally:
            timer.cancel()
        if found is None:
            reason = self._end()[-2000:].strip()
            raise SandboxStartError("The sandbox did not start.", remedy=reason or "It took too long.")
        self.base_url = found[0]
        return self

    def close(self) -> None:
        """End the process; what it complained about, if anything, goes to this process's standard error."""
        if self._process is not None:
            sys.stderr.write(self._end())

    def _end(self) -> str:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=10)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process = None
        self._complaints.seek(0)
        with self._complaints:
            return self._complaints.read()

    def __enter__(self) -> "SandboxProcess":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
