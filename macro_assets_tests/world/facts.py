"""Bronze facts of an archive, by plain table operations: no provider, no HTTP.

Belongs here: what the sources would deliver of an archive. `integration/test_no_look_ahead.py` shows that the real
clients deliver the same. Bars are those as traded; restatements after a split are left out, for silver reads the first.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.catalog import Catalog
from macro_assets.sandbox import Archive
from macro_assets.tables.registry import TABLES

FOREVER = pd.Timestamp("9999-12-31").date()
BAR_COLUMNS = {"Open": "open", "High": "high", "Low": "low", "Close": "close"}


def vintages(archive: Archive, catalog: Catalog) -> pa.Table:
    """Rows of `bronze/fred_vintages`: every value of every known series, and a withdrawal where one ceases."""
    rows = archive.observations.to_pandas()
    rows = rows[rows["series_id"].isin(catalog.series)].rename(columns={"date": "observation_date"})
    same = ["series_id", "observation_date"]
    following = rows.groupby(same)["realtime_start"].shift(-1)
    after = rows["realtime_end"].map(lambda day: None if day == FOREVER else day + pd.Timedelta(days=1))
    ceased = rows[after.notna() & (after != following)]
    withdrawn = ceased.assign(realtime_start=after[ceased.index], value=np.nan, status="withdrawn")
    rows["status"] = np.where(rows["value"].isna(), "missing", "published")
    return _bronze("bronze/fred_vintages", pd.concat([rows, withdrawn]))


def bars(archive: Archive, catalog: Catalog) -> pa.Table:
    """Rows of `bronze/yahoo_bars`: each bar as traded, before every later split."""
    parts = []
    for symbol in catalog.assets:
        if symbol not in archive.bars:
            continue
        frame = archive.bars[symbol]
        ratio = frame["Stock Splits"].where(frame["Stock Splits"] > 0, 1.0)
        later = ratio[::-1].cumprod()[::-1] / ratio
        prices = {name: (frame[column] * later).round(4) for column, name in BAR_COLUMNS.items()}
        day = pd.to_datetime(frame["Date"]).dt.date
        volume = (frame["Volume"] / later).round(0)
        parts.append(
            pd.DataFrame({"symbol": symbol, "date": day, "realtime_start": day, **prices, "volume": volume,
                          "dividend": (frame["Dividends"] * later).round(6), "split_ratio": ratio})
        )  # fmt: skip
    return _bronze("bronze/yahoo_bars", pd.concat(parts))


def indicators(archive: Archive, catalog: Catalog) -> pa.Table:
    """Rows of `bronze/world_bank_indicators`: each year's value from 1 July of the next one."""
    parts = [
        frame.assign(indicator=name, economy=frame["iso3"], realtime_start=pd.to_datetime(frame["known_from"]).dt.date)
        for name, frame in archive.indicators.items()
        if name in catalog.indicators
    ]
    rows = pd.concat(parts)
    rows = rows[rows["economy"].isin(catalog.economies) & rows["value"].notna()]
    return _bronze("bronze/world_bank_indicators", rows.assign(status="published"))


def surprises(archive: Archive) -> pa.Table:
    """Rows of `bronze/policy_surprises`: every cell with a value, in the unit that the index states."""
    parts = []
    for unit in archive.units.itertuples():
        source = unit.file.removesuffix(".csv")
        frame = archive.surprises[source]
        rows = pd.DataFrame(
            {
                "source": source,
                "measure": unit.column,
                "date": pd.to_datetime(frame["date"]).dt.date,
                "event": frame.groupby("date").cumcount(),
                "time": frame.get("time"),
                "value": frame[unit.column],
                "unit": unit.unit,
                "description": frame.get("description"),
            }
        )
        parts.append(rows[rows["value"].notna()])
    return _bronze("bronze/policy_surprises", pd.concat(parts))


def _bronze(name: str, rows: pd.DataFrame) -> pa.Table:
    """Rows as a source hands them over, in key order."""
    declared = TABLES[name]
    rows = rows.sort_values(list(declared.identity), kind="stable")[declared.source_schema.names]
    return pa.Table.from_pandas(rows, schema=declared.source_schema, preserve_index=False)
