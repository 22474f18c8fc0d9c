"""A pytest plugin that writes down how a run ended: `-p macro_assets_tests.mutants.judge`, verdict in `$MUTANT_VERDICT`.

Belongs here: telling a failed assertion in the body of a test from every other way to fail; with `$MUTANT_WATCH`, a
folder of source, which of its definitions were entered. Does not belong here: running pytest (trial.py).
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

COUNTS: Counter[str] = Counter()
FAILED: list[str] = []
ENOUGH = os.environ.get("MUTANT_ENOUGH", "assertion").split()
WATCHED = os.environ.get("MUTANT_WATCH", "")
ENTERED: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Count passed, skipped, failed assertions, exceptions in a test's body, and failed fixtures."""
    report = yield
    if report.failed:
        asserted = call.excinfo is not None and call.excinfo.errisinstance((AssertionError, pytest.fail.Exception))
        kind = "setup" if report.when != "call" else "assertion" if asserted else "exception"
        COUNTS[kind] += 1
        FAILED.append(item.nodeid)
        if kind in ENOUGH:
            FAILED.insert(0, FAILED.pop())
            item.session.shouldstop = f"{kind}: enough"
    elif report.skipped or report.when == "call":
        COUNTS[report.outcome] += 1
    return report


def pytest_sessionfinish(exitstatus: int) -> None:
    """Leave the counts for the parent process."""
    sys.settrace(None)
    verdict = {"exit": int(exitstatus), "counts": COUNTS, "failed": FAILED, "entered": sorted(ENTERED)}
    Path(os.environ["MUTANT_VERDICT"]).write_text(json.dumps(verdict))


def _note(frame: FrameType, event: str, _: Any) -> None:
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(WATCHED):
        ENTERED.add(f"{code.co_filename[len(WATCHED) + 1 :]}:{code.co_qualname.partition('.')[0]}")


if WATCHED:
    sys.settrace(_note)
