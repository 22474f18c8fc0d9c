"""The folder of recorded data as bronze facts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from macro_assets.lake.tables import TABLES
from macro_assets.panels.columns import days, floats

CURRENT = np.datetime64("9999-12-31")


def recorded(folder: Path) -> pa.Table:
    """Recorded rows: value of each observation and the days on which it was the published one."""
    table = pq.read_table(folder / "fred" / "observations.parquet")
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
        "realtime_year": pa.array((starts.astype("datetime64[Y]").astype(int) + 1970).astype(np.int32)),
    }
    schema = TABLES["bronze/fred_vintages"].schema
    return pa.table([columns[name] for name in schema.names], schema=schema)


def yahoo_bars(folder: Path) -> pa.Table:
    """Bars as recorded; dividends from the steps of the adjustment factor. No symbol splits in the record."""
    frames = []
    for path in sorted((folder / "yahoo").glob("*.csv")):
        bars = pd.read_csv(path, parse_dates=["Date"])
        factor = bars["Adj Close"] / bars["Close"]
        paid = (1 - factor.shift(1) / factor) * bars["Close"].shift(1)
        day = bars["Date"].dt.date
        frames.append(pd.DataFrame({
            "symbol": path.stem, "date": day, "realtime_start": day, "open": bars["Open"], "high": bars["High"],
            "low": bars["Low"], "close": bars["Close"], "volume": bars["Volume"].astype(float),
            "dividend": paid.where(paid > 5e-4, 0.0).fillna(0.0), "split_ratio": 1.0,
            "year": bars["Date"].dt.year.astype("int32"),
        }))  # fmt: skip
    return pa.Table.from_pandas(pd.concat(frames), preserve_index=False).cast(TABLES["bronze/yahoo_bars"].schema)
