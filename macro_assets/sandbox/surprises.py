"""Published policy surprises as plain CSV files with an index.

Belongs here: `/surprises/index.csv` and `/surprises/NAME.csv`, rows dated today or before. Does not belong here: HTTP.
"""

import pandas as pd

from macro_assets.sandbox.archive import Archive, day_array
from macro_assets.sandbox.clock import Clock
from macro_assets.sandbox.wire import Request, Response

_CSV = "text/csv; charset=UTF-8"


class SurprisesApi:
    """Serves the surprise series of an archive.

    Parameters
    ----------
    archive : tables by name and the unit of each column.
    clock : rows dated later are not published yet.
    """

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self.clock = clock
        self._tables = {
            name: frame.assign(date=day_array(frame["date"])).sort_values("date", kind="stable")
            for name, frame in archive.surprises.items()
        }
        self._index = _index(archive.units, self._tables)

    def answer(self, request: Request) -> Response:
        """The index or one file; 404 for any other name."""
        name = request.path.strip("/")
        if name == "index.csv":
            rows = self._index.iloc[:0] if request.distortion == "empty" else self._index
            return Response(200, rows.to_csv(index=False).encode(), _CSV)
        table = self._tables.get(name.removesuffix(".csv")) if name.endswith(".csv") else None
        if table is None:
            return Response(404, b"404: Not Found", "text/plain; charset=UTF-8")
        shown = table[table["date"] <= pd.Timestamp(self.clock.today)]
        if request.distortion == "empty":
            shown = shown.iloc[:0]
        if request.distortion == "nulls":
            shown = shown[["date"]].reindex(columns=table.columns)
        return Response(200, shown.to_csv(index=False, date_format="%Y-%m-%d").encode(), _CSV)


def _index(units: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One line per measure: those with a unit as listed, then numeric columns nobody gave a unit."""
    listed = units[units["file"].str.removesuffix(".csv").isin(tables)] if len(units) else units
    named = set(zip(listed["file"], listed["column"], strict=True))
    extra = [
        {"file": f"{name}.csv", "column": column, "unit": ""}
        for name, table in tables.items()
        for column in table.select_dtypes("number").columns
        if (f"{name}.csv", column) not in named
    ]
    return pd.concat([listed, pd.DataFrame(extra, columns=["file", "column", "unit"])], ignore_index=True)
