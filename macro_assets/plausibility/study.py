"""The rules of plausibility on a folder of recorded data: `macro-assets quarantine validate` and its job in Dagster.

Belongs here: reading an archive, and the report. Does not belong here: the injections (validation.py), printing (commands).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as parquet

from macro_assets.catalog import Catalog, load_catalog
from macro_assets.errors import InvalidInputError
from macro_assets.plausibility import validation
from macro_assets.plausibility.judge import Rules
from macro_assets.plausibility.limits import LIMITS, RESTATED_PERIODS, RESTATED_RATIO, SAFETY
from macro_assets.plausibility.state import facts_of
from macro_assets.plausibility.validation import FIRST, SPLIT, History, Rate
from macro_assets.settings import get_settings

__all__ = ["STUDIES", "histories_of", "validate"]

EPOCH = dt.date(1970, 1, 1)
FILES = ("observations.parquet", "series.csv")
STUDIES: dict[str, Callable[[Sequence[History]], list[Rate]]] = {
    "newest_value": validation.newest_values,
    "whole_vintage": validation.vintages_restated,
    "whole_history": validation.histories_restated,
    "first_load": validation.first_loads,
}
"""Ways of being wrong, in the order of the report."""


def validate(archive: Path) -> dict[str, Any]:
    """Limits, false alarms and detected errors on an archive of recorded data.

    Parameters
    ----------
    archive : folder with `fred/observations.parquet` and `fred/series.csv`.

    Returns
    -------
    A report of plain values: `limits` (largest step of 1960 to 2005 and the limit in use), `false_alarms`, and a list of
    rates by kind, frequency and factor for each way of being wrong.

    Raises
    ------
    InvalidInputError : the folder holds no recorded data.
    """
    for name in FILES:
        if not (archive / "fred" / name).is_file():
            raise InvalidInputError(
                f"{archive} is not a folder of recorded data: there is no fred/{name}.",
                remedy="Give a folder as `macro-assets demo --archive` takes it.",
            )
    histories = [history.bounded() for history in histories_of(archive, load_catalog(get_settings().catalog_dir))]
    judged, alarms = validation.false_alarms(histories)
    later = [
        fact for history in histories if history.kind != "indicator" for fact in history.facts if fact.begin >= SPLIT
    ]
    return {
        "series": len(histories),
        "fitted": f"{EPOCH + dt.timedelta(days=FIRST)} to 2005-12-31, safety factor {SAFETY:g}",
        "limits": _limits(histories),
        "restated": {"periods": RESTATED_PERIODS, "ratio": RESTATED_RATIO},
        "false_alarms": {
            "judged_since_1960": judged,
            "judged_since_2006": len(later),
            "set_aside": [
                {"series": name, "period": _day(fact.period), "value": fact.value, "reason": verdict.words}
                for name, fact, verdict in alarms
            ],
        },
    } | {name: [_row(rate) for rate in study(histories)] for name, study in STUDIES.items()}


def histories_of(archive: Path, catalog: Catalog) -> list[History]:
    """Recorded facts by series, with the archive's units and, where the catalogue has the series, its bounds."""
    table = parquet.read_table(archive / "fred" / "observations.parquet").sort_by("series_id")
    names, starts = np.unique(table["series_id"].to_numpy(), return_index=True)
    ends = dict(
        zip(names.tolist(), zip(starts.tolist(), [*starts.tolist()[1:], table.num_rows], strict=True), strict=True)
    )
    records = csv.read_csv(archive / "fred" / "series.csv").select(["series_id", "units", "frequency"]).to_pylist()
    histories = []
    for record in records:
        name, entry = record["series_id"], catalog.series.get(record["series_id"])
        rules = Rules(record["units"], record["frequency"])
        if entry is not None:
            rules = Rules(record["units"], record["frequency"], entry.lower, entry.upper)
        start, end = ends[name]
        rows = table.slice(start, end - start)
        facts = facts_of(_days(rows["date"]), _days(rows["realtime_start"]), rows["value"])
        histories.append(History(name, rules, tuple(facts)))
    return histories


def _days(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.cast(pa.int32()).to_numpy(), dtype=np.int64)


def _day(number: int) -> str:
    return (EPOCH + dt.timedelta(days=number)).isoformat()


def _limits(histories: Sequence[History]) -> list[dict[str, Any]]:
    fitted = validation.largest_steps(histories)
    rows = []
    for (kind, frequency), limit in LIMITS.items():
        size, series, day = fitted.get((kind, frequency), (None, "", None))
        rows.append(
            {
                "kind": kind,
                "frequency": frequency,
                "limit": round(limit.largest * limit.factor, 6),
                "in": "log ratio" if limit.in_logs else "difference",
                "set_by": f"{limit.series} {limit.day}",
                "fitted": None if size is None else round(size, 6),
                "fitted_on": f"{series} {day}" if series else "",
            }
        )
    return rows


def _row(rate: Rate) -> dict[str, Any]:
    return {
        "kind": rate.kind,
        "frequency": rate.frequency,
        "factor": rate.factor,
        "injected": rate.injected,
        "caught": rate.caught,
        "share": round(rate.share, 4),
    }
