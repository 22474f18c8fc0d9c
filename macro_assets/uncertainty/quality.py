"""What the table of predictive spreads must satisfy.

Belongs here: a pure finding over models/predictive_spread. Does not belong here: keys and types of any table
(vintage/quality.py), scores (scores.py), who acts on a finding (defs/checks).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from macro_assets.inference.conformal import LEVELS
from macro_assets.uncertainty.answers import THIRDS
from macro_assets.vintage.quality import Finding, finding

__all__ = ["impossible_spreads"]


def impossible_spreads(table: pa.Table) -> Finding:
    """Intervals that are not nested, or stated or missing against the level that their errors support; ranks that do not
    fit their words."""
    frame = table.to_pandas()
    ends = frame[["lower_90", "lower_80", "upper_80", "upper_90"]].to_numpy(dtype=float)
    open_ends = np.where(np.isnan(ends), [-np.inf, -np.inf, np.inf, np.inf], ends)
    nested = (open_ends[:, 1:] >= open_ends[:, :-1]).all(axis=1)
    widest = frame["widest_level"].to_numpy(dtype=float)
    stated = np.ones(len(frame), dtype=bool)
    for level in LEVELS:
        sides = frame[[f"lower_{level * 100:.0f}", f"upper_{level * 100:.0f}"]].notna().to_numpy()
        stated &= (sides == (widest >= level - 1e-9)[:, None]).all(axis=1)
    rank = frame["rank"].to_numpy(dtype=float)
    words = np.array(THIRDS)[np.clip((3.0 * rank).astype(int), 0, 2)]
    ranked = (rank >= 0.0) & (rank <= 1.0) & (words == frame["level"].to_numpy(dtype=str))
    failing = frame[~(nested & stated & ranked)]
    return finding(
        failing,
        len(frame),
        "All {n} spreads have nested intervals that their errors support, and a rank in words that fits.",
        "{k} of {n} spreads do not.",
    )
