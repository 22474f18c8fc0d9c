"""The default engine against the simulated economy, whose effects are known: coverage and bias by cell.

Belongs here: scoring panels that carry their truth. Does not belong here: the economy (it is handed in by the caller,
so that this room depends on no sandbox).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from macro_assets.causal.engine.grid import HORIZONS, estimate_grid

__all__ = ["EconomyProvider", "score_economy"]

EconomyProvider = Callable[[Sequence[int], int], Sequence[Any]]
SHOCKS = (
    "fed_surprise_orthogonal",
    "cpi_innovation",
    "gdp_innovation",
    "payrolls_innovation",
    "oil_supply_news",
)


def score_economy(
    provider: EconomyProvider, seeds: Sequence[int], *, months: int = 400, horizons: Sequence[int] = HORIZONS
) -> pd.DataFrame:
    """Coverage, bias and width per shock, outcome and horizon over histories.

    Parameters
    ----------
    provider : (seeds, months) -> panels with `treatments`, `controls` (row t known at the end of t-1), `outcomes` and
        `truth.effect(shock, outcome, horizon)`, the variance-weighted average.

    Returns
    -------
    Frame: shock, outcome, horizon, replications, truth (mean over histories), coverage, coverage_mc_error, bias, rmse,
    width, flagged.
    """
    rows = []
    for panel in provider(seeds, months):
        grid = estimate_grid(
            panel.outcomes, panel.treatments[list(SHOCKS)], panel.controls, horizons=horizons, joint=False
        )
        for estimate in grid:
            truth = float(panel.truth.effect(estimate.treatment, estimate.outcome, estimate.horizon))
            low, high = estimate.confidence_interval
            rows.append(
                (estimate.treatment, estimate.outcome, estimate.horizon, truth, low <= truth <= high,
                 estimate.point - truth, high - low, estimate.interval_unreliable)
            )  # fmt: skip
    columns = ["shock", "outcome", "horizon", "truth", "covered", "error", "width", "flagged"]
    cells = pd.DataFrame(rows, columns=columns).groupby(["shock", "outcome", "horizon"], sort=False)
    frame = cells.agg(
        replications=("covered", "size"), truth=("truth", "mean"), coverage=("covered", "mean"), bias=("error", "mean"),
        rmse=("error", lambda values: float(np.sqrt(np.mean(values**2)))), width=("width", "mean"),
        flagged=("flagged", "mean"),
    ).reset_index()  # fmt: skip
    share = frame["coverage"]
    return frame.assign(coverage_mc_error=np.sqrt(np.maximum(share * (1 - share), 0.01) / frame["replications"]))
