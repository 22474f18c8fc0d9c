"""The check of every table of answers: no row of an as-of date is fitted on later months.

Belongs here: the check, over all declared tables that have an as-of date. Does not belong here: the rule
(vintage/training.py), checks of what single tables state.
"""

import dagster as dg
import pyarrow as pa

from macro_assets.defs.checks.findings import rule_check
from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import TRAINED_THROUGH
from macro_assets.vintage.quality import Finding

NAME = "fitted_by_as_of"
DATED = tuple(name for name, table in TABLES.items() if {"as_of", TRAINED_THROUGH} <= set(table.schema.names))


def late(rows: pa.Table) -> Finding:
    """Finding on the training of the models behind the rows."""
    from macro_assets.vintage.training import fitted_on_later_months

    return fitted_on_later_months(rows)


def fitted_by_as_of(table: str) -> dg.AssetChecksDefinition:
    """The check of one table."""
    return rule_check(
        NAME, table, f"No row was fitted on months after its as-of date ({TRAINED_THROUGH} <= as_of).", late
    )


CHECKS = [fitted_by_as_of(table) for table in DATED]
