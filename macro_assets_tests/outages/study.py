"""The study: one lake without a bad day, one home with all of them, and what became of each episode.

Belongs here: the order of events. Does not belong here: the calendar (timeline.py), processes (house.py), text
(report.py).
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from datetime import time as hour_of
from pathlib import Path
from typing import Any

import dagster as dg

from macro_assets.defs.bronze import screening
from macro_assets.defs.bronze.answers import read_coverage
from macro_assets.lake import Lake
from macro_assets.sandbox import RemoteSandbox, SandboxServer
from macro_assets.sandbox.economy import simulate
from macro_assets.sources.providers import PROVIDERS
from macro_assets_tests.defs.automation.mornings import morning
from macro_assets_tests.defs.house import World
from macro_assets_tests.outages.compare import Difference, difference
from macro_assets_tests.outages.house import House, prepared
from macro_assets_tests.outages.timeline import (
    EPISODES,
    FAULTS,
    LAST,
    RESTATEMENTS,
    START,
    Episode,
    days,
)

DAY = timedelta(days=1)
EARLY, NOON = hour_of(0, 5), hour_of(12, 0, 59)
SEED = 7
DONE = "study_done"
MORNINGS = (("07:30", "daily_refresh_schedule"), ("08:00", "world_bank_schedule"))


@dataclass(frozen=True)
class Outcome:
    """What became of an episode.

    Parameters
    ----------
    episode, words : its name and what happened.
    worst : facts of FRED and values of the others that were missing at worst.
    days_missing : days, over all series, that no answer covered at worst.
    failed_runs : runs that failed meanwhile.
    holes : days, over all series, that no answer covers at the end.
    set_aside : facts that wait in the quarantine at the end; every value of the sandbox is true.
    left : what differs from the undisturbed lake at the end.
    healed_at : the hour by which it was healed; None = it was not.
    seconds : it took.
    """

    episode: str
    words: str
    worst: int
    days_missing: int
    failed_runs: int
    holes: int
    set_aside: int
    left: Difference
    healed_at: str | None
    seconds: float

    @property
    def healed(self) -> bool:
        """Whether nothing differs and no day is missing."""
        return self.left.none and self.holes == 0 and self.set_aside == 0 and self.healed_at is not None

    def as_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"healed": self.healed}


def run(folder: Path, report: Callable[[str], object], only: list[str] | None = None) -> list[Outcome]:
    """Live through every episode; the undisturbed lake is kept in the folder and not lived twice."""
    start = folder / "start"
    if not (start / DONE).exists():
        shutil.rmtree(start, ignore_errors=True)
        prepared(start, None, SEED, START)
        (start / DONE).touch()
    undisturbed = folder / "undisturbed"
    if not (undisturbed / DONE).exists():
        _undisturbed(_copied(start, undisturbed), report)
        (undisturbed / DONE).touch()
    return _disturbed(_copied(start, folder / "disturbed"), Lake(undisturbed / "lake"), report, only)


def _copied(start: Path, home: Path) -> Path:
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(start, home, ignore=shutil.ignore_patterns("sandbox_day", "origin.json", DONE))
    return home


def _undisturbed(home: Path, report: Callable[[str], object]) -> None:
    """Every morning's ticks and their loads in this process, with the restatements and no fault."""
    (home / "runs").mkdir()
    logging.disable(logging.CRITICAL)  # what these runs print of themselves
    with (
        SandboxServer(simulate(seed=SEED).archive, today=START) as sandbox,
        dg.DagsterInstance.local_temp(str(home / "runs")) as instance,
    ):
        world = World(sandbox, home, instance)
        for day in days():
            began = time.monotonic()
            sandbox.advance_to(day, EARLY)
            _restate(sandbox, day)
            loaded = [morning(world, day, hour, schedule) for hour, schedule in MORNINGS]
            report(f"undisturbed {day}: loads {loaded}, {time.monotonic() - began:.0f} s")
    logging.disable(logging.NOTSET)


def _restate(sandbox: RemoteSandbox | SandboxServer, day: date) -> None:
    for one in RESTATEMENTS:
        if one.day == day.day:
            sandbox.revise(one.series, **one.what)


def _disturbed(home: Path, undisturbed: Lake, report: Callable[[str], object], only: list[str] | None) -> list[Outcome]:
    outcomes = []
    with House(home, None, SEED, START, report) as house:
        house.sandbox.advance_to(START, NOON)
        house.wake()
        for episode in EPISODES:
            if only and episode.name not in only:
                continue
            outcomes.append(_live(house, episode, undisturbed, report))
            report(f"{episode.name}: {outcomes[-1]}")
    return outcomes


def _live(house: House, episode: Episode, undisturbed: Lake, report: Callable[[str], object]) -> Outcome:
    began, since, worst, days_missing, healed_at = time.monotonic(), time.time(), 0, 0, None
    lake, left, holes = Lake(house.home / "lake"), None, 0
    for step in episode.steps:
        if step.asleep:
            house.sleep()
        if step.date != house.sandbox.today:
            house.sandbox.advance_to(step.date, EARLY)
            _restate(house.sandbox, step.date)
        if step.fault is not None:
            house.sandbox.faults.clear()
            if step.fault:
                house.sandbox.faults.inject(**FAULTS[step.fault], times=None, path="*")
        if not step.asleep and not house.awake:
            house.sandbox.advance_to(step.date, hour_of.fromisoformat(step.hour))
            house.wake()
        house.sandbox.advance_to(step.date, hour_of.fromisoformat(step.hour))
        if step.fault is not None or step.asleep:
            continue
        house.settle()
        left = difference(lake, undisturbed, step.date - DAY)
        worst = max(worst, left.fred_missing + left.values_missing + left.values_other)
        holes = _holes(lake, step.date - DAY)
        days_missing = max(days_missing, holes)
        healed_at = (healed_at or f"{step.date} {step.hour[:5]}") if left.none and not holes else None
        report(f"  {episode.name} {step.date} {step.hour}: {left}, {holes} days missing")
    assert left is not None
    waiting = sum(case.status == "open" for case in screening.cases(lake))
    return Outcome(
        episode.name, episode.words, worst, days_missing, house.failed_runs(since), holes, waiting, left, healed_at,
        time.monotonic() - began,
    )  # fmt: skip


def _holes(lake: Lake, through: date) -> int:
    coverage = read_coverage(lake)
    often = [provider for provider in PROVIDERS if provider.refresh != "weekly"]
    holes = [hole for provider in often for hole in coverage.holes(provider.name, through)]
    return sum((hole.last - hole.first).days + 1 for hole in holes)


def passed(outcomes: list[Outcome]) -> bool:
    """Whether every episode healed by itself."""
    return all(outcome.healed for outcome in outcomes) and bool(outcomes) and LAST >= START
