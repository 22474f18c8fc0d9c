"""Facts of any size for the benchmarks, and the state of the machine on which they are timed.

Belongs here: what several benchmarks share. Does not belong here: any measurement.
"""

from __future__ import annotations

import os
import platform
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from macro_assets.catalog import Catalog, load_catalog
from macro_assets.tables.registry import TABLES

FIRST_MONTH, MONTHS = -132, 520
"""January 1959, and periods a series."""
FACTS_A_SERIES = 6_250
"""3,200 series are 20 million facts."""
PROTOTYPES = {"M": "INDPRO", "Q": "GDPC1", "W": "ICSA"}


def machine() -> dict[str, object]:
    """Cores, load and memory of the machine, and the versions that are measured."""
    memory = {line.split(":")[0]: line.split()[1] for line in Path("/proc/meminfo").read_text().splitlines()}
    return {
        "cores": len(os.sched_getaffinity(0)),
        "load_1_5_15_min": [round(load, 2) for load in os.getloadavg()],
        "memory_gib": round(int(memory["MemTotal"]) / 2**20, 1),
        "available_gib": round(int(memory["MemAvailable"]) / 2**20, 1),
        "python": platform.python_version(),
        "pyarrow": pa.__version__,
        "processor": platform.processor() or platform.machine(),
    }


def series_names(number: int) -> list[str]:
    """Ids of simulated series."""
    return [f"SIM{at:05d}" for at in range(number)]


def catalog_of(number: int) -> Catalog:
    """The embedded catalogue with simulated monthly series in place of its own."""
    found = load_catalog()
    prototype = found.series[PROTOTYPES["M"]]
    series = {name: prototype.model_copy(update={"id": name}) for name in series_names(number)}
    return found.model_copy(update={"series": series})


def bronze(names: list[str], *, facts_a_series: int = FACTS_A_SERIES, seed: int = 0) -> pa.Table:
    """Rows of bronze/fred_vintages without `loaded_at`, in key order.

    Every series has 520 months; each value is published five weeks after its month and revised every quarter of a year.
    """
    vintages = max(1, facts_a_series // MONTHS)
    rng = np.random.default_rng(seed)
    shape = (len(names), MONTHS, vintages)
    month = (FIRST_MONTH + np.arange(MONTHS)).astype("datetime64[M]")
    dates = np.broadcast_to(month.astype("datetime64[D]")[None, :, None], shape)
    published = (month + 1).astype("datetime64[D]")[None, :, None] + np.timedelta64(35, "D")
    offset = (np.arange(len(names)) % 20)[:, None, None] + 91 * np.arange(vintages)[None, None, :]
    begins = published + offset.astype("timedelta64[D]")
    values = 100 + np.cumsum(rng.normal(0.1, 1, shape[:2]), axis=1)[:, :, None] + rng.normal(0, 0.1, shape)
    rows = int(np.prod(shape))
    codes = pa.array(np.repeat(np.arange(len(names), dtype=np.int32), MONTHS * vintages))
    columns = [
        pa.DictionaryArray.from_arrays(codes, pa.array(names)).cast(pa.string()),
        pa.array(dates.ravel()),
        pa.array(begins.ravel()),
        pa.array(values.ravel()),
        pa.repeat("published", rows),
    ]
    return pa.table(columns, schema=TABLES["bronze/fred_vintages"].source_schema)


def silver(names: list[str], *, facts_a_series: int = FACTS_A_SERIES, seed: int = 0) -> pa.Table:
    """The same facts as rows of silver/observations, all recorded on their day; one in fifty is a withdrawal."""
    facts = bronze(names, facts_a_series=facts_a_series, seed=seed)
    withdrawn = np.random.default_rng(seed + 1).random(facts.num_rows) < 0.02
    begins = facts["realtime_start"]
    status = np.where(withdrawn, "withdrawn", "published").astype(object)
    value = pa.array(facts["value"].to_numpy(), mask=withdrawn)
    columns = [facts["series_id"], facts["observation_date"], begins, begins,
               pa.repeat("vintage", facts.num_rows), value, pa.array(status, pa.string())]  # fmt: skip
    return pa.table(columns, schema=TABLES["silver/observations"].schema)


def simulated_day() -> date:
    """A day near the end of the simulated facts."""
    return date(2000, 6, 30)
