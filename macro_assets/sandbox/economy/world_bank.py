"""Yearly indicators of five economies.

Belongs here: the United States from the simulated series, the other economies by their own processes. Does not
belong here: quarterly and monthly series (levels.py).
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from macro_assets.sandbox.economy.noise import stream

__all__ = ["ECONOMIES", "yearly_indicators"]

ECONOMIES = {"USA": "United States", "CHN": "China", "JPN": "Japan", "DEU": "Germany", "GBR": "United Kingdom"}
_MEAN = {  # growth, inflation, real lending rate, exports and imports in percent of GDP
    "USA": (2.5, 3.2, 4.0, 10.0, 12.5),
    "CHN": (7.5, 4.0, 2.5, 18.0, 16.5),
    "JPN": (2.2, 1.8, 2.6, 12.5, 11.5),
    "DEU": (1.9, 2.4, 5.5, 33.0, 30.0),
    "GBR": (2.1, 4.2, 2.2, 26.5, 27.5),
}
_SD = (1.3, 1.2, 1.5, 1.0, 1.0)
_INDICATORS = ("NY.GDP.MKTP.KD.ZG", "FP.CPI.TOTL.ZG", "FR.INR.RINR", "NE.EXP.GNFS.ZS", "NE.IMP.GNFS.ZS")


def yearly_indicators(
    years: np.ndarray, growth: np.ndarray, inflation: np.ndarray, lending_rate: np.ndarray, seed: int, end: date
) -> dict[str, pd.DataFrame]:
    """Tables by indicator id of the facts known by `end`.

    Parameters
    ----------
    years : (n,) calendar years with complete data.
    growth, inflation, lending_rate : (n,) of the United States, percent a year.
    """
    facts: dict[str, list[pd.DataFrame]] = {name: [] for name in _INDICATORS}
    world = (growth - _MEAN["USA"][0]) * 0.45
    for iso3, means in _MEAN.items():
        drawn = stream(seed, f"world_bank_{iso3}").standard_normal((len(years), 5)) * np.asarray(_SD)
        paths = _persistent(drawn) + np.asarray(means)
        paths[:, 0] += world
        if iso3 == "USA":
            paths[:, 0], paths[:, 1], paths[:, 2] = growth, inflation, lending_rate - inflation
        for column, name in enumerate(_INDICATORS):
            facts[name].append(_table(iso3, years, paths[:, column]))
    tables = {name: pd.concat(parts, ignore_index=True) for name, parts in facts.items()}
    last = pd.Timestamp(end)
    return {name: table[table["known_from"] <= last].reset_index(drop=True) for name, table in tables.items()}


def _table(iso3: str, years: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    published = pd.to_datetime([f"{year + 1}-07-01" for year in years])
    columns = {"iso3": iso3, "country": ECONOMIES[iso3], "year": years, "value": np.round(values, 5)}
    frame = pd.DataFrame(columns | {"known_from": published})
    return frame[np.isfinite(values)].reset_index(drop=True)


def _persistent(innovations: np.ndarray, persistence: float = 0.6) -> np.ndarray:
    out = innovations.copy()
    for year in range(1, len(out)):
        out[year] += persistence * out[year - 1]
    return out
