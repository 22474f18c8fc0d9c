"""What tables of recession answers must satisfy: probabilities, nested intervals, training that ends in time.

Belongs here: pure findings over the room's declared tables. Does not belong here: keys and types of any table
(vintage/quality.py), scores of forecasts (evaluation/), who acts on a finding (defs/checks).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.recession.data import CUT_MONTHS
from macro_assets.signals.targets import DRAWDOWN_TARGETS
from macro_assets.vintage.quality import Finding, finding

__all__ = ["impossible_impacts", "impossible_probabilities", "late_training", "trained_after"]


def impossible_probabilities(table: pa.Table) -> Finding:
    """Probabilities outside (0, 1): a logit or a clipped frequency never reaches an end."""
    frame = table.to_pandas()
    p = frame["probability"].to_numpy(dtype=float)
    failing = frame[~((p > 0.0) & (p < 1.0))]
    return finding(failing, len(frame), "All {n} probabilities lie between 0 and 1.", "{k} of {n} do not.")


def impossible_impacts(table: pa.Table) -> Finding:
    """Intervals that are not nested, and worst falls whose interval reaches above zero; a missing end is infinite."""
    frame = table.to_pandas()
    ends = frame[["lower_90", "lower_80", "upper_80", "upper_90"]].to_numpy(dtype=float)
    falls = frame["target"].isin(DRAWDOWN_TARGETS).to_numpy()
    above = falls & (ends[:, -1] > 0.0)
    ends = np.where(np.isnan(ends), [-np.inf, -np.inf, np.inf, np.inf], ends)
    nested = (ends[:, 1:] >= ends[:, :-1]).all(axis=1)
    failing = frame[~nested | above]
    return finding(failing, len(frame), "The intervals of all {n} impacts are nested.", "{k} of {n} intervals are not.")


def trained_after(table: pa.Table) -> Finding:
    """Rows of a model that was trained on their own as-of date or on later ones."""
    frame = table.to_pandas()
    failing = frame[pd.to_datetime(frame["trained_through"]) >= pd.to_datetime(frame["as_of"])]
    return finding(
        failing,
        len(frame),
        "All {n} probabilities come from models whose training ended before their as-of date.",
        "{k} of {n} probabilities come from models trained on their date or later ones.",
    )


def late_training(table: pa.Table) -> Finding:
    """Walk-forward rows whose model was refitted after the origin, or learned from rows less than 18 months old."""
    frame = table.to_pandas()
    as_of, refit, through = (pd.to_datetime(frame[name]) for name in ("as_of", "refit", "trained_through"))
    failing = frame[(refit > as_of) | (through > refit - pd.offsets.MonthEnd(CUT_MONTHS))]
    return finding(
        failing,
        len(frame),
        "All {n} forecasts come from models trained on what was known by their origin.",
        "{k} of {n} forecasts come from models that knew later data.",
    )
