"""Whether an answer was fitted on what followed it.

Belongs here: the rule of every table of answers. Does not belong here: how answers are fitted (sciences), who acts on a
finding (defs/checks).
"""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from macro_assets.vintage.quality import Finding, finding

__all__ = ["fitted_on_later_months"]


def fitted_on_later_months(answers: pa.Table) -> Finding:
    """Rows whose model was trained on months after the row's as-of date, or that do not say through when.

    Parameters
    ----------
    answers : rows of any table with columns `as_of` and `trained_through`.
    """
    frame = answers.to_pandas()
    through, as_of = (pd.to_datetime(frame[name]) for name in ("trained_through", "as_of"))
    return finding(
        frame[~(through <= as_of)],
        len(frame),
        "All {n} rows come from models trained on months up to their as-of date.",
        "{k} of {n} rows come from models trained on later months than their as-of date.",
    )
