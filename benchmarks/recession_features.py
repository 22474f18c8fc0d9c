"""How much faster are the recession features and the VIF selection than the plain ways?

    python -m benchmarks.recession_features [--dates 3] [--json FILE]

Features: 27 indicators, 280 quarterly as-of dates, every column on its own as-of slice, against the column-by-column
pandas reference of the tests. The reference is timed on a few dates and scaled to all (it is the same work on each).
A second, weaker yardstick computes the columns once on a single unrevised panel, which ignores vintages altogether.
Selection: variance inflation above 10 removed from 50 columns, against the loop over statsmodels' function.
Both results of both sides are compared before anything is printed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from macro_assets.recession.selection import drop_collinear
from macro_assets.signals.features import Slices
from macro_assets.signals.recession import quarterly, spec
from macro_assets_tests.recession.naive_selection import statsmodels_loop
from macro_assets_tests.signals import naive_recession_features as naive

QUARTERS, ROWS, COLUMNS = 280, 172, 50


def main() -> None:
    """Run both comparisons and print one line each."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--dates", type=int, default=3, help="as-of dates on which the reference is timed")
    options.add_argument("--json", type=Path, help="write the figures to this file")
    chosen = options.parse_args()
    figures = {"features": features(chosen.dates), "selection": selection()}
    for name, row in figures.items():
        print(
            f"{name:10s} {row['seconds'] * 1e3:9.2f} ms   plain {row['plain_seconds']:9.2f} s   {row['ratio']:9.0f} x"
        )
    print(f"one unrevised panel, columns computed once: {figures['features']['ratio_one_panel']:.0f} x")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2))


def features(dates: int) -> dict[str, float]:
    """All columns for all as-of dates: best of three block-wise runs against the scaled reference."""
    cube = _cube()
    values = quarterly.columns(Slices(cube)).values
    names = list(quarterly.FEATURE_SET.names)
    seconds = _best(lambda: quarterly.columns(Slices(cube)), 3)
    rows = np.linspace(0, QUARTERS - 1, dates).astype(int)
    start = time.perf_counter()
    for row in rows:
        frame = naive.inputs(pd.DataFrame(cube.values[row, ::-1], columns=list(cube["series"].values)))
        expected = np.array([naive.column(frame, name) for name in names])
        gap = np.abs(expected - values[row]) / np.maximum(np.abs(expected), 1.0)
        if np.nanmax(gap) > 1e-9 or (np.isnan(expected) != np.isnan(values[row])).any():
            raise SystemExit("the two ways disagree: nothing to measure")
    per_date = (time.perf_counter() - start) / dates
    one_panel = _one_panel(names)
    return {
        "columns": len(names),
        "as_of_dates": QUARTERS,
        "seconds": seconds,
        "plain_seconds": per_date * QUARTERS,
        "plain_dates_timed": dates,
        "ratio": per_date * QUARTERS / seconds,
        "one_panel_seconds": one_panel,
        "ratio_one_panel": one_panel / seconds,
    }


def selection() -> dict[str, float]:
    """50 correlated columns of 172 rows down to those with factors of at most 10."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, 24)) @ rng.normal(size=(24, COLUMNS)) + 0.6 * rng.normal(size=(ROWS, COLUMNS))
    kept = drop_collinear(x)
    seconds = _best(lambda: drop_collinear(x), 20)
    start = time.perf_counter()
    expected = statsmodels_loop(x, limit=10.0)
    plain = time.perf_counter() - start
    if kept.tolist() != expected:
        raise SystemExit("the two selections disagree: nothing to measure")
    return {"kept": len(kept), "seconds": seconds, "plain_seconds": plain, "ratio": plain / seconds}


def _cube() -> xr.DataArray:
    rng = np.random.default_rng(0)
    names = list(quarterly.SERIES)
    values = 100 * np.exp(np.cumsum(rng.normal(0.01, 0.05, (QUARTERS, quarterly.DEPTH, len(names))), axis=1))
    as_of = pd.date_range("1946-03-31", periods=QUARTERS, freq="QE").values
    dims = ("as_of", "lag", "series")
    known_at = (dims, np.broadcast_to(as_of[:, None, None], values.shape))
    labels = {"as_of": as_of, "lag": range(quarterly.DEPTH), "series": names, "known_at": known_at}
    return xr.DataArray(values, dims=dims, coords=labels)


def _one_panel(names: list[str]) -> float:
    """Seconds to compute every compounded column once over one panel, column by column into a frame."""
    rng = np.random.default_rng(1)
    columns = [item.name for item in spec.INDICATORS]
    panel = pd.DataFrame(100 * np.exp(np.cumsum(rng.normal(0.01, 0.05, (QUARTERS, 27)), axis=0)), columns=columns)
    start = time.perf_counter()
    parts = {}
    for name in names:
        parsed = spec.parse(name)
        if parsed.kind != "compound":
            continue
        column = naive.compounded(panel, parsed)
        parts[name] = column
    pd.DataFrame(parts)
    return time.perf_counter() - start


def _best(run: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return min(spent)


if __name__ == "__main__":
    main()
