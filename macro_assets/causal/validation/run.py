"""The whole validation in one call: coverage table, comparators, benchmarks, simulated economy, verdicts.

Belongs here: the list of tasks, their parallel and resumable execution, the report.
Does not belong here: what a task measures (coverage.py, comparators.py, cross_section.py, economy.py).

Seeds are fixed by cell (coverage.MASTER_SEED), so any subset of cells repeats exactly. Each finished task leaves one
JSON file in `resume_from`; a second run skips it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from macro_assets.causal.validation.comparators import COMPARATORS, comparator_cell
from macro_assets.causal.validation.coverage import HORIZONS, coverage_cell
from macro_assets.causal.validation.criteria import Criterion, judge_benchmarks, judge_coverage
from macro_assets.causal.validation.cross_section import (
    LALONDE_EXPERIMENT_USD,
    ihdp_scores,
    irm_scores,
    lalonde_scores,
    plr_scores,
)
from macro_assets.causal.validation.economy import EconomyProvider, score_economy
from macro_assets.causal.validation.referee import (
    PERSISTENCE,
    REGIMES,
    family_wise_error,
    regime_coverage,
    reliability_flags,
    world_words,
)
from macro_assets.causal.validation.simulation import PROCESSES
from macro_assets.causal.validation.words import judge_words
from macro_assets.causal.validation.worlds import WORLDS
from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["FULL", "QUICK", "Plan", "ValidationReport", "run_validation"]

Records = list[dict[str, Any]]
SHOWN = (
    "estimator", "process", "n", "horizon", "theta", "truth", "coverage", "coverage_mc_error", "bias", "rmse", "width",
    "flagged", "replications",
)  # fmt: skip
_TABLES = ("plr", "irm", "ihdp", "lalonde", "economy", "worlds", "flags", "regimes", "family")
FAMILY_CHUNK = 50
FLAG_REPLICATIONS = 2000


@dataclass(frozen=True)
class Plan:
    """How much to run. Replications per cell of each part; 0 leaves the part out."""

    replications: int = 2000
    sizes: tuple[int, ...] = (300, 500)
    horizons: tuple[int, ...] = HORIZONS
    processes: tuple[str, ...] = tuple(PROCESSES)
    null: bool = True
    comparator_replications: int = 100
    comparator_cells: tuple[tuple[str, int, int], ...] = (("S2", 300, 0), ("S2", 500, 0))
    plr_replications: int = 200
    irm_replications: int = 50
    ihdp_replications: int = 10
    lalonde: bool = True
    economy_histories: int = 200
    world_draws: int = 500
    flag_draws: int = 100
    family_runs: int = 1000


FULL = Plan()
QUICK = Plan(
    replications=100, sizes=(300,), horizons=(0, 3), processes=("S1", "S3"), comparator_replications=0,
    plr_replications=5, irm_replications=0, ihdp_replications=0, economy_histories=0, world_draws=0, flag_draws=0,
    family_runs=0,
)  # fmt: skip


@dataclass(frozen=True)
class ValidationReport(Displayed):
    """Everything measured. coverage : rows of CellScore; other frames None when left out."""

    html_columns: ClassVar[tuple[str, ...]] = SHOWN

    plan: Plan
    coverage: pd.DataFrame
    plr: pd.DataFrame | None
    irm: pd.DataFrame | None
    ihdp: pd.DataFrame | None
    lalonde: pd.DataFrame | None
    economy: pd.DataFrame | None
    worlds: pd.DataFrame | None
    flags: pd.DataFrame | None
    regimes: pd.DataFrame | None
    family: pd.DataFrame | None
    criteria: tuple[Criterion, ...]

    @property
    def passed(self) -> bool:
        """Whether every criterion holds."""
        return all(criterion.passed for criterion in self.criteria)

    @property
    def verdict(self) -> str:
        """The criteria that fail, or that all hold."""
        failed = [f"{one.name}: {one.measured} (target {one.target})" for one in self.criteria if not one.passed]
        return "; ".join(failed) or f"all {len(self.criteria)} criteria hold"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready; missing numbers are null."""
        frames = {name: getattr(self, name) for name in ("coverage", *_TABLES)}
        tables = {name: None if frame is None else _records(frame) for name, frame in frames.items()}
        plan = {name: list(value) if isinstance(value, tuple) else value for name, value in vars(self.plan).items()}
        return {"plan": plan, "criteria": [vars(c) | {"failing": list(c.failing)} for c in self.criteria]} | tables

    def summary(self) -> str:
        """The tables and the verdicts."""
        passed = sum(criterion.passed for criterion in self.criteria)
        head = f"{passed} of {len(self.criteria)} criteria hold over {len(self.coverage)} cells"
        parts = [head, self.coverage[list(SHOWN)].round(4).to_string(index=False)]
        for title in _TABLES:
            frame = getattr(self, title)
            if frame is not None:
                parts.append(f"{title}\n{frame.round(4).to_string()}")
        for criterion in self.criteria:
            mark = "pass" if criterion.passed else "FAIL"
            parts.append(f"[{mark}] {criterion.name}: {criterion.measured} (target: {criterion.target})")
            parts += [f"         {cell}" for cell in criterion.failing]
        return "\n".join(parts)

    def to_frame(self) -> pd.DataFrame:
        """One row per estimator and cell of the coverage table."""
        return self.coverage

    def plot(self, ax: Axes | None = None) -> Axes:
        """Coverage of the default engine by cell, with two Monte Carlo errors on each side."""
        from macro_assets.pictures import effects, style

        own = self.coverage[self.coverage["estimator"] == "default"]
        labels = [f"{row.process}\nn={row.n}\nh={row.horizon}" for row in own.itertuples()]
        share, error = own["coverage"].to_numpy(), 2 * own["coverage_mc_error"].to_numpy()
        axes = effects.intervals(labels, share, share - error, share + error, unit="coverage", reference=0.95, ax=ax)
        axes.set_ylim(0.8, 1.0)
        style.title(axes, self.summary().splitlines()[0], "dashed: nominal; bars: two Monte Carlo errors")
        return axes


def _records(frame: pd.DataFrame) -> Records:
    plain = frame.reset_index() if frame.index.name else frame
    return [
        {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in row.items()}
        for row in plain.to_dict("records")
    ]


def _task(kind: str, arguments: tuple[Any, ...], folder: Path | None) -> Records:
    """One task, from its file when it was finished before."""
    name = f"{kind}-{hashlib.sha256(repr(arguments).encode()).hexdigest()[:16]}.json"
    if folder is not None and (folder / name).exists():
        return list(json.loads((folder / name).read_text()))
    found = _KINDS[kind](*arguments)
    if folder is not None:
        partial = folder / f"{name}.partial"
        partial.write_text(json.dumps(found))
        partial.replace(folder / name)
    return found


def _coverage(name: str, n: int, horizon: int, replications: int, theta: float) -> Records:
    return [score.row() for score in coverage_cell(name, n, horizon, replications=replications, theta=theta)]


def _comparator(estimator: str, name: str, n: int, horizon: int, replications: int) -> Records:
    return [comparator_cell(estimator, name, n, horizon, replications=replications).row()]


_KINDS: dict[str, Callable[..., Records]] = {
    "coverage": _coverage,
    "comparator": _comparator,
    "plr": lambda replications: [score.row() for score in plr_scores(replications)],
    "irm": lambda replications: [score.row() for score in irm_scores(replications)],
    "ihdp": lambda replications: ihdp_scores(replications).reset_index().to_dict("records"),
    "lalonde": lambda: lalonde_scores().reset_index().to_dict("records"),
    "worlds": lambda name, draws: [world_words(name, draws)],
    "flags": lambda name, flags: [reliability_flags(name, FLAG_REPLICATIONS, flags=flags)],
    "regimes": lambda name, draws: [regime_coverage(name, draws)],
    "family": lambda first, runs: [family_wise_error(runs, first)],
}


def _tasks(plan: Plan) -> list[tuple[str, tuple[Any, ...]]]:
    """All of a plan, the longest first: what is left at the end is short."""
    tasks: list[tuple[str, tuple[Any, ...]]] = []
    if plan.comparator_replications:
        tasks += [("comparator", (estimator, *cell, plan.comparator_replications))
                  for estimator in COMPARATORS for cell in plan.comparator_cells]  # fmt: skip
    tasks += [(kind, (count,)) for kind, count in (("ihdp", plan.ihdp_replications), ("plr", plan.plr_replications),
                                                   ("irm", plan.irm_replications)) if count]  # fmt: skip
    tasks += [("lalonde", ())] if plan.lalonde else []
    if plan.world_draws:
        tasks += [("worlds", (name, plan.world_draws)) for name in WORLDS]
        tasks += [("regimes", (name, plan.world_draws)) for name in REGIMES]
    tasks += [("flags", (name, plan.flag_draws)) for name in PERSISTENCE] if plan.flag_draws else []
    tasks += [("family", (first, min(FAMILY_CHUNK, plan.family_runs - first)))
              for first in range(0, plan.family_runs, FAMILY_CHUNK)]  # fmt: skip
    if plan.replications:
        for theta in (0.5, *((0.0,) if plan.null else ())):
            horizons = plan.horizons if theta else [h for h in plan.horizons if h <= 1]
            tasks += [("coverage", (name, n, horizon, plan.replications, theta))
                      for name in plan.processes for n in plan.sizes for horizon in horizons]  # fmt: skip
    return tasks


def run_validation(
    plan: Plan = FULL,
    *,
    jobs: int = 1,
    resume_from: Path | None = None,
    economy: EconomyProvider | None = None,
    progress: Callable[[int, int], Any] = lambda done, tasks: None,
) -> ValidationReport:
    """Run a plan.

    Parameters
    ----------
    plan : FULL, QUICK or one of your own.
    jobs : processes (joblib; another joblib backend, such as Ray, applies when active).
    resume_from : folder of finished tasks; read and added to.
    economy : (seeds, months) -> panels of the simulated economy with their truth; None leaves that part out.
    progress : told how many tasks of how many are done.
    """
    from joblib import Parallel, delayed

    if resume_from is not None:
        resume_from.mkdir(parents=True, exist_ok=True)
    tasks = _tasks(plan)
    progress(0, len(tasks))
    work = Parallel(n_jobs=jobs, return_as="generator")
    found = work(delayed(_task)(kind, arguments, resume_from) for kind, arguments in tasks)
    by_kind: dict[str, Records] = {}
    for done, ((kind, _), records) in enumerate(zip(tasks, found, strict=True), start=1):
        by_kind.setdefault(kind, []).extend(records)
        progress(done, len(tasks))
    coverage = pd.DataFrame([*by_kind.get("coverage", []), *by_kind.get("comparator", [])])
    frames = {kind: pd.DataFrame(by_kind[kind]) if kind in by_kind else None for kind in _TABLES}
    for kind in ("ihdp", "lalonde"):
        frame = frames[kind]
        frames[kind] = None if frame is None else frame.set_index("estimator")
    scored = score_economy(economy, range(plan.economy_histories)) if economy and plan.economy_histories else None
    criteria = [
        *(judge_coverage(coverage) if plan.replications else []),
        *judge_benchmarks(frames["plr"], frames["ihdp"], frames["lalonde"], LALONDE_EXPERIMENT_USD),
        *judge_words(frames["worlds"], frames["flags"], frames["regimes"], frames["family"]),
    ]
    return ValidationReport(plan, coverage, **(frames | {"economy": scored}), criteria=tuple(criteria))
