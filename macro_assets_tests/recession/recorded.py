"""Feature and target tables of the archive of recorded data, built by the same functions the assets call."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from macro_assets.catalog import load_catalog
from macro_assets.signals import targets
from macro_assets.signals.recession import monthly
from macro_assets.vintage import cube, knowledge, prices
from macro_assets_tests.vintage.facts import observed

START, END = date(1959, 1, 31), date(2015, 12, 31)


@dataclass(frozen=True)
class Recorded:
    """Monthly features by data mode, and targets."""

    features: dict[str, pa.Table]
    targets: pa.Table


def facts(archive: Path, through: date) -> pa.Table:
    """Rows in the shape of bronze/fred_vintages that had begun by `through`."""
    rows = pq.read_table(archive / "fred" / "observations.parquet")
    wanted = [*monthly.SERIES, "USREC", "UNRATE", "ICSA", "GDPC1"]
    seen = pc.and_(pc.is_in(rows["series_id"], pa.array(wanted)), pc.less_equal(rows["realtime_start"], through))
    rows = rows.filter(seen)
    return pa.table(
        {
            "series_id": rows["series_id"],
            "observation_date": rows["date"],
            "realtime_start": rows["realtime_start"],
            "value": rows["value"],
            "status": pc.if_else(pc.is_null(rows["value"]), "missing", "published"),
        }
    )


def bars(archive: Path, through: date) -> pa.Table:
    """Both indices in the shape of bronze/yahoo_bars."""
    frames = []
    for symbol in ("^GSPC", "^IXIC"):
        frame = pd.read_csv(archive / "yahoo" / f"{symbol}.csv")
        frame.columns = [name.lower() for name in frame.columns]
        day = pd.to_datetime(frame["date"]).dt.date
        frame = frame[["open", "high", "low", "close", "volume"]].astype(float)
        frame = frame.assign(symbol=symbol, date=day, realtime_start=day, dividend=0.0, split_ratio=1.0)
        frames.append(frame[frame["date"] <= through])
    return pa.Table.from_pandas(pd.concat(frames), preserve_index=False)


def load(archive: Path, *, through: date = END, modes: tuple[str, ...] = ("vintage", "revised")) -> Recorded:
    """Tables as a lake that ends on `through` would give them."""
    catalog = load_catalog()
    silver = observed(facts(archive, through), catalog)
    quotes = prices.build(bars(archive, through))
    features = {}
    for mode in modes:
        known = silver if mode == "vintage" else knowledge.revised(silver, catalog)
        both = knowledge.facts(known, quotes)
        features[mode] = monthly.build(cube.build(both, catalog, frequency="M", start=START, end=through))
    return Recorded(features, targets.build(silver, quotes, catalog))
