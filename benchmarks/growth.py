"""How do time and memory grow with the number of series, and do daily loads slow reads down?

    python -m benchmarks.growth [--series 100,200,400,800,1600,3200] [--loads 250] [--json FILE]

Each size has a lake of its own, 6,250 facts a series (3,200 series are 20 million), and each measurement a process of its own:
the first load, the full rebuild of silver and the monthly cube, one release of two series to an up-to-date cube, the view of one
day of all series, and 100 series of the cube as an array. Shown are processor seconds, peak memory of the process, and the slope
of the logarithm of each against that of the number of series. The daily loads read a lake after so many loads in a row, and again
after it was compacted.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.simulated import bronze, catalog_of, machine, series_names, simulated_day
from macro_assets.defs.gold.update import update_cube
from macro_assets.defs.silver.update import update_observations
from macro_assets.lake import Lake
from macro_assets.tables.registry import TABLES
from macro_assets.vintage.dense import dense

FACTS, STATED, CUBE = "bronze/fred_vintages", "bronze/series_facts", "gold/monthly_cube"
BATCH, RELEASED, ASKED = 100, 2, 100
TODAY = date(2005, 12, 15)
RECEIVED = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    """Measure every size, each step in a process of its own, and print a line each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--series", default="100,200,400,800,1600,3200", help="sizes, separated by commas")
    options.add_argument("--loads", type=int, default=250, help="daily loads in a row")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    options.add_argument("--measure", nargs=3, metavar=("STEP", "SERIES", "FOLDER"), help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.measure:
        step, series, folder = chosen.measure
        print(json.dumps(measured(STEPS[step], Lake(folder), int(series))))
        return
    figures: dict[str, Any] = {"machine": machine(), "sizes": {}}
    for number in map(int, chosen.series.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            figures["sizes"][number] = {step: _in_a_process(step, number, folder) for step in STEPS}
        shown = "   ".join(
            f"{step} {row['cpu_seconds']:.2f} s {row['peak_mib']:,.0f} MiB"
            for step, row in figures["sizes"][number].items()
        )
        print(f"{number:>6,} series   {shown}", flush=True)
    figures["slopes"] = slopes(figures["sizes"])
    for step, row in figures["slopes"].items():
        print(f"{step:>10} log-log slope   cpu {row['cpu_seconds']:.2f}   memory {row['peak_mib']:.2f}")
    if chosen.loads:
        figures["daily_loads"] = daily_loads(chosen.loads)
        print(f"read after {chosen.loads} daily loads / compacted: {figures['daily_loads']['ratio']:.2f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


def measured(step: Callable[[Lake, int], object], lake: Lake, series: int) -> dict[str, float]:
    """Processor and wall seconds of a step, and the peak memory of this process."""
    start, cpu = time.perf_counter(), time.process_time()
    step(lake, series)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = time.process_time() - cpu
    return {"cpu_seconds": spent, "wall_seconds": time.perf_counter() - start, "peak_mib": peak}


def first_load(lake: Lake, series: int) -> None:
    """The past of all series, a hundred at a time."""
    names = series_names(series)
    for at in range(0, series, BATCH):
        load(lake, bronze(names[at : at + BATCH], seed=at), RECEIVED + timedelta(seconds=at))


def load(lake: Lake, rows: pa.Table, received: datetime) -> None:
    """Facts, and what their provider states of their series."""
    lake.load(FACTS, rows, received_at=received)
    first = rows.group_by("series_id").aggregate([("realtime_start", "min")])
    number = first.num_rows
    words = {"provider": "fred", "units": "Index", "frequency": "M", "seasonal_adjustment": "SA"}
    columns = {name: pa.repeat(text, number) for name, text in words.items()} | {
        "series_id": first["series_id"],
        "received_at": pa.repeat(pa.scalar(received, pa.timestamp("us", tz="UTC")), number),
        "first_vintage": first["realtime_start_min"],
        "vintages": pa.repeat(pa.scalar(500, pa.int64()), number),
        "last_updated": pa.nulls(number, TABLES[STATED].schema.field("last_updated").type),
    }
    if not lake.exists(STATED) or received < RECEIVED + timedelta(days=1):
        schema = TABLES[STATED].source_schema
        lake.load(
            STATED, pa.table([columns[name].cast(schema.field(name).type) for name in schema.names], schema=schema)
        )


def rebuild(lake: Lake, series: int) -> None:
    """Silver and the monthly cube from everything."""
    catalog = catalog_of(series)
    update_observations(lake, catalog, "rules")
    update_cube(lake, catalog, CUBE, "M", TODAY, "rules")


def release(lake: Lake, series: int) -> None:
    """One more vintage of the newest value of two series, then silver and the cube."""
    catalog, names = catalog_of(series), series_names(series)[:RELEASED]
    rows = lake.read(FACTS, where={"series_id": names})
    newest = rows.filter(pc.equal(rows["observation_date"], pc.max(rows["observation_date"])))
    newest = newest.group_by("series_id").aggregate([("observation_date", "max")])
    facts = [
        {"series_id": row["series_id"], "observation_date": row["observation_date_max"], "value": 100.0,
         "realtime_start": TODAY - timedelta(days=25), "status": "published"}
        for row in newest.to_pylist()
    ]  # fmt: skip
    lake.load(FACTS, pa.Table.from_pylist(facts, TABLES[FACTS].source_schema), received_at=RECEIVED + timedelta(days=9))
    one, other = update_observations(lake, catalog, "rules"), update_cube(lake, catalog, CUBE, "M", TODAY, "rules")
    if one.touched != frozenset(names) or other.touched != frozenset(names):
        raise SystemExit(f"The release touched {one.touched} and {other.touched}: nothing to measure")


def as_of(lake: Lake, _series: int) -> None:
    """One day's view of all series."""
    lake.as_of(simulated_day())


def array(lake: Lake, series: int) -> None:
    """A hundred series of the cube as an array."""
    names = series_names(series)[:ASKED]
    dense(lake.read(CUBE, where={"series_id": names}), series=names, frequency="M")


STEPS: dict[str, Callable[[Lake, int], None]] = {
    "first_load": first_load, "rebuild": rebuild, "release": release, "as_of": as_of, "dense": array,
}  # fmt: skip


def slopes(sizes: dict[int, dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Least-squares slope of the logarithm of each figure against that of the number of series."""
    numbers = np.log(list(sizes))
    if len(numbers) < 2:
        return {}
    return {
        step: {
            name: float(np.polyfit(numbers, np.log([rows[step][name] for rows in sizes.values()]), 1)[0])
            for name in ("cpu_seconds", "peak_mib")
        }
        for step in STEPS
    }


def daily_loads(number: int, series: int = 200, rows: int = 20, repetitions: int = 7) -> dict[str, float]:
    """Median seconds to read facts after so many loads of a few rows, and after compaction; they alternate."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        lakes = [Lake(one), Lake(two)]
        past, names = bronze(series_names(series), facts_a_series=2_600), series_names(series)
        for lake in lakes:
            lake.load(FACTS, past, received_at=RECEIVED)
        for day in range(number):
            picked = [names[(day * rows + at) % series] for at in range(rows)]
            facts = [
                {"series_id": name, "observation_date": date(2004, 1, 1), "value": float(day), "status": "published",
                 "realtime_start": date(2006, 1, 1) + timedelta(days=day)}
                for name in picked
            ]  # fmt: skip
            batch = pa.Table.from_pylist(facts, TABLES[FACTS].source_schema)
            for lake in lakes:
                lake.load(FACTS, batch, received_at=RECEIVED + timedelta(days=day + 1))
        lakes[1].compact(FACTS)
        spent: list[list[float]] = [[], []]
        for _ in range(repetitions):
            for lake, seconds in zip(lakes, spent, strict=True):
                start = time.perf_counter()
                lake.read(FACTS)
                seconds.append(time.perf_counter() - start)
        after, compacted = (statistics.median(seconds) for seconds in spent)
        return {
            "loads": number,
            "files": lakes[0].info(FACTS).files,
            "seconds": after,
            "compacted_seconds": compacted,
            "ratio": after / compacted,
        }


def _in_a_process(step: str, number: int, folder: str) -> dict[str, float]:
    asked = [sys.executable, "-m", "benchmarks.growth", "--measure", step, str(number), folder]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{step} of {number} series failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
