"""A job that measures the rules of plausibility on recorded data, as `macro-assets quarantine validate` does.

Belongs here: the job and what it shows. Does not belong here: the study (plausibility/study.py), cases of the lake
(defs/bronze/quarantine.py).
"""

from pathlib import Path

import dagster as dg
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import counts, markdown


class RecordedData(dg.Config):
    """What the rules are measured on."""

    archive: str = Field(description="Folder of recorded data, as `macro-assets demo --archive` takes it.")


@dg.op(description="Judges every recorded fact, and errors put into them by kind, direction and size.")
@in_words
def measure_the_rules(context: dg.OpExecutionContext, config: RecordedData) -> None:
    """False alarms and detected errors as metadata."""
    import pandas as pd

    from macro_assets.plausibility import study

    report = study.validate(Path(config.archive))
    alarms = report["false_alarms"]
    shares = {name: markdown(pd.DataFrame(report[name])) for name in study.STUDIES if report[name]}
    if alarms["set_aside"]:
        shares["true_facts_set_aside"] = markdown(pd.DataFrame(alarms["set_aside"]))
        context.log.warning("%d true facts would be set aside.", len(alarms["set_aside"]))
    numbers = {"true_facts": alarms["judged_since_1960"], "false_alarms": len(alarms["set_aside"])}
    context.add_output_metadata(counts(numbers) | shares)


@dg.job(
    description="The rules of plausibility on a folder of recorded data: how many true values they would set aside, and how "
    "many injected errors they see, by kind, direction and size. Two minutes; nothing is stored."
)
def quarantine_validation_job() -> None:
    """Measure the rules of plausibility."""
    measure_the_rules()
