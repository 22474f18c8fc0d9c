"""Checks on the record of answers: as declared, no vintage day missing, no series ended.

Belongs here: thin checks over vintage/coverage.py, and how old a hole may become. Does not belong here: filling holes
(defs/automation/schedules.py asks for them).
"""

from datetime import date, timedelta
from typing import Any

import dagster as dg
import pandas as pd

from macro_assets.defs.bronze.answers import read_coverage
from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import ClockResource, LakeResource
from macro_assets.sources.coverage import DAY
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.coverage import COVERAGE
from macro_assets.vintage import quality
from macro_assets.vintage.coverage import Coverage

LIMIT_DAYS = {"day": 3, "week": 14, "year": 400}
"""Age of a hole, by the cadence of its provider, beyond which it is an error: it has not healed by itself."""

coverage_schema_and_keys = table_check(COVERAGE.name)


@dg.asset_check(
    asset=COVERAGE.name.split("/"),
    description="Every vintage day since a series was first asked for was answered completely. A young hole is a warning "
    "(the next run asks again); one older than its limit is an error.",
)
def vintage_days_complete(clock: ClockResource, lake: LakeResource) -> dg.AssetCheckResult:
    """Days that no answer covers, by series."""
    today = clock.today()
    finding = missing_days(read_coverage(lake.get()), today)
    return check_result(finding, warn=not overdue(finding))


@dg.asset_check(
    asset=COVERAGE.name.split("/"),
    description="The provider still knows every series that was asked for. One that it no longer knows is asked for once a "
    "week and holds up nothing.",
)
def series_known_to_provider(lake: LakeResource) -> dg.AssetCheckResult:
    """Series that the provider says do not exist (any more)."""
    answers = read_coverage(lake.get())
    asked_for = {provider.name for provider in PROVIDERS if not provider.is_local}  # a file that is gone was confirmed
    names = pd.DataFrame(sorted(one for one in answers.ended if one[0] in asked_for), columns=["provider", "id"])
    return check_result(
        quality.finding(
            names, len(answers.spans), "{n} series, each known to its provider",
            f"{{k}} of {{n}} series do not exist at their provider: {', '.join(names['id'])}",
        ),
        warn=True,
    )  # fmt: skip


def missing_days(answers: Coverage, today: date) -> quality.Finding:
    """Holes up to yesterday, oldest first, each with its limit and whether it has passed it."""
    holes = [hole for provider in PROVIDERS for hole in answers.holes(provider.name, today - DAY)]
    limits = {provider.name: limit(provider) for provider in PROVIDERS}
    rows = [
        {"provider": hole.provider, "id": hole.id, "first": hole.first, "last": hole.last,
         "limit_days": limits[hole.provider].days, "overdue": today - hole.first > limits[hole.provider]}
        for hole in sorted(holes, key=lambda hole: (hole.first, hole.provider, hole.id))
    ]  # fmt: skip
    columns = ["provider", "id", "first", "last", "limit_days", "overdue"]
    return quality.finding(
        pd.DataFrame(rows, columns=columns), len(answers.spans), "{n} series, no vintage day missing",
        "{k} holes in the vintage days of {n} series; what was published on them is not in the lake",
    )  # fmt: skip


def overdue(finding: quality.Finding) -> bool:
    """Whether one of the holes is older than its limit."""
    return bool(finding.failing["overdue"].any())


def limit(provider: Provider[Any]) -> timedelta:
    """How long a hole of a provider may stay open."""
    return timedelta(days=LIMIT_DAYS[provider.cadence])
