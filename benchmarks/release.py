"""What does one release of two series cost, beside a rebuild of everything, on the lake of a home?

    python -m benchmarks.release --home HOME [--repetitions 5] [--json FILE]

The home is one that `macro-assets demo` filled; its lake is copied, not changed. In each repetition two series get another newest
value. Then silver and both cubes are brought up to date, and rebuilt in the way before: all of silver, and cubes as one row per
cell (the builder that the tests keep as a reference). The features that follow are built whole in both ways and shown apart. Shown
are medians of processor seconds that alternate in one process; the load itself is shown apart, Dagster is not part of it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import write_deltalake

from benchmarks.simulated import machine
from macro_assets.catalog import Catalog, load_catalog
from macro_assets.defs.gold.update import update_cube
from macro_assets.defs.silver.sources import bronze_facts
from macro_assets.defs.silver.update import OBSERVATIONS, PRICES, STATED, update_observations, update_prices
from macro_assets.lake import Lake
from macro_assets.signals import causal_features
from macro_assets.signals.recession import monthly, quarterly
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import knowledge
from macro_assets.vintage import prices as bars
from macro_assets.vintage.calendars import CubeFrequency
from macro_assets_tests.vintage import cells

FACTS, RELEASED = "bronze/fred_vintages", ("CPIAUCSL", "PAYEMS")
CUBES: dict[str, CubeFrequency] = {"gold/monthly_cube": "M", "gold/quarterly_cube": "Q"}


def main() -> None:
    """Measure and print one line a part."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, required=True, help="a home that a demo filled")
    options.add_argument("--repetitions", type=int, default=5)
    options.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(chosen.home / "lake", Path(folder) / "lake")
        figures = measure(Lake(Path(folder) / "lake"), load_catalog(), chosen.repetitions)
    for name, seconds in figures["cpu_seconds"].items():
        print(f"{name:32s} {seconds:8.3f} s")
    print(f"silver and cubes: a release costs 1/{1 / figures['ratio']:.0f} of the rebuild of the way before")
    print(f"with features: 1/{1 / figures['ratio_with_features']:.1f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2) + "\n")


def measure(lake: Lake, catalog: Catalog, repetitions: int) -> dict[str, Any]:
    """Medians over releases; the first brings the lake up to date and is not counted."""
    today = pc.max(lake.read("gold/monthly_cube", columns=["last_as_of"])["last_as_of"]).as_py() + timedelta(days=1)
    spent: dict[str, list[float]] = {}
    follow(lake, catalog, today)
    for number in range(repetitions):
        steps: dict[str, Callable[[], object]] = {
            "load": lambda at=number: correct(lake, at),  # type: ignore[misc]
            "silver and cubes, two series": lambda: follow(lake, catalog, today),
            "silver and cubes, the way before": lambda: before(lake, catalog, today),
            "features, whole": lambda: features(lake, catalog),
        }
        for name, step in steps.items():
            cpu = time.process_time()
            step()
            spent.setdefault(name, []).append(time.process_time() - cpu)
    medians = {name: statistics.median(seconds) for name, seconds in spent.items()}
    _, release, whole, rest = medians.values()
    return {
        "machine": machine(),
        "cpu_seconds": medians,
        "ratio": release / whole,
        "ratio_with_features": (release + rest) / (whole + rest),
    }


def correct(lake: Lake, number: int) -> None:
    """Another newest value of two series."""
    rows = lake.read(FACTS, where={"series_id": list(RELEASED)})
    rows = rows.filter(pc.equal(rows["status"], "published"))
    facts = []
    for name in RELEASED:
        mine = rows.filter(pc.equal(rows["series_id"], name))
        row = mine.slice(mine.num_rows - 1).to_pylist()[0]
        row["value"] = float(row["value"]) * (1 + 1e-6 * (number + 1))
        facts.append({column: row[column] for column in TABLES[FACTS].source_schema.names})
    received = datetime.now(UTC) + timedelta(days=number + 1)
    lake.load(FACTS, pa.Table.from_pylist(facts, TABLES[FACTS].source_schema), received_at=received)


def follow(lake: Lake, catalog: Catalog, today: date) -> None:
    """Silver and cubes brought up to date."""
    update_observations(lake, catalog, "release")
    update_prices(lake, "release")
    for name, frequency in CUBES.items():
        update_cube(lake, catalog, name, frequency, today, "release")


def before(lake: Lake, catalog: Catalog, today: date) -> None:
    """Silver and cubes of cells from everything, written beside the lake's own."""
    aside = Path(lake.table_uri(OBSERVATIONS)).parents[1] / "aside"
    silver = knowledge.observations(bronze_facts(lake, OBSERVATIONS), catalog, lake.read(STATED))
    prices = bars.build(bronze_facts(lake, PRICES)["bars"])
    other = Lake(aside)
    other.replace(OBSERVATIONS, silver)
    other.replace(PRICES, prices)
    facts = knowledge.facts(other.read(OBSERVATIONS), other.read(PRICES))
    for name, frequency in CUBES.items():
        table = cells.build(facts, catalog, frequency=frequency, end=today)
        write_deltalake(other.table_uri(name), table, mode="overwrite")


def features(lake: Lake, catalog: Catalog) -> None:
    """The features that rest on the cubes."""
    months, quarters = (lake.read(name) for name in CUBES)
    lake.replace("features/causal_features", causal_features.build(months, lake.read("gold/asset_returns"), catalog))
    lake.replace("features/recession_features_monthly", monthly.build(months))
    lake.replace("features/recession_features", quarterly.build(quarters))


if __name__ == "__main__":
    main()
