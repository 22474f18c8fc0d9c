"""Checks on the quarantine: as declared, and no case that waits for a person.

Belongs here: thin checks over cases. Does not belong here: cases (plausibility/cases.py).
"""

import dagster as dg

from macro_assets.defs.bronze import screening
from macro_assets.defs.checks.findings import check_result, table_check
from macro_assets.defs.resources import LakeResource
from macro_assets.plausibility.cases import Case, groups
from macro_assets.tables.quarantine import QUARANTINE, QUARANTINE_DECISIONS
from macro_assets.vintage import quality

quarantine_schema_and_keys = table_check(QUARANTINE.name)
decisions_schema_and_keys = table_check(QUARANTINE_DECISIONS.name)


@dg.asset_check(
    asset=QUARANTINE.name.split("/"),
    description="No fact waits in the quarantine. An open case is a warning that names its series, which is stale until the "
    "provider corrects the value or a person decides.",
)
def no_open_case(lake: LakeResource) -> dg.AssetCheckResult:
    """Series with open cases."""
    return check_result(open_cases(screening.cases(lake.get())), warn=True)


def open_cases(cases: list[Case]) -> quality.Finding:
    """The open cases, a line for each series, day and reason."""
    import pandas as pd

    waiting = [case for case in cases if case.status == "open"]
    names = ", ".join(sorted({case.id for case in waiting}))
    return quality.finding(
        pd.DataFrame(groups(waiting)), len(cases), "{n} facts were set aside so far, none is open",
        f"{len(waiting)} facts are set aside and open, of {names}: `macro-assets quarantine list`",
    )  # fmt: skip
