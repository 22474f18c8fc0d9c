"""A small world of two outcomes, for tests: daily changes whose volatility jumps, with or without a forewarning."""

from __future__ import annotations

import numpy as np
import pandas as pd

from macro_assets.uncertainty.panel import SpreadPanel


def panel(months: int = 240, *, warned: bool = False, seed: int = 0) -> SpreadPanel:
    """Months of `sp500` and `gld`; a state of 1 doubles the next month's spread twice over if `warned`."""
    rng = np.random.default_rng(seed)
    as_of = pd.date_range("1990-01-31", periods=months, freq="ME")
    state = (rng.random(months) < 0.3).astype(float)
    parts = []
    for name in ("gld", "sp500"):
        volatility = np.exp(rng.normal(-3.0, 0.3, months))
        size = np.where(state > 0.0, 2.5, 0.6) if warned else 1.0
        value = volatility * size * rng.standard_t(6, months)
        known = pd.Series(as_of + pd.offsets.MonthEnd(1))
        parts.append(pd.DataFrame({"as_of": as_of, "outcome": name, "value": value, "known_at": known,
                                   "volatility": volatility, "unit": "decimal", "state": state}))  # fmt: skip
    rows = pd.concat(parts).sort_values(["as_of", "outcome"], kind="stable", ignore_index=True)
    last = rows["as_of"] == as_of[-1]
    rows.loc[last, "value"], rows.loc[last, "known_at"] = np.nan, pd.NaT
    inputs = pd.DataFrame(
        {
            "log_volatility": np.log(rows["volatility"]),
            "shock_news": np.where(rng.random(len(rows)) < 0.5, rng.normal(size=len(rows)), np.nan),
            "state": rows["state"],
        }
    )
    return SpreadPanel(rows.drop(columns="state"), inputs, ("shock_news",))


def recessions(months: int = 241) -> pd.Series:
    """NBER states: one year in eight is a recession."""
    index = pd.date_range("1990-01-31", periods=months, freq="ME")
    return pd.Series((np.arange(months) % 96 < 12).astype(float), index)
