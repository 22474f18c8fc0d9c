"""The archive: everything the sandbox can serve, in memory and as a folder.

Belongs here: the shape of the data, its checks, reading and writing the folder. Does not belong here: what is visible
on a given day (fred_store.py, yahoo.py, world_bank.py) and wire formats.

Folder (every part but `fred/` may be absent)::

    fred/observations.parquet  series_id, date, value, realtime_start, realtime_end   (valid on both end days)
    fred/series.csv            one line per series
    fred/release_dates.csv     release_id, date
    yahoo/<SYMBOL>.csv         Date, Open, High, Low, Close, Adj Close, Volume [, Dividends, Stock Splits]
    world_bank/<INDICATOR>.csv iso3, country, year, value, known_from
    shocks/<NAME>.csv          date, one column per measure [, time and text columns]
    shocks/units.csv           file, column, unit        shocks/citations.csv
    nber.csv                   peak, trough, peak_announced, trough_announced, announcement
    release_days.csv           release_id, date [, ...]: true release days: what `release/dates` of one release serves
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from macro_assets.errors import InvalidInputError

FOREVER = date(9999, 12, 31)
"""`realtime_end` of a row that is still the published one."""

OBSERVATIONS = pa.schema(
    [
        pa.field("series_id", pa.string()),
        pa.field("date", pa.date32()),
        pa.field("value", pa.float64()),
        pa.field("realtime_start", pa.date32()),
        pa.field("realtime_end", pa.date32()),
    ]
)
SERIES = ("series_id", "title", "units", "frequency", "seasonal_adjustment", "release_id", "release_name")
SERIES_DEFAULTS: dict[str, str | int] = {"vintage_kind": "recorded", "publication_lag_days": 1, "notes": ""}
RELEASE_DATES = ("release_id", "date")
BARS = ("Date", "Open", "High", "Low", "Close", "Adj Close", "Volume")
INDICATOR = ("iso3", "country", "year", "value", "known_from")
UNITS = ("file", "column", "unit")
CITATIONS = ("file", "authors", "title", "journal", "year")
NBER = ("peak", "trough", "peak_announced", "trough_announced", "announcement")


class ArchiveFormatError(InvalidInputError):
    """The folder or the tables are not what the format says. The message names the part and the remedy."""


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass(frozen=True)
class Archive:
    """Recorded or simulated data with the days on which each value was the published one.

    Parameters
    ----------
    observations : rows of `OBSERVATIONS`; `value` null where FRED prints a dot. Sorted on construction by series,
        date, realtime_start; `realtime_end` 9999-12-31 = current. Per series and date the intervals do not overlap;
        a gap means the value was withdrawn.
    series : one row per series: `SERIES` columns, and optionally those of `SERIES_DEFAULTS`.
    release_dates : `release_id, date`: days on which some series of the release changed.
    release_days : the same columns: true days of publication, of releases that have them.
    bars : symbol -> daily bars. Prices and `Dividends` (per share) are split-adjusted to the last day of the file
        and not adjusted for dividends; `Volume` likewise; `Adj Close` is adjusted for both, factor 1 on the last day.
        Without a `Dividends` column dividends are implied by Adj Close / Close. `Stock Splits`: 2.0 on the day a
        two-for-one split takes effect, 0 otherwise.
    indicators : World Bank indicator id -> `iso3, country, year, value, known_from`.
    surprises : file name without .csv -> table with a `date` column.
    units : unit of each surprise column: `file` (with .csv), `column`, `unit`.
    nber, citations : as in the folder.

    Raises
    ------
    ArchiveFormatError : a column is missing, or two rows of a series and date are valid on the same day.
    """

    observations: pa.Table
    series: pd.DataFrame
    release_dates: pd.DataFrame = field(default_factory=lambda: _empty(RELEASE_DATES))
    release_days: pd.DataFrame = field(default_factory=lambda: _empty(RELEASE_DATES))
    bars: dict[str, pd.DataFrame] = field(default_factory=dict)
    indicators: dict[str, pd.DataFrame] = field(default_factory=dict)
    surprises: dict[str, pd.DataFrame] = field(default_factory=dict)
    units: pd.DataFrame = field(default_factory=lambda: _empty(UNITS))
    nber: pd.DataFrame = field(default_factory=lambda: _empty(NBER))
    citations: pd.DataFrame = field(default_factory=lambda: _empty(CITATIONS))

    def __post_init__(self) -> None:
        object.__setattr__(self, "observations", _checked_observations(self.observations))
        object.__setattr__(self, "series", _checked_series(self.series, self.observations))
        _require(self.release_dates, RELEASE_DATES, "fred/release_dates.csv")
        _require(self.release_days, RELEASE_DATES, "release_days.csv")
        for symbol, frame in self.bars.items():
            _require(frame, BARS, f"yahoo/{symbol}.csv")
        for name, frame in self.indicators.items():
            _require(frame, INDICATOR, f"world_bank/{name}.csv")
        for name, frame in self.surprises.items():
            _require(frame, ("date",), f"shocks/{name}.csv")
        _require(self.units, UNITS, "shocks/units.csv")

    @property
    def last_day(self) -> date:
        """The last day on which anything became known: the natural `today` of a recorded archive."""
        days = [np.datetime64("1776-07-04")]
        if self.observations.num_rows:
            days.append(np.datetime64(pc.max(self.observations["realtime_start"]).as_py()))
        days += [day_array(frame["Date"]).max() for frame in self.bars.values() if len(frame)]
        last: date = max(days).astype(object)
        return last

    @classmethod
    def read(cls, folder: Path) -> "Archive":
        """The archive kept in `folder`.

        Raises
        ------
        ArchiveFormatError : the folder has no `fred/observations.parquet` or `fred/series.csv`, or a part is damaged.
        """
        folder = Path(folder)
        for needed in ("fred/observations.parquet", "fred/series.csv"):
            if not (folder / needed).is_file():
                raise ArchiveFormatError(
                    f"{folder} is not an archive: {needed} is missing.", remedy="Choose a folder that has it."
                )
        shocks = {path.stem: path for path in sorted((folder / "shocks").glob("*.csv"))}
        units, citations = shocks.pop("units", None), shocks.pop("citations", None)
        nber = folder / "nber.csv"
        return cls(
            observations=pq.read_table(folder / "fred" / "observations.parquet"),
            series=pd.read_csv(folder / "fred" / "series.csv", keep_default_na=False),
            release_dates=_release_dates(folder),
            release_days=_release_days(folder),
            bars={path.stem: _read(path, "Date") for path in sorted((folder / "yahoo").glob("*.csv"))},
            indicators={path.stem: _read(path, "known_from") for path in sorted((folder / "world_bank").glob("*.csv"))},
            surprises={name: _read(path, "date") for name, path in shocks.items()},
            units=pd.read_csv(units) if units else _empty(UNITS),
            nber=pd.read_csv(nber, dtype=str, keep_default_na=False) if nber.is_file() else _empty(NBER),
            citations=pd.read_csv(citations) if citations else _empty(CITATIONS),
        )

    def write(self, folder: Path) -> Path:
        """Write the archive as a folder and return it; files of the same names are replaced."""
        folder = Path(folder)
        for part in ("fred", "yahoo", "world_bank", "shocks"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        pq.write_table(self.observations, folder / "fred" / "observations.parquet", compression="zstd")
        self.series.to_csv(folder / "fred" / "series.csv", index=False)
        _write(self.release_dates, folder / "fred" / "release_dates.csv", "date")
        if len(self.release_days):
            _write(self.release_days, folder / "release_days.csv", "date")
        for symbol, frame in self.bars.items():
            _write(frame, folder / "yahoo" / f"{symbol}.csv", "Date")
        for name, frame in self.indicators.items():
            _write(frame, folder / "world_bank" / f"{name}.csv", "known_from")
        for name, frame in self.surprises.items():
            _write(frame, folder / "shocks" / f"{name}.csv", "date")
        self.units.to_csv(folder / "shocks" / "units.csv", index=False)
        self.citations.to_csv(folder / "shocks" / "citations.csv", index=False)
        self.nber.to_csv(folder / "nber.csv", index=False)
        return folder


def day_array(days: pd.Series) -> np.ndarray:
    """(n,) datetime64[D] of a column of dates, timestamps or ISO texts."""
    if days.dtype.kind != "M":
        days = pd.to_datetime(days)
    array: np.ndarray = days.to_numpy().astype("datetime64[D]")
    return array


def _read(path: Path, day_column: str) -> pd.DataFrame:
    frame = pd.read_csv(path)
    if day_column not in frame:
        raise ArchiveFormatError(
            f"{path} has no column '{day_column}'.", remedy=f"Its columns are {', '.join(frame.columns)}."
        )
    return frame.assign(**{day_column: pd.to_datetime(frame[day_column], format="ISO8601")})


def _release_dates(folder: Path) -> pd.DataFrame:
    """Days on which a release changed a series, and the true release days where the archive has them."""
    listed, true_days = folder / "fred" / "release_dates.csv", folder / "release_days.csv"
    if not listed.is_file():
        return _empty(RELEASE_DATES)
    parts = [_read(path, "date")[list(RELEASE_DATES)] for path in (listed, true_days) if path.is_file()]
    return pd.concat(parts).drop_duplicates(ignore_index=True)


def _release_days(folder: Path) -> pd.DataFrame:
    path = folder / "release_days.csv"
    return _read(path, "date")[list(RELEASE_DATES)] if path.is_file() else _empty(RELEASE_DATES)


def _write(frame: pd.DataFrame, path: Path, day_column: str) -> None:
    frame.assign(**{day_column: day_array(frame[day_column]).astype(str)}).to_csv(path, index=False)


def _require(frame: pd.DataFrame, columns: tuple[str, ...], part: str) -> None:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ArchiveFormatError(f"{part} lacks {', '.join(missing)}.", remedy=f"It needs {', '.join(columns)}.")


def _checked_observations(table: pa.Table) -> pa.Table:
    missing = [name for name in OBSERVATIONS.names if name not in table.column_names]
    if missing:
        raise ArchiveFormatError(
            f"fred/observations.parquet lacks {', '.join(missing)}.",
            remedy=f"It needs {', '.join(OBSERVATIONS.names)}.",
        )
    table = table.select(OBSERVATIONS.names).cast(OBSERVATIONS)
    table = table.sort_by([(name, "ascending") for name in ("series_id", "date", "realtime_start")]).combine_chunks()
    names = table["series_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    days, start, end = (table[name].cast(pa.int32()).to_numpy() for name in ("date", "realtime_start", "realtime_end"))
    same = (names[1:] == names[:-1]) & (days[1:] == days[:-1])
    wrong = np.flatnonzero(np.append(same & (start[1:] <= end[:-1]), False) | (end < start))
    if len(wrong):
        row = table.slice(int(wrong[0]), 1).to_pylist()[0]
        raise ArchiveFormatError(
            f"{row['series_id']} of {row['date']}: a value valid from {row['realtime_start']} overlaps its successor "
            "or ends before it begins.",
            remedy="Close each interval on the day before the next one starts.",
        )
    return table


def _checked_series(frame: pd.DataFrame, observations: pa.Table) -> pd.DataFrame:
    _require(frame, SERIES, "fred/series.csv")
    frame = frame.reset_index(drop=True)
    for name, value in SERIES_DEFAULTS.items():
        if name not in frame:
            frame[name] = value
    unlisted = set(pc.unique(observations["series_id"]).to_pylist()) - set(frame["series_id"])
    if unlisted:
        names = ", ".join(sorted(unlisted))
        raise ArchiveFormatError(f"fred/series.csv does not describe {names}.", remedy="Add a line for each.")
    return frame
