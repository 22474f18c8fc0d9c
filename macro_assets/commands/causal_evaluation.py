"""`macro-assets evaluate causal`: the causal room's ground truth, printed and written as JSON.

Belongs here: plans by name, the simulated economy as provider, output. Does not belong here: what is measured
(macro_assets/causal/validation).
"""

import json
from dataclasses import replace
from pathlib import Path

__all__ = ["run"]


def run(
    *,
    quick: bool = False,
    replications: int | None = None,
    jobs: int = 1,
    resume_from: Path | None = None,
    json_file: Path | None = None,
) -> bool:
    """Run the full plan or the quick one; True when every criterion holds.

    Parameters
    ----------
    replications : per coverage cell; default of the plan (2,000, quick 100).
    jobs : processes. resume_from : folder of finished tasks.
    """
    from macro_assets.causal.validation import FULL, QUICK, run_validation
    from macro_assets.commands.output import progress
    from macro_assets.sandbox.economy.panel import simulate_monthly_many

    plan = QUICK if quick else FULL
    if replications is not None:
        plan = replace(plan, replications=replications)
    with progress(quiet=False) as bar:
        task = bar.add_task("Coverage, comparators, benchmarks")
        report = run_validation(
            plan, jobs=jobs, resume_from=resume_from, economy=simulate_monthly_many,
            progress=lambda done, tasks: bar.update(task, completed=done, total=tasks),
        )  # fmt: skip
    print(report.summary())
    if json_file is not None:
        json_file.write_text(json.dumps(report.to_dict(), indent=2, allow_nan=False))
    return report.passed
