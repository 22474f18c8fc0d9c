"""Tests run against one fault in a copy of the project: first as it is, then with the fault.

Belongs here: copying, running, undoing, deciding whether the fault was caught. Does not belong here: which faults there
are (faults.py, operators.py), reporting them (report.py).
"""

import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

REPOSITORY = Path(__file__).parents[2]
COPIED = ("macro_assets", "macro_assets_tests", "docs", "pyproject.toml", "dagster.yaml", "workspace.yaml", "README.md",
          "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "deploy", "docker-compose.yml", "benchmarks")  # fmt: skip
TIME_LIMIT_SECONDS = 900


@dataclass(frozen=True)
class Fault:
    """One wrong line.

    Parameters
    ----------
    room : where it is, as in the table of rooms.
    text : what the line now does wrong, in a few words.
    file : path inside the package.
    old, new : the text replaced, which stands once in the file, and its replacement.
    tests : what must turn red: paths inside `macro_assets_tests`, with `::name` or not.
    position : where the old text stands, when it may stand elsewhere as well.
    """

    room: str
    text: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    position: int | None = None

    def put_into(self, source: str) -> str:
        """The file with the fault in it.

        Raises
        ------
        LookupError : the old text is not where it must be, or stands more than once.
        """
        if self.position is None and source.count(self.old) != 1:
            raise LookupError(f"The old text stands {source.count(self.old)} times in {self.file}.")
        begin = source.index(self.old) if self.position is None else self.position
        if source[begin : begin + len(self.old)] != self.old:
            raise LookupError(f"The old text has moved in {self.file}.")
        return source[:begin] + self.new + source[begin + len(self.old) :]


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: `caught` by a failed assertion, `raised` (an exception in a test's body), or not at all."""

    fault: Fault
    verdict: str
    by: str = ""
    seconds: float = 0.0

    @property
    def is_caught(self) -> bool:
        """Whether a test's own assertion failed; for a drawn fault any failure in the body of a test counts."""
        return self.verdict == "caught" or (self.verdict == "raised" and self.fault.position is not None)


@dataclass
class Copy:
    """One temporary copy of the project, used by one worker."""

    folder: Path
    clean: dict[tuple[str, ...], str] = field(default_factory=dict)

    def try_out(self, fault: Fault) -> Outcome:
        """Run the fault's tests without and with it."""
        started = time.monotonic()
        same = tuple(sorted(fault.tests))
        if same not in self.clean:
            self.clean[same] = self._clean_run(fault.tests)
        if self.clean[same]:
            return Outcome(fault, self.clean[same])
        path = self.folder / "macro_assets" / fault.file
        source = path.read_text()
        try:
            path.write_text(fault.put_into(source))
        except LookupError as error:
            return Outcome(fault, str(error))
        try:
            enough = "assertion" if fault.position is None else "assertion exception"
            verdict, by = _verdict(self._run(fault.tests, enough))
        finally:
            path.write_text(source)
        return Outcome(fault, verdict, by, time.monotonic() - started)

    def _clean_run(self, tests: tuple[str, ...]) -> str:
        """Empty when the tests pass as they are; else why nothing can be said."""
        verdict = self._run(tests)
        if verdict is None:
            return "the tests do not end without the fault"
        if verdict["exit"] != 0:
            return f"the tests fail without the fault: {', '.join(verdict['failed']) or 'not collected'}"
        return "" if verdict["counts"].get("passed") else "the tests are skipped"

    def _run(self, tests: tuple[str, ...], enough: str = "assertion") -> dict | None:
        written = self.folder / "verdict.json"
        written.unlink(missing_ok=True)
        environment = os.environ | {
            "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "MUTANT_VERDICT": str(written), "MUTANT_ENOUGH": enough,
            "OMP_NUM_THREADS": "1", "MLFLOW_DISABLE_TELEMETRY": "true", "DAGSTER_DISABLE_TELEMETRY": "true",
        }  # fmt: skip
        paths = [str(self.folder / "macro_assets_tests" / test) for test in tests]
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-x",
            "-p",
            "no:xdist",
            "-p",
            "macro_assets_tests.mutants.judge",
        ]
        try:
            subprocess.run(
                [*command, *paths], cwd=self.folder, env=environment, capture_output=True, timeout=TIME_LIMIT_SECONDS
            )
        except subprocess.TimeoutExpired:
            return None
        if not written.is_file():
            return {"exit": 4, "counts": {}, "failed": []}
        verdict: dict = json.loads(written.read_text())
        return verdict


def _verdict(run: dict | None) -> tuple[str, str]:
    if run is None:
        return "not caught: the tests did not end", ""
    by = run["failed"][0].split("/")[-1] if run["failed"] else ""
    if run["exit"] == 0:
        return "not caught", ""
    if run["counts"].get("assertion"):
        return "caught", by
    if run["counts"].get("exception"):
        return "raised", by
    return ("not caught: a fixture failed", by) if run["counts"].get("setup") else ("not caught: not collected", "")


def try_all(faults: list[Fault], *, workers: int) -> list[Outcome]:
    """Try faults out, each in one of several copies; those with the same tests in the same one. In the given order."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, fault in enumerate(faults):
        groups.setdefault(tuple(sorted(fault.tests)), []).append(number)
    outcomes: dict[int, Outcome] = {}
    with TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(workers) as pool:
        copies: Queue[Copy] = Queue()
        for number in range(workers):
            copies.put(_copy(Path(folder) / str(number)))

        def one_group(numbers: list[int]) -> None:
            copy = copies.get()
            for number in numbers:
                outcome = outcomes[number] = copy.try_out(faults[number])
                print(
                    f"{outcome.seconds:6.1f} s  {outcome.verdict:12.60s}  {_title(faults[number])}  {outcome.by}",
                    flush=True,
                )
            copies.put(copy)

        list(pool.map(one_group, sorted(groups.values(), key=len, reverse=True)))
    return [outcomes[number] for number in range(len(faults))]


def _title(fault: Fault) -> str:
    return f"{fault.file}: {fault.text}"


def _copy(folder: Path) -> Copy:
    folder.mkdir(parents=True)
    for name in COPIED:
        source = REPOSITORY / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.png"))
        elif source.is_file():
            shutil.copy(source, folder)
    return Copy(folder)
