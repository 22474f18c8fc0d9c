"""Grid of effects: the default engine and cross-fitted RF100 against econml, cell by cell, with equal estimates.

    python benchmarks/causal_grid.py [--rf-cells 6] [--linear-cells 360] [--json FILE]

Nine shocks, eight outcomes, five horizons, n = 300, twenty controls (simulated, seed 0). econml is given the same design
and the same folds: for the default engine least squares on the full sample (its cv=1), for RF100 ten
shuffled folds. Where fewer econml cells are timed than the grid has, their mean is scaled up, and the output says so.
Only the ratios matter; they are of processor time, taken in one run on one thread: the median of five grids of the
default engine, one grid of RF100, one pass over the econml cells after a first one that loads its modules.
"""

import argparse
import json
import os
import time
import warnings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np
import pandas as pd

from macro_assets.causal import EffectPanel, EffectSettings, estimate_grid
from macro_assets.causal.engine.design import control_block, lag_block, outcome_paths, usable_rows
from macro_assets.causal.engine.learners import make_learner
from macro_assets.inference.folds import make_folds

HORIZONS, LAGS, MONTHS = (0, 1, 3, 6, 12), 2, 300
CELLS = 9 * 8 * len(HORIZONS)


def frames() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Outcomes, shocks and controls of a simulated grid."""
    rng = np.random.default_rng(0)
    index = pd.date_range("1990-01-31", periods=MONTHS, freq="ME")
    controls = rng.standard_normal((MONTHS, 20))
    for row in range(1, MONTHS):
        controls[row] += 0.9 * controls[row - 1]
    shocks = rng.standard_normal((MONTHS, 9)) + 0.1 * controls[:, :9]
    outcomes = shocks[:, :8] * 0.3 + 0.2 * controls[:, 4:12] + rng.standard_normal((MONTHS, 8))
    return tuple(  # type: ignore[return-value]
        pd.DataFrame(values, index, [f"{letter}{column}" for column in range(values.shape[1])])
        for values, letter in ((outcomes, "y"), (shocks, "t"), (controls, "x"))
    )


def chosen(count: int) -> list[tuple[int, int, int]]:
    """Cells (shock, outcome, horizon) spread over the grid."""
    every = [(t, y, h) for t in range(9) for y in range(8) for h in HORIZONS]
    return [every[at] for at in np.unique(np.linspace(0, len(every) - 1, min(count, len(every))).astype(int))]


def econml_linear(
    outcomes: pd.DataFrame, shocks: pd.DataFrame, controls: pd.DataFrame, cell: tuple[int, int, int]
) -> float:
    """One cell by econml's LinearDML with least-squares nuisances on the full sample."""
    from econml.dml import LinearDML
    from sklearn.linear_model import LinearRegression

    t, y = shocks.iloc[:, cell[0]].to_numpy(), outcomes.iloc[:, cell[1]].to_numpy()
    rows = usable_rows(0, MONTHS - 1, cell[2], LAGS)
    design = np.column_stack([control_block(controls.to_numpy(), rows, LAGS)[:, 1:], lag_block(t, y, rows, LAGS)])
    model = LinearDML(model_y=LinearRegression(), model_t=LinearRegression(), cv=1, random_state=0)
    model.fit(outcome_paths(y, rows).sum(axis=-1), t[rows.at(0)], X=None, W=design)
    model.intercept__interval(alpha=0.05)
    return float(np.squeeze(model.intercept_))


def econml_forest(
    outcomes: pd.DataFrame, shocks: pd.DataFrame, controls: pd.DataFrame, cell: tuple[int, int, int]
) -> float:
    """One cell by econml's LinearDML with RF100 nuisances on the grid's design and folds."""
    from econml.dml import LinearDML

    rows = usable_rows(0, MONTHS - 1, max(HORIZONS), LAGS)
    series = [*shocks.to_numpy().T, *outcomes.to_numpy().T]
    past = [values[rows.at(-lag)] for values in series for lag in range(1, LAGS + 1)]
    design = np.column_stack([control_block(controls.to_numpy(), rows, LAGS)[:, 1:], *past])
    y = np.cumsum(outcome_paths(outcomes.iloc[:, cell[1]].to_numpy(), rows), axis=-1)[:, cell[2]]
    model = LinearDML(
        model_y=make_learner("rf100"), model_t=make_learner("rf100"), cv=make_folds(rows.count, seed=0), random_state=0
    )
    model.fit(y, shocks.iloc[:, cell[0]].to_numpy()[rows.at(0)], X=None, W=design)
    model.intercept__interval(alpha=0.05)
    return float(np.squeeze(model.intercept_))


def timed(function, *arguments):
    """Processor seconds (one thread; other work on the machine does not count) and result."""
    start = time.process_time()
    found = function(*arguments)
    return time.process_time() - start, found


def compare(name: str, learner: str, one_cell, count: int, data: tuple[pd.DataFrame, ...]) -> dict[str, object]:
    """Time the grid once and `count` cells one by one; compare their estimates."""
    settings, repeats = EffectSettings(learner=learner), 5 if learner == "linear" else 1
    runs = [
        timed(lambda: estimate_grid(EffectPanel(*data), horizons=HORIZONS, settings=settings, joint=False))
        for _ in range(repeats)
    ]
    own, grid = float(np.median([seconds for seconds, _ in runs])), runs[0][1]
    found = {estimate.cell: estimate for estimate in grid}
    cells = chosen(count)
    one_cell(*data, cells[0])  # imports and warm-up are not timed
    seconds, points = timed(lambda: [one_cell(*data, cell) for cell in cells])
    differences = [
        abs(point - found[(f"t{t}", f"y{y}", h)].point_uncorrected)
        for point, (t, y, h) in zip(points, cells, strict=True)
    ]
    other = seconds / len(cells) * CELLS
    return {
        "comparison": name, "cells": CELLS, "cells_timed_with_econml": len(cells), "grid_seconds": round(own, 3),
        "econml_seconds": round(other, 1), "ratio": round(other / own, 1), "largest_difference": max(differences),
    }  # fmt: skip


def main() -> None:
    """Run both comparisons and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--linear-cells", type=int, default=CELLS)
    parser.add_argument("--rf-cells", type=int, default=6)
    parser.add_argument("--json")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    data = frames()
    results = [compare("default engine", "linear", econml_linear, options.linear_cells, data)]
    if options.rf_cells:
        results.append(compare("RF100 nuisances", "rf100", econml_forest, options.rf_cells, data))
    print(pd.DataFrame(results).to_string(index=False))
    if options.json:
        with open(options.json, "w") as file:
            json.dump(results, file, indent=2)


if __name__ == "__main__":
    main()
