"""What tables of effects must satisfy: labels that a tier allows, ordered intervals, samples that end in time.

Belongs here: pure findings over the room's declared tables. Does not belong here: keys and types of any table
(vintage/quality.py), the checks a cell has to pass (belief/), who acts on a finding (defs/checks).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.causal.engine.results import ASSOCIATION, FOUND, IDENTIFIED
from macro_assets.causal.engine.variables import CAUSAL_TIERS
from macro_assets.causal.events.effects import MINIMUM_EFFECTIVE
from macro_assets.vintage.quality import Finding, finding

__all__ = [
    "event_rows_by_the_rule",
    "inconsistent_variation",
    "instruments_by_the_rule",
    "late_samples",
    "unearned_words",
]


def unearned_words(effects: pa.Table) -> Finding:
    """Cells called causal without an identified shock, an effect found and an interval that covers; verdicts above a tier."""
    frame = effects.to_pandas()
    strong = frame["tier"].isin(CAUSAL_TIERS) & (frame["learner"] == "linear")
    both = (frame["identification"] == IDENTIFIED) & (frame["finding"] == FOUND) & ~frame["interval_unreliable"]
    failing = frame[(frame["causal"] & ~(strong & both)) | ((frame["identification"] == IDENTIFIED) & ~strong)]
    good = "Each of {n} effects has words that its shock and sample allow."
    return finding(failing, len(frame), good, "{k} of {n} effects claim more than they may.")


def late_samples(table: pa.Table) -> Finding:
    """Rows whose sample ends after their as-of date, or does not end after it begins."""
    frame = table.to_pandas()
    as_of, first, last = (pd.to_datetime(frame[name]) for name in ("as_of", "sample_start", "sample_end"))
    good = "All {n} samples end by their as-of date."
    return finding(frame[(last > as_of) | (first >= last)], len(frame), good, "{k} of {n} samples do not.")


def inconsistent_variation(effects: pa.Table) -> Finding:
    """States reported against the rule: a label without months, a forest that reports variation it did not find."""
    frame = effects.to_pandas()
    identified = frame["identified"].to_numpy(dtype=bool)
    label_off = identified != (frame["label"] == ASSOCIATION).to_numpy()
    flat = (frame["method"] == "causal_forest") & frame["varies"].isin([False])
    common_off = flat.to_numpy() & (frame["reported"].to_numpy() != frame["common_effect"].to_numpy())
    ends = frame[["reported_lower", "reported", "reported_upper"]].to_numpy(dtype=float)
    bounded = np.isfinite(ends).all(axis=1)
    outside = bounded & ~((ends[:, 0] <= ends[:, 1]) & (ends[:, 1] <= ends[:, 2]))
    good = "All {n} states are reported by the rule."
    return finding(frame[label_off | common_off | outside], len(frame), good, "{k} of {n} states are not.")


def event_rows_by_the_rule(effects: pa.Table) -> Finding:
    """Rows with a finding on fewer than eight effective events, ends out of order, or a verdict above their tier."""
    frame = effects.to_pandas()
    few = (frame["effective_n"] < MINIMUM_EFFECTIVE) & (frame["finding"] != "too few events")
    above = ~frame["tier"].isin(CAUSAL_TIERS) & (frame["identification"] == "identified")
    outside = (frame["lower"] > frame["point"]) | (frame["point"] > frame["upper"])
    late = pd.to_datetime(frame["last_event"]) > pd.to_datetime(frame["as_of"])
    failing = frame[few | above | outside | late]
    return finding(failing, len(frame), "All {n} event rows follow the rule.", "{k} of {n} event rows do not.")


def instruments_by_the_rule(effects: pa.Table) -> Finding:
    """Rows whose strong instrument has an unbounded set, whose sample ends late, or that compare what is circular."""
    frame = effects.to_pandas()
    unbounded = ~frame["weak"] & (frame["lower"].isna() | frame["upper"].isna())
    late = pd.to_datetime(frame["last"]) > pd.to_datetime(frame["as_of"]) + pd.offsets.MonthEnd(0)
    failing = frame[unbounded | late]
    return finding(failing, len(frame), "All {n} rows follow the rule.", "{k} of {n} rows do not.")
