"""The default engine against the simulated economy, whose effects are known: coverage and bias by cell.

Belongs here: scoring panels that carry their truth. Does not belong here: the economy (it is handed in by the caller,
so that this room depends on no sandbox).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from macro_assets.causal.engine.grid import estimate_grid
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.causal.engine.settings import HORIZONS

__all__ = ["EconomyProvider", "KnownEffects", "KnownPanel", "score_economy"]

SHOCKS = (
    "fed_surprise_orthogonal",
    "cpi_innovation",
    "gdp_innovation",
    "payrolls_innovation",
    "oil_supply_news",
)


class KnownEffects(Protocol):
    """The truth of one history."""

    def effect(self, shock: str, outcome: str, horizon: int) -> float:
        """The variance-weighted average effect."""


class KnownPanel(Protocol):
    """One history of an economy whose effects are known; row t of the controls is known at the end of t-1."""

    @property
    def shocks(self) -> pd.DataFrame: ...
    @property
    def controls(self) -> pd.DataFrame: ...
    @property
    def outcomes(self) -> pd.DataFrame: ...
    @property
    def truth(self) -> KnownEffects: ...


EconomyProvider = Callable[[Sequence[int], int], Sequence[KnownPanel]]


def score_economy(
    provider: EconomyProvider, seeds: Sequence[int], *, months: int = 400, horizons: Sequence[int] = HORIZONS
) -> pd.DataFrame:
    """Coverage, bias and width per shock, outcome and horizon over histories.

    Parameters
    ----------
    provider : (seeds, months) -> histories with their truth.

    Returns
    -------
    Frame: shock, outcome, horizon, replications, truth (mean over histories), coverage, coverage_mc_error, bias, rmse,
    width.
    """
    rows = []
    for history in provider(seeds, months):
        panel = EffectPanel(history.outcomes, history.shocks[list(SHOCKS)], history.controls)
        for estimate in estimate_grid(panel, horizons=horizons, joint=False):
            truth = float(history.truth.effect(*estimate.cell))
            low, high = estimate.confidence_interval
            rows.append(
                (
                    *estimate.cell,
                    truth,
                    low <= truth <= high,
                    estimate.point - truth,
                    high - low,
                )
            )
    columns = ["shock", "outcome", "horizon", "truth", "covered", "error", "width"]
    cells = pd.DataFrame(rows, columns=columns).groupby(["shock", "outcome", "horizon"], sort=False)
    frame = cells.agg(
        replications=("covered", "size"), truth=("truth", "mean"), coverage=("covered", "mean"), bias=("error", "mean"),
        rmse=("error", lambda values: float(np.sqrt(np.mean(values**2)))), width=("width", "mean"),
    ).reset_index()  # fmt: skip
    share = frame["coverage"]
    return frame.assign(coverage_mc_error=np.sqrt(np.maximum(share * (1 - share), 0.01) / frame["replications"]))
