"""Whether the intervals cover: the effect engine on known truths, beside an oracle and published benchmarks.

Belongs here: the asset and its config. Does not belong here: processes, scores and criteria (causal/validation). The
quick plan runs here; the full table is `macro-assets evaluate causal --json FILE`.
"""

import dagster as dg
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts, markdown

CHECK = "coverage"


class ValidationConfig(dg.Config):
    """How much is simulated."""

    replications: int = Field(default=200, ge=100, description="Replications of each cell of the coverage table.")
    benchmarks: bool = Field(default=False, description="Also PLR beside DoubleML, and LaLonde (extra `evaluate`).")
    full: bool = Field(default=False, description="The full plan (many minutes) instead of the quick one.")
    jobs: int = Field(default=1, ge=1, description="Processes.")


@dg.asset(
    key_prefix="evaluation",
    group_name="evaluation",
    kinds={"numpy", "econml"},
    description=__doc__,
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
def causal_validation(context: dg.AssetExecutionContext, config: ValidationConfig) -> dg.MaterializeResult:
    from dataclasses import replace

    from macro_assets.causal.validation.run import FULL, QUICK, run_validation

    quick = replace(QUICK, replications=config.replications)
    plan = FULL if config.full else quick if config.benchmarks else replace(quick, plr_replications=0, lalonde=False)
    report = run_validation(plan, jobs=config.jobs)
    failed = [f"{c.name}: {c.measured} (target {c.target})" for c in report.criteria if not c.passed]
    context.log.info(report.summary())
    own = report.coverage
    return dg.MaterializeResult(
        metadata=counts({"mean_coverage": float(own["coverage"].mean()), "cells": len(own)})
        | {"coverage": markdown(own.drop(columns=[c for c in own if own[c].isna().all()]))},
        check_results=[
            dg.AssetCheckResult(
                check_name=CHECK,
                passed=not failed,
                severity=dg.AssetCheckSeverity.WARN,
                description="; ".join(failed) or f"all {len(report.criteria)} criteria hold",
            )
        ],
    )
