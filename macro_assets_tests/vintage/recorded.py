"""Recorded or simulated data as bronze facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from macro_assets.tables.registry import TABLES
from macro_assets.vintage.columns import days, floats

QUOTES = ["open", "high", "low", "close"]
CURRENT = np.datetime64("9999-12-31")


def recorded(folder: Path) -> pa.Table:
    """Recorded rows: value of each observation and the days on which it was the published one."""
    return in_order(pq.read_table(folder / "fred" / "observations.parquet"))


def in_order(table: pa.Table) -> pa.Table:
    return table.sort_by([("series_id", "ascending"), ("date", "ascending"), ("realtime_start", "ascending")])


def fred_vintages(rows: pa.Table) -> pa.Table:
    """Facts by their beginning alone; a row that ends before the next one begins ends in a withdrawal."""
    series = rows["series_id"].to_numpy()
    date, begin, end = days(rows["date"]), days(rows["realtime_start"]), days(rows["realtime_end"])
    same = np.append((series[1:] == series[:-1]) & (date[1:] == date[:-1]), False)
    successor = np.where(same, np.append(begin[1:], CURRENT), CURRENT)
    gone = np.flatnonzero((end < CURRENT) & (end + 1 != successor))
    value = floats(rows["value"])
    status = np.where(np.isnan(value), "missing", "published").astype(object)
    starts = np.concatenate([begin, end[gone] + 1])
    columns = {
        "series_id": pa.array(np.concatenate([series, series[gone]]), pa.string()),
        "observation_date": pa.array(np.concatenate([date, date[gone]])),
        "realtime_start": pa.array(starts),
        "value": pa.array(np.concatenate([value, np.full(len(gone), np.nan)]), from_pandas=True),
        "status": pa.array(np.concatenate([status, np.full(len(gone), "withdrawn", dtype=object)]), pa.string()),
    }
    schema = TABLES["bronze/fred_vintages"].source_schema
    return pa.table([columns[name] for name in schema.names], schema=schema)


def yahoo_bars(folder: Path) -> pa.Table:
    """Bars as recorded; dividends from the steps of the adjustment factor. No symbol splits in the record."""
    frames = []
    for path in sorted((folder / "yahoo").glob("*.csv")):
        bars = pd.read_csv(path, parse_dates=["Date"])
        factor = bars["Adj Close"] / bars["Close"]
        paid = (1 - factor.shift(1) / factor) * bars["Close"].shift(1)
        frames.append(_bars(path.stem, bars, paid.where(paid > 5e-4, 0.0).fillna(0.0), 1.0))
    return _as_bronze(frames)


def simulated_bars(bars: dict[str, pd.DataFrame]) -> pa.Table:
    """Facts of split-adjusted bars: as traded on the day, and restated on the day of each later split."""
    frames = []
    for symbol, frame in bars.items():
        ratio = frame["Stock Splits"].where(frame["Stock Splits"] != 0, 1.0)
        later = ratio[::-1].cumprod()[::-1] / ratio
        traded = _bars(symbol, frame, frame["Dividends"] * later, ratio)
        traded[QUOTES] = traded[QUOTES].mul(later, axis=0)
        frames.append(traded)
        for day in frame["Date"][ratio != 1.0]:
            earlier = traded[frame["Date"] < day]
            restated = earlier.assign(realtime_start=day.date())
            restated[QUOTES] = earlier[QUOTES] / ratio[frame["Date"] == day].item()
            frames.append(restated)
    return _as_bronze(frames)


def _bars(symbol: str, frame: pd.DataFrame, dividend: pd.Series, ratio: pd.Series | float) -> pd.DataFrame:
    date = pd.to_datetime(frame["Date"])
    return pd.DataFrame({
        "symbol": symbol, "date": date.dt.date, "realtime_start": date.dt.date, "open": frame["Open"],
        "high": frame["High"], "low": frame["Low"], "close": frame["Close"], "volume": frame["Volume"].astype(float),
        "dividend": dividend, "split_ratio": ratio,
    })  # fmt: skip


def _as_bronze(frames: list[pd.DataFrame]) -> pa.Table:
    return pa.Table.from_pandas(pd.concat(frames), preserve_index=False).cast(TABLES["bronze/yahoo_bars"].source_schema)
