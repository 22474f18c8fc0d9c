"""What a shock shows before any outcome is looked at: predictable, persistent, one-sided, carried by few months.

Belongs here: diagnostics of the table of shocks. Does not belong here: their construction (shocks.py), effects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.vintage.frames import wide

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["diagnostics"]

LAGS = 3
TOP_MONTHS = 5
SPARE_MONTHS = 20  # degrees of freedom without which no R2 is given

Floats = npt.NDArray[np.float64]


def diagnostics(table: pa.Table) -> pd.DataFrame:
    """One row per shock, from rows of `treatments/macro_shocks`.

    Columns
    -------
    shock, tier, tier_stated_by, unit, first, last : name and sample. n : months. n_nonzero : months that are not zero.
    mean, sd : in the unit. share_positive : of the months that are not zero. acf1, acf12 : autocorrelations.
    r2_own_past : adjusted in-sample R2 on three own lags. A shock proper has none.
    r2_other_past : the same on three lags of all other shocks, over the months that all of them cover; NaN when these
        are too few.
    effective_n : (sum v2)^2 / sum v4 of deviations from the mean. top_five_share : share of the sum of squared
        deviations in the five largest months. Few effective months mean that few months are the estimate.
    above_1sd, below_1sd : months beyond one standard deviation of the months that are not zero, the arms of a contrast.
    """
    import pandas as pd

    frame = wide(table.select(["month", "shock", "value"]), index="month", columns="shock")
    about = (
        table.select(["shock", "tier", "tier_stated_by", "unit"])
        .to_pandas()
        .drop_duplicates("shock")
        .set_index("shock")
    )
    common = frame.dropna()
    rows = []
    for name in frame.columns:
        series = frame[name].dropna()
        values = series.to_numpy()
        others = common.drop(columns=name)
        rows.append(
            {"shock": name, **about.loc[name].to_dict(),
             "first": series.index[0].date(), "last": series.index[-1].date(), "n": len(values)}
            | _moments(values)
            | {"r2_own_past": _past_r2(values, values[:, None]),
               "r2_other_past": _past_r2(common[name].to_numpy(), others.to_numpy())}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _moments(values: Floats) -> dict[str, float | int]:
    moving = values[values != 0.0]
    squares = np.sort((values - values.mean()) ** 2)[::-1]
    tiny = np.finfo(float).tiny
    spread = float(moving.std()) if len(moving) else 0.0
    return {
        "n_nonzero": len(moving),
        "mean": float(values.mean()),
        "sd": float(values.std()),
        "share_positive": float(np.mean(moving > 0)) if len(moving) else float("nan"),
        "acf1": _autocorrelation(values, 1),
        "acf12": _autocorrelation(values, 12),
        "effective_n": float(squares.sum() ** 2 / max(float((squares**2).sum()), tiny)),
        "top_five_share": float(squares[:TOP_MONTHS].sum() / max(float(squares.sum()), tiny)),
        "above_1sd": int(np.sum(moving > spread)),
        "below_1sd": int(np.sum(moving < -spread)),
    }


def _autocorrelation(values: Floats, lag: int) -> float:
    centred = values - values.mean()
    energy = float(centred @ centred)
    return float(centred[lag:] @ centred[:-lag]) / energy if len(values) > lag + 1 and energy > 0 else float("nan")


def _past_r2(values: Floats, regressors: Floats) -> float:
    """Adjusted R2 of a shock on `LAGS` lags of the columns of `regressors` (same rows); NaN with too few months."""
    n, columns = len(values) - LAGS, LAGS * int(regressors.shape[1])
    if not columns or n < columns + SPARE_MONTHS:
        return float("nan")
    past = [regressors[LAGS - lag : len(values) - lag] for lag in range(1, LAGS + 1)]
    design = np.column_stack([np.ones(n), *past])
    target = values[LAGS:]
    residual = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
    total = float(np.sum((target - target.mean()) ** 2))
    if total <= 0.0:
        return float("nan")
    unexplained = float(residual @ residual) / total
    return 1.0 - unexplained * (n - 1) / (n - 1 - columns)
