"""The simulation behind the `interval unreliable` flag: coverage by persistence, sample, controls and horizon.

Belongs here: filling causal/engine/reliability.csv. Does not belong here: reading it (causal/engine/reliability.py).

    python -m macro_assets.causal.validation.reliability_table

The process is S3's with the root of the shock varied: confounders with root 0.95, an effect as large as the noise
warrants (theta 0.5 at unit innovations), white outcome errors. Weaker effects are covered better, so the flag errs on
the side of warning.
"""

from itertools import product
from pathlib import Path

import numpy as np

from macro_assets.causal.engine.linear import linear_stderr
from macro_assets.causal.validation.coverage import batched_cells
from macro_assets.causal.validation.simulation import Process, simulate
from macro_assets.inference.longrun import student_quantile

__all__ = ["CONTROLS", "HORIZONS", "ROOTS", "SIZES", "TABLE", "fill"]

TABLE = Path(__file__).parent.parent / "engine" / "reliability.csv"
ROOTS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.99)
SIZES = (80, 120, 200, 300, 500)
CONTROLS = (2, 10, 20)
HORIZONS = (0, 1, 3, 6, 12, 24)
REPLICATIONS = 400
MINIMUM_FREEDOM = 20


def _coverage(root: float, n: int, controls: int, horizon: int, replications: int) -> float:
    """Coverage of the nominal 95 % interval; nan when the sample is too short for the design."""
    if n - 2 - max(horizon, 0) - (6 + 3 * controls) < MINIMUM_FREEDOM:
        return float("nan")
    rng = np.random.default_rng([77, round(1000 * root), n, controls, horizon])
    process = Process("reliability", "", 0.95, root, 0.0)
    hits = []
    for _ in range(0, replications, 200):
        panel = simulate(process, replications=200, n=n, rng=rng, controls=controls)
        cells = batched_cells(panel, horizon)
        stderr, degrees = linear_stderr(cells, horizon)
        hits.append(np.abs(cells.point - panel.response(horizon)) <= student_quantile(0.05, degrees) * stderr)
    return float(np.mean(np.concatenate(hits)))


def fill(path: Path = TABLE, *, replications: int = REPLICATIONS) -> None:
    """Simulate every cell and write root, n, controls, horizon, coverage."""
    lines = ["root,n,controls,horizon,coverage"]
    for root, n, controls, horizon in product(ROOTS, SIZES, CONTROLS, HORIZONS):
        coverage = _coverage(root, n, controls, horizon, replications)
        lines.append(f"{root},{n},{controls},{horizon},{coverage:.4f}")
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    fill()
