"""Published shock series: policy surprises in the thirty minutes around meetings, and oil supply news.

Belongs here: the files an author would publish, in their columns and units. Does not belong here: the shocks
themselves (structure.py).

The surprise of the model is that of the three-month-ahead future (FF4), in percentage points; the other contracts
move with it, with noise. The S&P 500 shows the immediate share of the true effect of its regime plus noise, percent.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from macro_assets.sandbox.economy.daily import EventCalendar
from macro_assets.sandbox.economy.histories import Histories
from macro_assets.sandbox.economy.noise import stream
from macro_assets.sandbox.economy.parameters import EconomyParameters

__all__ = ["CITATIONS", "SURPRISE_UNITS", "published_surprises"]

_CONTRACTS = {"FF1": (0.75, 0.012), "FF2": (0.85, 0.012), "FF3": (0.95, 0.010), "MP1": (1.10, 0.020)}
_CONTRACTS |= {"ED1": (0.95, 0.012), "ED2": (0.95, 0.016), "ED3": (0.90, 0.020), "ED4": (0.85, 0.024)}
_MEASUREMENT_PP = 0.004
_EQUITY_NOISE_PCT = 0.30
SURPRISE_UNITS = pd.DataFrame(
    [("fomc_surprises_30min.csv", name, "percentage points") for name in ("FF1", "FF2", "FF3", "FF4", "MP1")]
    + [("fomc_surprises_30min.csv", name, "percentage points") for name in ("ED1", "ED2", "ED3", "ED4")]
    + [
        ("fomc_surprises_30min.csv", "TFUT10", "percent"),
        ("fomc_surprises_30min.csv", "SP500", "percent"),
        ("fomc_surprises_30min.csv", "EUR", "percent"),
        ("ff4_surprises.csv", "ff4", "percentage points"),
        ("jarocinski_karadi_monthly.csv", "pc1_hf", "percentage points"),
        ("jarocinski_karadi_monthly.csv", "SP500_hf", "percent"),
        ("bauer_swanson_monthly.csv", "mps_orth", "percentage points"),
        ("bauer_swanson_fomc.csv", "mps_orth", "percentage points"),
        ("kaenzig_oil_news_monthly.csv", "oil_surprise", "percent"),
        ("kaenzig_oil_news_monthly.csv", "oil_news_shock", "VAR shock, normalized as in the paper"),
    ],
    columns=["file", "column", "unit"],
)
CITATIONS = pd.DataFrame(
    [(name, "simulated economy", "simulated", "", "") for name in SURPRISE_UNITS["file"].unique()],
    columns=["file", "authors", "title", "journal", "year"],
)


def published_surprises(
    histories: Histories, calendar: EventCalendar, seed: int, end: date, parameters: EconomyParameters
) -> dict[str, pd.DataFrame]:
    """Tables by file name without `.csv`; events dated by day until `end`, monthly tables by the first of the month."""
    calendar_month = histories.months.astype("datetime64[M]")
    meeting_month = np.isin(calendar_month.astype(np.int64) % 12 + 1, parameters.meeting_months)
    meeting = calendar.event_day["fed_surprise"]
    held = np.flatnonzero(meeting_month & (meeting <= np.datetime64(end)))
    events = _events(histories, meeting, seed, parameters).iloc[held].reset_index(drop=True)
    whole = histories.months[(calendar_month + 1).astype("datetime64[D]") - 1 <= np.datetime64(end)]
    month = {"date": pd.to_datetime(whole)}
    held_month = meeting_month[: len(whole)]
    monthly = _events(histories, meeting, seed, parameters).iloc[: len(whole)]

    def zero_elsewhere(column: str) -> np.ndarray:
        return np.where(held_month, monthly[column], 0.0)

    oil = histories.news["oil_supply_news"][: len(whole), 0]
    orthogonal = histories.macro.surprise_orthogonal_pp[:, 0]
    surprise_pct = np.round(np.where(np.abs(oil) > 0.35, 2.2 * oil, 0.0), 4)
    return {
        "fomc_surprises_30min": events.drop(columns="pc1"),
        "ff4_surprises": events[["date", "FF4", "time"]].rename(columns={"FF4": "ff4"}),
        "jarocinski_karadi_monthly": pd.DataFrame(
            month | {"pc1_hf": zero_elsewhere("pc1"), "SP500_hf": zero_elsewhere("SP500")}
        ),
        "bauer_swanson_monthly": pd.DataFrame(
            month | {"mps_orth": np.round(np.where(held_month, orthogonal[: len(whole)], 0.0), 5)}
        ),
        "bauer_swanson_fomc": pd.DataFrame({"date": events["date"], "mps_orth": np.round(orthogonal[held], 5)}),
        "kaenzig_oil_news_monthly": pd.DataFrame(
            month | {"oil_surprise": surprise_pct, "oil_news_shock": np.round(oil, 6)}
        ),
    }


def _events(histories: Histories, meeting: np.ndarray, seed: int, p: EconomyParameters) -> pd.DataFrame:
    """One row per month with the reading of every contract, held or not."""
    surprise, regime = histories.macro.surprise_pp[:, 0], histories.macro.regime[:, 0]
    drawn = stream(seed, "surprise_readings").standard_normal((len(surprise), 16))
    frame = pd.DataFrame({"date": pd.to_datetime(meeting), "time": "14:15:00", "description": "FOMC Rate Decision"})
    for column, (name, (slope, sd)) in enumerate(_CONTRACTS.items()):
        frame[name] = np.round(slope * surprise + sd * drawn[:, column], 5)
    frame.insert(6, "FF4", np.round(surprise + _MEASUREMENT_PP * drawn[:, 9], 5))
    effect = np.asarray(p.impact["fed_surprise"]["sp500"])[regime]
    frame["TFUT10"] = np.round(-2.0 * surprise + 0.10 * drawn[:, 10], 5)
    frame["SP500"] = np.round(100.0 * p.immediate_share * effect * surprise + _EQUITY_NOISE_PCT * drawn[:, 11], 5)
    euro = np.asarray(p.impact["fed_surprise"]["eurusd"])[regime]
    frame["EUR"] = np.round(100.0 * p.immediate_share * euro * surprise + 0.20 * drawn[:, 12], 5)
    contracts = frame[["FF1", "FF4", "ED2", "ED3", "ED4"]]
    frame["pc1"] = np.round(contracts.mean(axis=1), 6)
    return frame
