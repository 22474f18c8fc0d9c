"""What must hold of the words of a cell, judged from the worlds of a referee.

Belongs here: the targets of identification, specification, reliability, regimes and family-wise error. Does not belong here:
the worlds (worlds.py), what is measured of them (referee.py), coverage of the engine (criteria.py).
"""

from __future__ import annotations

import pandas as pd

from macro_assets.causal.validation.criteria import Criterion

__all__ = ["judge_words"]

RIGHT = ("clean", "controlled_past")
SIZED = ("clean", "controlled_past", "sparse_events", "common_volatility")
WRONG = {"news_out_before": 0.20, "news_half_out": 0.75}
FRAGILE = {"long_lags": 0.15, "squares": 0.05, "breaks": 0.30}
FLAGS = ((0.0, 0.83, 0.80), (0.83, 0.88, 0.50))
HEALTHY, MOST_FLAGGED = 0.93, 0.15


def judge_words(
    worlds: pd.DataFrame | None, flags: pd.DataFrame | None, regimes: pd.DataFrame | None, family: pd.DataFrame | None
) -> list[Criterion]:
    """Criteria of the parts that were run: rows of `world_words`, `reliability_flags`, `regime_coverage`, `family_wise_error`."""
    found: list[Criterion] = []
    if worlds is not None:
        found += _worlds(worlds.set_index("world"))
    if flags is not None:
        found += _flags(flags.set_index("world"))
    if regimes is not None:
        both = regimes.set_index("world")[["stress", "calm"]].stack()
        low = [f"{world}, {regime}: {share:.3f}" for (world, regime), share in both.items() if share < 0.90]
        mean = float(both.mean())
        measured = f"{both.min():.3f} the lowest, {mean:.3f} the mean"
        found.append(
            Criterion(
                "effects of regimes cover", "each 0.90, mean 0.92", measured, not low and mean >= 0.92, tuple(low)
            )
        )
    if family is not None:
        runs, false = int(family["runs"].sum()), int(family["false"].sum())
        share = false / runs
        measured = f"{share:.3f} ({false} of {runs} grids of {int(family['cells'].iloc[0])} cells)"
        found.append(Criterion("some effect found where there is none", "at most 0.06", measured, share <= 0.06))
    return found


def _worlds(frame: pd.DataFrame) -> list[Criterion]:
    def rule(title: str, target: str, column: str, limits: dict[str, float], *, least: bool) -> Criterion:
        shares = {name: float(frame.loc[name, column]) for name in limits if name in frame.index}
        broken = [name for name, share in shares.items() if (share < limits[name] if least else share > limits[name])]
        measured = ", ".join(f"{name} {share:.3f}" for name, share in shares.items())
        return Criterion(title, target, measured, not broken, tuple(broken))

    persistent = frame.reindex(["persistent_news"]).iloc[0]
    return [
        rule("identified when right", "at least 0.90", "identified", dict.fromkeys(RIGHT, 0.90), least=True),
        rule("size of the test against the past", "at most 0.08", "rejected", dict.fromkeys(SIZED, 0.08), least=False),
        rule("wrong shocks called identified", "at most 0.20 all out, 0.75 half out", "identified", WRONG, least=False),
        rule("fragile called stable", "at most 0.15, 0.05, 0.30", "stable", FRAGILE, least=False),
        Criterion("persistent news", "reported: only the source of the shock can speak",
                  f"identified {persistent['identified']:.3f}, coverage {persistent['coverage']:.3f}", passed=True),
    ]  # fmt: skip


def _flags(frame: pd.DataFrame) -> list[Criterion]:
    criteria = []
    for low, high, least in FLAGS:
        some = frame[(frame["coverage"] >= low) & (frame["coverage"] < high)]
        broken = some[some["flagged"] < least]
        name = (
            f"flagged where intervals cover {low:.2f} to {high:.2f}"
            if low
            else f"flagged where intervals cover under {high:.2f}"
        )
        criteria.append(
            Criterion(name, f"at least {least:.2f}", _listed(some), broken.empty, tuple(map(str, broken.index)))
        )
    healthy = frame[frame["coverage"] >= HEALTHY]
    broken = healthy[healthy["flagged"] > MOST_FLAGGED]
    criteria.append(Criterion("flagged where intervals hold", f"at most {MOST_FLAGGED:.2f}", _listed(healthy), broken.empty,
                              tuple(map(str, broken.index))))  # fmt: skip
    return criteria


def _listed(frame: pd.DataFrame) -> str:
    return "; ".join(f"{row.Index}: {row.flagged:.2f} at {row.coverage:.3f}" for row in frame.itertuples()) or "no cell"
