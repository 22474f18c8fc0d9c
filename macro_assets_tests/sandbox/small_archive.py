"""A small archive with one of everything that is hard to serve: for tests of the sandbox and of its clients.

| part | what is special |
|---|---|
| PAYEMS | monthly, each value revised a month later, 2004 to 2014 |
| GDPC1 | quarterly; on 2009-07-31 a new base: earlier values change, those before 2006 are withdrawn |
| DGS10 | daily, a dot on 4 July and 25 December, more than 2,000 vintages |
| UNRATE | its first recorded vintage (2010-03-05) holds six years of observations at once |
| ICSA | weekly, unrevised; belongs to a release of its own |
| SPY | columns for dividends (quarterly) and one split, 2-for-1 on 2012-06-11 |
| TLT | monthly dividends implied by Adj Close; ^GSPC: neither |
| World Bank | two indicators, three countries, one gap |
| surprises | one by meeting (with a text column), one by month |
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.sandbox.archive import FOREVER, OBSERVATIONS, Archive

FIRST, LAST = date(2004, 1, 1), date(2014, 12, 31)
SPLIT_DAY, REBASE_DAY, LATE_START = date(2012, 6, 11), date(2009, 7, 31), date(2010, 3, 5)
Row = tuple[str, date, float | None, date, date]


def small_archive() -> Archive:
    """The archive described above; the same on every call."""
    rows = [*_payrolls(), *_gdp(), *_ten_year(), *_unemployment(), *_claims()]
    columns = [list(column) for column in zip(*rows, strict=True)]
    return Archive(
        observations=pa.table(columns, schema=OBSERVATIONS),
        series=_series(),
        release_dates=pd.DataFrame(
            sorted({(_RELEASES[name][0], day) for name, _, _, day, _ in rows}), columns=["release_id", "date"]
        ),
        bars={"SPY": _spy(), "TLT": _tlt(), "^GSPC": _bars(_business_days(), 1100.0)},
        indicators=_indicators(),
        surprises=_surprises(),
        units=pd.DataFrame(
            [("meetings.csv", "mp1", "percentage points"), ("monthly.csv", "shock", "percentage points")],
            columns=["file", "column", "unit"],
        ),
    )


_RELEASES = {
    "PAYEMS": (50, "Employment Situation"), "UNRATE": (50, "Employment Situation"),
    "GDPC1": (53, "Gross Domestic Product"), "DGS10": (18, "H.15 Selected Interest Rates"),
    "ICSA": (180, "Unemployment Insurance Weekly Claims Report"),
}  # fmt: skip


def _series() -> pd.DataFrame:
    described = [
        ("PAYEMS", "All Employees, Total Nonfarm", "Thousands of Persons", "M", "SA", "recorded", 5),
        ("GDPC1", "Real Gross Domestic Product", "Billions of Chained Dollars", "Q", "SAAR", "recorded", 30),
        ("DGS10", "10-Year Treasury Yield", "Percent", "D", "NSA", "unrevised", 1),
        ("UNRATE", "Unemployment Rate", "Percent", "M", "SA", "recorded", 5),
        ("ICSA", "Initial Claims", "Number", "W", "SA", "unrevised", 5),
    ]
    columns = [
        "series_id",
        "title",
        "units",
        "frequency",
        "seasonal_adjustment",
        "vintage_kind",
        "publication_lag_days",
    ]
    frame = pd.DataFrame(described, columns=columns)
    return frame.assign(
        release_id=[_RELEASES[name][0] for name in frame["series_id"]],
        release_name=[_RELEASES[name][1] for name in frame["series_id"]],
        notes="",
    )


def _months(start: date, end: date, step: int = 1) -> list[date]:
    count = (end.year - start.year) * 12 + end.month - start.month
    return [
        date(start.year + (start.month - 1 + k) // 12, (start.month - 1 + k) % 12 + 1, 1) for k in range(0, count, step)
    ]


def _after(month: date, months: int, day: int) -> date:
    number = month.month - 1 + months
    return date(month.year + number // 12, number % 12 + 1, day)


def _wave(k: int, base: float, height: float) -> float:
    return round(float(base + height * np.sin(k / 7.0) + 0.1 * height * np.cos(k / 2.0)), 4)


def _payrolls() -> list[Row]:
    rows: list[Row] = []
    for k, month in enumerate(_months(FIRST, date(2014, 12, 1))):
        result, corrected = _after(month, 1, 6), _after(month, 2, 5)
        first = round(_wave(k, 130_000, 3_000))
        if corrected > LAST:
            rows.append(("PAYEMS", month, first, result, FOREVER))
            continue
        rows.append(("PAYEMS", month, first, result, corrected - timedelta(days=1)))
        rows.append(("PAYEMS", month, first + 20 + k % 5, corrected, FOREVER))
    return rows


def _gdp() -> list[Row]:
    rows: list[Row] = []
    for k, quarter in enumerate(_months(FIRST, date(2014, 9, 1), 3)):
        result, value = _after(quarter, 3, 30), round(_wave(k, 11_000, 500), 1)
        if result >= REBASE_DAY:
            rows.append(("GDPC1", quarter, round(value * 1.13, 1), result, FOREVER))
            continue
        rows.append(("GDPC1", quarter, value, result, REBASE_DAY - timedelta(days=1)))
        if quarter >= date(2006, 1, 1):
            rows.append(("GDPC1", quarter, round(value * 1.13, 1), REBASE_DAY, FOREVER))
    return rows


def _business_days() -> list[date]:
    return [day.date() for day in pd.bdate_range(FIRST, LAST)]


def _ten_year() -> list[Row]:
    days = [day for day in _business_days() if day < LAST]
    holidays = [(day.month, day.day) in ((7, 4), (12, 25)) for day in days]
    values = [None if holiday else round(4 + np.sin(k / 200), 2) for k, holiday in enumerate(holidays)]
    result = [day + timedelta(days=1) for day in days]
    return [
        ("DGS10", day, value, result[k + holidays[k]], FOREVER)
        for k, (day, value) in enumerate(zip(days, values, strict=True))
        if k + holidays[k] < len(result)
    ]


def _unemployment() -> list[Row]:
    return [
        ("UNRATE", month, round(_wave(k, 6, 2), 1), max(_after(month, 1, 6), LATE_START), FOREVER)
        for k, month in enumerate(_months(FIRST, date(2014, 11, 1)))
    ]


def _claims() -> list[Row]:
    weeks = [day.date() for day in pd.date_range("2010-01-02", "2014-12-20", freq="W-SAT")]
    return [
        ("ICSA", day, float(round(_wave(k, 400, 60)) * 1000), day + timedelta(days=5), FOREVER)
        for k, day in enumerate(weeks)
    ]


def _bars(days: list[date], level: float) -> pd.DataFrame:
    """Bars without actions; as real ones, prices move by whole cents."""
    step = np.arange(len(days))
    close = np.round(level * (1 + 0.2 * np.sin(step / 90.0) + 0.0002 * step), 2)
    frame = pd.DataFrame({"Date": pd.to_datetime(days), "Open": np.round(close * 0.999, 2)})
    frame["High"], frame["Low"], frame["Close"] = np.round(close * 1.004, 2), np.round(close * 0.995, 2), close
    return frame.assign(**{"Adj Close": close, "Volume": 1_000_000 + 100 * step})


def _spy() -> pd.DataFrame:
    frame = _bars(_business_days(), 60.0)
    day = frame["Date"].dt
    first_of_quarter = (day.month % 3 == 0) & (day.month != day.month.shift())
    frame["Dividends"] = np.where(first_of_quarter, 0.25, 0.0)
    frame["Stock Splits"] = np.where(frame["Date"] == pd.Timestamp(SPLIT_DAY), 2.0, 0.0)
    return frame.assign(**{"Adj Close": np.round(_adjusted(frame["Close"], frame["Dividends"]), 6)})


def _tlt() -> pd.DataFrame:
    frame = _bars(_business_days(), 90.0)
    monthly = frame["Date"].dt.month != frame["Date"].dt.month.shift(fill_value=1)
    return frame.assign(**{"Adj Close": np.round(_adjusted(frame["Close"], pd.Series(np.where(monthly, 0.3, 0.0))), 6)})


def _adjusted(close: pd.Series, dividend: pd.Series) -> np.ndarray:
    """Adjusted closes: each ex-day lowers all earlier factors by dividend / previous close."""
    share = (1 - dividend / close.shift()).fillna(1.0).to_numpy()
    factor = np.append(np.cumprod(share[::-1])[::-1][1:], 1.0)
    return np.asarray(close.to_numpy() * factor)


def _indicators() -> dict[str, pd.DataFrame]:
    countries = {"USA": "United States", "DEU": "Germany", "CHN": "China"}
    tables = {}
    for level, name in ((2.0, "NY.GDP.MKTP.KD.ZG"), (3.0, "FP.CPI.TOTL.ZG")):
        rows = [
            (iso3, country, year, _wave(year, level + k, 1.5), f"{year + 1}-07-01")
            for k, (iso3, country) in enumerate(countries.items())
            for year in range(2003, 2014)
            if (name, iso3, year) != ("FP.CPI.TOTL.ZG", "CHN", 2008)
        ]
        tables[name] = pd.DataFrame(rows, columns=["iso3", "country", "year", "value", "known_from"])
    return tables


def _surprises() -> dict[str, pd.DataFrame]:
    meetings = pd.date_range("2004-01-28", "2014-12-17", freq="42D")
    text = ["statement" if k % 2 else "statement, projections" for k in range(len(meetings))]
    months = pd.date_range("2004-01-01", "2014-12-01", freq="MS")
    return {
        "meetings": pd.DataFrame(
            {
                "date": meetings,
                "time": "14:00:00",
                "description": text,
                "mp1": np.round(np.sin(np.arange(len(meetings))) / 20, 4),
            }
        ),
        "monthly": pd.DataFrame({"date": months, "shock": np.round(np.cos(np.arange(len(months))) / 10, 4)}),
    }
