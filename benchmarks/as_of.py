"""How fast is one day's view of all series, beside DuckDB on the same Delta table?

    python -m benchmarks.as_of [--rows 5,20] [--repetitions 7] [--json FILE]

The table lies as the lake writes it, in 64 buckets. DuckDB reads its files directly and answers in Arrow; both
use as many threads as the machine has cores; of three ways to write the question in SQL the fastest counts. Both answers are compared
row by row before anything is printed; their timings alternate. DuckDB is no dependency: `pip install duckdb`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.simulated import FACTS_A_SERIES, machine, series_names, silver, simulated_day
from macro_assets.lake import Lake

TABLE = "silver/observations"
KNOWN = "SELECT * FROM facts WHERE known_from <= DATE '{day}'"
ROWS = "series_id, observation_date, realtime_start, known_from, known_by, value, status"
REST = "realtime_start, known_from, known_by, value, status"
QUESTIONS = {
    "window": f"SELECT {ROWS} FROM ({KNOWN} QUALIFY row_number() OVER "
    "(PARTITION BY series_id, observation_date ORDER BY realtime_start DESC) = 1) "
    "WHERE status <> 'withdrawn' ORDER BY series_id, observation_date",
    "arg_max": "SELECT series_id, observation_date, UNNEST(newest) FROM (SELECT series_id, observation_date, "
    f"arg_max({{{{{', '.join(f'{name}: {name}' for name in REST.split(', '))}}}}}, realtime_start) AS newest FROM ({KNOWN}) "
    "GROUP BY ALL) WHERE newest.status <> 'withdrawn' ORDER BY series_id, observation_date",
    "join": f"WITH known AS MATERIALIZED ({KNOWN}), newest AS (SELECT series_id, observation_date, max(realtime_start) AS "
    f"realtime_start FROM known GROUP BY ALL) SELECT {ROWS} FROM known JOIN newest USING (series_id, observation_date, "
    "realtime_start) WHERE status <> 'withdrawn' ORDER BY series_id, observation_date",
}


def main() -> None:
    """Time both on each size and print one line a size."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", default="5", help="millions of rows, separated by commas")
    options.add_argument("--repetitions", type=int, default=7)
    options.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = options.parse_args()
    figures: dict[str, Any] = {"machine": machine(), "sizes": []}
    for millions in chosen.rows.split(","):
        row = compare(int(float(millions) * 1e6), chosen.repetitions)
        figures["sizes"].append(row)
        print(
            f"{row['rows']:>11,} rows   ours {row['seconds']:.3f} s   DuckDB {row['duckdb_seconds']:.3f} s "
            f"({row['duckdb_question']})   "
            f"cpu {row['cpu_seconds']:.3f} and {row['duckdb_cpu_seconds']:.3f} s   ratio {row['ratio']:.2f}"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


def compare(rows: int, repetitions: int) -> dict[str, Any]:
    """Medians of alternating runs over a table of about so many rows."""
    import duckdb

    day, threads = simulated_day(), len(os.sched_getaffinity(0))
    pa.set_cpu_count(threads)
    with tempfile.TemporaryDirectory() as folder:
        lake = Lake(folder)
        lake.replace(TABLE, silver(series_names(rows // FACTS_A_SERIES)))
        files = [str(path) for path in Path(lake.table_uri(TABLE)).rglob("*.parquet")]
        connection = duckdb.connect(config={"threads": threads})
        connection.execute(f"CREATE VIEW facts AS SELECT * FROM read_parquet({files})")

        def ask(question: str) -> pa.Table:
            return connection.sql(question.format(day=day)).to_arrow_table()

        expected = lake.as_of(day)
        for name, question in QUESTIONS.items():
            if not ask(question).select(expected.column_names).cast(expected.schema).equals(expected):
                raise SystemExit(f"DuckDB's answer by {name} differs: nothing to measure")
        name = min(QUESTIONS, key=lambda each: _spent(lambda: ask(QUESTIONS[each])))
        ours, theirs = [], []
        for _ in range(repetitions):
            ours.append(_spent(lambda: lake.as_of(day)))
            theirs.append(_spent(lambda: ask(QUESTIONS[name])))
        held = lake.info(TABLE).rows
    (seconds, cpu), (duck, duck_cpu) = (
        [statistics.median(part) for part in zip(*runs, strict=True)] for runs in (ours, theirs)
    )
    return {
        "rows": held,
        "answer_rows": expected.num_rows,
        "seconds": seconds,
        "cpu_seconds": cpu,
        "duckdb_seconds": duck,
        "duckdb_cpu_seconds": duck_cpu,
        "duckdb_question": name,
        "duckdb_version": duckdb.__version__,
        "ratio": seconds / duck,
        "all_seconds": ours,
        "all_duckdb_seconds": theirs,
    }


def _spent(run: Callable[[], object]) -> tuple[float, float]:
    """Wall and processor seconds."""
    start, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - start, time.process_time() - cpu


if __name__ == "__main__":
    main()
