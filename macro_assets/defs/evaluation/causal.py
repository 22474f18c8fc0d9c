"""The asset `evaluation/causal_validation`: the effect engine on known truths, beside an oracle and benchmarks.

Belongs here: the asset and its config. Does not belong here: processes, scores and criteria (causal/validation). The
quick plan runs here; the full table is `macro-assets evaluate causal --json FILE`.
"""

from typing import TYPE_CHECKING

import dagster as dg
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.publishing import Result, published, self_check
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from macro_assets.causal.validation import Plan

CHECK = "coverage"
DESCRIPTION = """\
Whether the intervals cover. The default engine runs on simulated series whose effects are known, beside an oracle that
knows the true controls, and is scored on coverage, bias and width. Read it before trusting an interval of
models/causal_effects."""


class ValidationConfig(dg.Config):
    """How much is simulated."""

    replications: int = Field(default=200, ge=100, description="Replications of each cell of the coverage table.")
    benchmarks: bool = Field(default=False, description="Also PLR beside DoubleML, and LaLonde (extra `evaluate`).")
    full: bool = Field(default=False, description="The full plan (many minutes) instead of the quick one.")
    jobs: int = Field(default=1, ge=1, description="Processes.")

    def plan(self) -> "Plan":
        """How much to run."""
        from dataclasses import replace

        from macro_assets.causal.validation import FULL, QUICK

        quick = replace(QUICK, replications=self.replications)
        return FULL if self.full else quick if self.benchmarks else replace(quick, plr_replications=0, lalonde=False)


@dg.asset(
    key_prefix="evaluation",
    group_name="evaluation",
    kinds={"numpy", "econml"},
    description=DESCRIPTION,
    code_version=code_version(__name__),
    pool="training",
    check_specs=[
        dg.AssetCheckSpec(
            CHECK,
            asset=["evaluation", "causal_validation"],
            description="Coverage, size and width of the default engine meet their criteria on known truths.",
        )
    ],
)
@in_words
def causal_validation(context: dg.AssetExecutionContext, config: ValidationConfig) -> Result:
    """Simulate, judge, describe."""
    from macro_assets.causal.validation import run_validation

    report = run_validation(config.plan(), jobs=config.jobs)
    context.log.info(report.summary())
    return dg.MaterializeResult(
        metadata=published(
            numbers={"mean_coverage": float(report.coverage["coverage"].mean()), "cells": len(report.coverage)},
            tables={"coverage": report.coverage.dropna(axis="columns", how="all")},
            figures={"coverage_by_cell": report.figure()},
        ),
        check_results=[self_check(CHECK, report.verdict, passed=report.passed, warn=True)],
    )
