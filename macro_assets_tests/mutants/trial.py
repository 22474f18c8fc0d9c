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
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from tempfile import TemporaryDirectory

REPOSITORY = Path(__file__).parents[2]
COPIED = ("macro_assets", "macro_assets_tests", "docs", "pyproject.toml", "dagster.yaml", "workspace.yaml", "README.md",
          "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "deploy", "docker-compose.yml", "benchmarks")  # fmt: skip
TIME_LIMIT_SECONDS = 900
JUDGE = "macro_assets_tests.mutants.judge"
RAISED = ("raised", "fixture failed")
ANY_FAILURE = "assertion exception setup"
NOT_COLLECTED = "not caught: not collected"
IMPORT_OF_ALL = "house/test_imports.py"
PASSED = (0, 5)  # 5: every test of a file is deselected or skipped as a whole


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
    definition : the top-level definition it stands in; of a drawn fault, only tests that enter it are run.
    """

    room: str
    text: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    position: int | None = None
    definition: str = ""

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
    """What became of a fault: `caught` by a failed assertion, an exception in a test or its fixture, or neither."""

    fault: Fault
    verdict: str
    by: str = ""
    seconds: float = 0.0

    @property
    def is_caught(self) -> bool:
        """Whether a test's own assertion failed; for a drawn fault an exception in a test or its fixture counts too."""
        return self.verdict == "caught" or (self.verdict in RAISED and self.fault.position is not None)


@dataclass(frozen=True)
class Run:
    """How one run of pytest ended. entered : definitions of the package it entered (`file.py:name`)."""

    exit: int
    counts: Mapping[str, int]
    failed: tuple[str, ...]
    entered: frozenset[str]


@dataclass
class Copy:
    """One temporary copy of the project, used by one worker."""

    folder: Path
    clean: dict[str, Run | None] = field(default_factory=dict)

    def try_out(self, fault: Fault) -> Outcome:
        """Run the fault's tests without and with it."""
        started, drawn = time.monotonic(), fault.position is not None
        for test in fault.tests:
            if test not in self.clean:
                self.clean[test] = self._run((test,), watch=drawn)
        complaint = _complaint([self.clean[test] for test in fault.tests])
        if complaint:
            return Outcome(fault, complaint)
        path = self.folder / "macro_assets" / fault.file
        source = path.read_text()
        try:
            path.write_text(fault.put_into(source))
        except LookupError as error:
            return Outcome(fault, str(error))
        try:
            run = self._run(self._that_enter(fault), enough=ANY_FAILURE) if drawn else self._run(fault.tests)
            if drawn and _verdict(run)[0] == NOT_COLLECTED:
                run = self._run((IMPORT_OF_ALL,))
        finally:
            path.write_text(source)
        return Outcome(fault, *_verdict(run), time.monotonic() - started)

    def _that_enter(self, fault: Fault) -> tuple[str, ...]:
        """Of a drawn fault's test files those that enter the definition it stands in; all when none is seen to."""
        place = f"{fault.file}:{fault.definition}"
        entering = [test for test in fault.tests if (run := self.clean[test]) is not None and place in run.entered]
        return tuple(entering) or fault.tests

    def _run(self, tests: tuple[str, ...], *, enough: str = "assertion", watch: bool = False) -> Run | None:
        """A run of pytest; None when it does not end."""
        written = self.folder / "verdict.json"
        written.unlink(missing_ok=True)
        environment = os.environ | {
            "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1",
            "MLFLOW_DISABLE_TELEMETRY": "true", "DAGSTER_DISABLE_TELEMETRY": "true",
            "MUTANT_VERDICT": str(written), "MUTANT_ENOUGH": enough,
            "MUTANT_WATCH": str(self.folder / "macro_assets") if watch else "",
        }  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--maxfail=20",
            "--continue-on-collection-errors",
            "-p",
            "no:xdist",
            "-p",
            JUDGE,
        ]
        command += [str(self.folder / "macro_assets_tests" / test) for test in tests]
        try:
            subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, timeout=TIME_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        if not written.is_file():
            return Run(4, {}, (), frozenset())
        found = json.loads(written.read_text())
        return Run(found["exit"], found["counts"], tuple(found["failed"]), frozenset(found["entered"]))


def _complaint(runs: Sequence[Run | None]) -> str:
    """Why nothing can be said of a fault: its tests do not pass without it. Empty when they do."""
    if any(run is None for run in runs):
        return "the tests do not end without the fault"
    failed = [name for run in runs if run and run.exit not in PASSED for name in run.failed or ["not collected"]]
    if failed:
        return f"the tests fail without the fault: {', '.join(failed)}"
    return "" if any(run and run.counts.get("passed") for run in runs) else "the tests are skipped"


def _verdict(run: Run | None) -> tuple[str, str]:
    if run is None:
        return "not caught: the tests did not end", ""
    by = run.failed[0].split("/")[-1] if run.failed else ""
    if run.exit == 0:
        return "not caught", ""
    if run.counts.get("assertion"):
        return "caught", by
    if run.counts.get("exception"):
        return "raised", by
    return ("fixture failed", by) if run.counts.get("setup") else (NOT_COLLECTED, "")


def try_all(faults: list[Fault], *, workers: int) -> list[Outcome]:
    """Try faults out, each in one of several copies; those with the same tests in the same one. In the given order."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, fault in enumerate(faults):
        groups.setdefault(fault.tests if fault.position is None else (fault.room,), []).append(number)
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
