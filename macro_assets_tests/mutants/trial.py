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
from collections.abc import Mapping
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
    """What became of a fault: `caught` by a failed assertion, `raised` (an exception in a test's body), or not at all."""

    fault: Fault
    verdict: str
    by: str = ""
    seconds: float = 0.0

    @property
    def is_caught(self) -> bool:
        """Whether a test's own assertion failed; for a drawn fault any failure in the body of a test counts."""
        return self.verdict == "caught" or (self.verdict == "raised" and self.fault.position is not None)


@dataclass(frozen=True)
class Run:
    """How one run of pytest ended. entered : test files that enter each definition (`/file.py:name`)."""

    exit: int
    counts: Mapping[str, int]
    failed: tuple[str, ...]
    entered: Mapping[str, list[str]]

    @property
    def complaint(self) -> str:
        """Empty when all passed; else why nothing can be said of a fault."""
        if self.exit:
            return f"the tests fail without the fault: {', '.join(self.failed) or 'not collected'}"
        return "" if self.counts.get("passed") else "the tests are skipped"


@dataclass
class Copy:
    """One temporary copy of the project, used by one worker."""

    folder: Path
    clean: dict[tuple[str, ...], Run | None] = field(default_factory=dict)

    def try_out(self, fault: Fault) -> Outcome:
        """Run the fault's tests without and with it."""
        started, same, drawn = time.monotonic(), tuple(sorted(fault.tests)), fault.position is not None
        if same not in self.clean:
            self.clean[same] = self._run(fault.tests, watch=drawn)
        clean = self.clean[same]
        if clean is None or clean.complaint:
            return Outcome(fault, clean.complaint if clean else "the tests do not end without the fault")
        path = self.folder / "macro_assets" / fault.file
        source = path.read_text()
        try:
            path.write_text(fault.put_into(source))
        except LookupError as error:
            return Outcome(fault, str(error))
        try:
            tests = _that_enter(fault, clean) if drawn else fault.tests
            run = self._run(tests, enough="assertion exception" if drawn else "assertion")
        finally:
            path.write_text(source)
        return Outcome(fault, *_verdict(run), time.monotonic() - started)

    def _run(self, tests: tuple[str, ...], *, enough: str = "", watch: bool = False) -> Run | None:
        """A run of pytest; None when it does not end."""
        written = self.folder / "verdict.json"
        written.unlink(missing_ok=True)
        environment = os.environ | {
            "PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1",
            "MLFLOW_DISABLE_TELEMETRY": "true", "DAGSTER_DISABLE_TELEMETRY": "true",
            "MUTANT_VERDICT": str(written), "MUTANT_ENOUGH": enough,
            "MUTANT_WATCH": str(self.folder / "macro_assets") if watch else "",
        }  # fmt: skip
        command = [sys.executable, "-m", "pytest", "-q", "--maxfail=20", "-p", "no:xdist", "-p", JUDGE]
        command += [str(self.folder / "macro_assets_tests" / test) for test in tests]
        try:
            subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, timeout=TIME_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        if not written.is_file():
            return Run(4, {}, (), {})
        found = json.loads(written.read_text())
        return Run(found["exit"], found["counts"], tuple(found["failed"]), found["entered"])


def _that_enter(fault: Fault, clean: Run) -> tuple[str, ...]:
    """Of the fault's test files those that enter the definition it stands in; all when that cannot be told."""
    files = {
        name.removeprefix("macro_assets_tests/") for name in clean.entered.get(f"/{fault.file}:{fault.definition}", [])
    }
    return fault.tests if not files or "*" in files else tuple(name for name in fault.tests if name in files)


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
    return ("not caught: a fixture failed", by) if run.counts.get("setup") else ("not caught: not collected", "")


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
