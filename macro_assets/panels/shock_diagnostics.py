"""What can be said of a shock before any outcome is looked at: predictable, one-sided, carried by few months.

Belongs here: diagnostics of the table of shocks. Does not belong here: their construction (shocks.py), effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.panels.frames import wide

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["diagnostics"]

LAGS = 3
TOP_MONTHS = 5

Floats = npt.NDArray[np.float64]


def diagnostics(table: pa.Table) -> pd.DataFrame:
    """One row per shock, from rows of `treatments/macro_shocks`.

    Columns
    -------
    shock, tier, unit, first, last, months : the sample.
    sd : standard deviation, in the unit. share_zero, share_positive : the latter of months that are not zero.
    acf1, acf12 : autocorrelations.
    r2_own_past, r2_known_past : adjusted R2 on three own lags, and on three lags of every shock known over its sample.
    effective_months : (sum v2)^2 / sum v4. top_five_share : share of the sum of squares in the five largest months.
    tightening_months, easing_months : months above +1 and below -1 standard deviation of the months that are not zero.
    """
    import pandas as pd

    frame = wide(table.select(["month", "shock", "value"]), index="month", columns="shock")
    about = table.select(["shock", "tier", "unit"]).to_pandas().drop_duplicates("shock").set_index("shock")
    rows = []
    for name in frame.columns:
        series = frame[name].dropna()
        known = frame.loc[series.index].dropna(axis=1)
        rows.append(
            {"shock": name, "tier": about.loc[name, "tier"], "unit": about.loc[name, "unit"],
             "first": series.index[0].date(), "last": series.index[-1].date(), "months": len(series)}
            | _moments(series.to_numpy())
            | {"r2_own_past": _past_r2(series.to_numpy(), series.to_numpy()[:, None]),
               "r2_known_past": _past_r2(series.to_numpy(), known.to_numpy())}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _moments(values: Floats) -> dict[str, float | int]:
    moving = values[values != 0.0]
    squares = np.sort((values - values.mean()) ** 2)[::-1]
    spread = float(moving.std()) if len(moving) else 0.0
    return {
        "sd": float(values.std()),
        "share_zero": float(np.mean(values == 0.0)),
        "share_positive": float(np.mean(moving > 0)) if len(moving) else float("nan"),
        "acf1": _autocorrelation(values, 1),
        "acf12": _autocorrelation(values, 12),
        "effective_months": float(squares.sum() ** 2 / max((squares**2).sum(), np.finfo(float).tiny)),
        "top_five_share": float(squares[:TOP_MONTHS].sum() / max(squares.sum(), np.finfo(float).tiny)),
        "tightening_months": int(np.sum(moving > spread)),
        "easing_months": int(np.sum(moving < -spread)),
    }


def _autocorrelation(values: Floats, lag: int) -> float:
    centred = values - values.mean()
    energy = float(centred @ centred)
    return float(centred[lag:] @ centred[:-lag]) / energy if len(values) > lag + 1 and energy > 0 else float("nan")


def _past_r2(values: Floats, known: Floats) -> float:
    """Adjusted R2 of a shock on `LAGS` lags of the columns of `known` (same rows)."""
    n = len(values) - LAGS
    columns = LAGS * known.shape[1]
    if n < columns + 20:
        return float("nan")
    past = [known[LAGS - lag : len(values) - lag] for lag in range(1, LAGS + 1)]
    design = np.column_stack([np.ones(n), *past])
    target = values[LAGS:]
    residual = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    total = float(np.sum((target - target.mean()) ** 2))
    return 1.0 - float(residual @ residual) / max(total, np.finfo(float).tiny) * (n - 1) / (n - 1 - columns)
