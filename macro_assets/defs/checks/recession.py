"""Checks on recession answers: as declared, probabilities, nested intervals, training that ends in time.

Belongs here: thin checks over recession/quality.py. Parity of the graphs and the state of the title are checked by the
assets themselves (models/recession_classifier, registry/champions).
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from macro_assets.defs.checks.findings import rule_check, table_check

if TYPE_CHECKING:
    from macro_assets.vintage.quality import Finding

PROBABILITIES, IMPACTS = "models/recession_probabilities", "models/recession_impacts"
MONTHLY, QUARTERLY = "evaluation/recession_walk_forward_monthly", "evaluation/recession_walk_forward_quarterly"

probabilities_schema_and_keys = table_check(PROBABILITIES)
impacts_schema_and_keys = table_check(IMPACTS)
monthly_schema_and_keys = table_check(MONTHLY)
quarterly_schema_and_keys = table_check(QUARTERLY)


def possible(table: str) -> dg.AssetChecksDefinition:
    """The check of a table's probabilities."""

    def find(rows: pa.Table) -> "Finding":
        from macro_assets.recession.quality import impossible_probabilities

        return impossible_probabilities(rows)

    return rule_check("possible_probabilities", table, "Every probability lies between 0 and 1.", find)


def trained_in_time(table: str) -> dg.AssetChecksDefinition:
    """The check that no forecast of a walk-forward knew later data."""

    def find(rows: pa.Table) -> "Finding":
        from macro_assets.recession.quality import late_training

        return late_training(rows)

    return rule_check(
        "trained_in_time",
        table,
        "Each model was refitted no later than its origin, on rows that end 18 months before.",
        find,
    )


def trained_before(rows: pa.Table) -> "Finding":
    """Finding on the training of today's models."""
    from macro_assets.recession.quality import trained_after

    return trained_after(rows)


def nested_intervals(rows: pa.Table) -> "Finding":
    """Finding on the intervals of impacts."""
    from macro_assets.recession.quality import impossible_impacts

    return impossible_impacts(rows)


probabilities_possible = possible(PROBABILITIES)
probabilities_trained_in_time = rule_check(
    "trained_in_time", PROBABILITIES, "No model states a month that it was trained on.", trained_before
)
monthly_possible, quarterly_possible = possible(MONTHLY), possible(QUARTERLY)
monthly_trained_in_time, quarterly_trained_in_time = trained_in_time(MONTHLY), trained_in_time(QUARTERLY)
impacts_nested = rule_check(
    "nested_intervals",
    IMPACTS,
    "The 80 % interval lies inside the 90 % interval, and no worst fall reaches above zero.",
    nested_intervals,
)
