"""A pytest plugin that writes down how a run ended: `-p macro_assets_tests.mutants.judge`, verdict in `$MUTANT_VERDICT`.

Belongs here: telling a failed assertion in the body of a test from every other way to fail; with `$MUTANT_WATCH`, a
folder of source, which test files enter which of its definitions. Does not belong here: running pytest (trial.py).
"""

import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

COUNTS: Counter[str] = Counter()
FAILED: list[str] = []
ENOUGH = os.environ.get("MUTANT_ENOUGH", "assertion").split()
WATCHED = os.environ.get("MUTANT_WATCH", "")
EVERY_FILE = "*"
ENTERED: dict[str, set[str]] = defaultdict(set)
AT_WORK = [EVERY_FILE]


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """What a test enters counts for its file."""
    AT_WORK.append(item.nodeid.partition("::")[0])
    try:
        return (yield)
    finally:
        AT_WORK.pop()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, Any, Any]:
    """What a fixture enters that several files may share counts for all of them."""
    AT_WORK.append(EVERY_FILE if fixturedef.scope in ("session", "package") else AT_WORK[-1])
    try:
        return (yield)
    finally:
        AT_WORK.pop()


def pytest_sessionfinish(exitstatus: int) -> None:
    """Leave the counts for the parent process."""
    sys.settrace(None)
    entered = {place: sorted(files) for place, files in ENTERED.items()}
    verdict = {"exit": int(exitstatus), "counts": COUNTS, "failed": FAILED, "entered": entered}
    Path(os.environ["MUTANT_VERDICT"]).write_text(json.dumps(verdict))


def _note(frame: FrameType, event: str, _: Any) -> None:
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(WATCHED):
        ENTERED[f"{code.co_filename[len(WATCHED) :]}:{code.co_qualname.partition('.')[0]}"].add(AT_WORK[-1])


if WATCHED:
    sys.settrace(_note)
