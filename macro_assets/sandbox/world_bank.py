"""The World Bank's wire format (v2): the lists a client reads first and the values of an indicator as of today.

Belongs here: paths under `/v2/<language>`, paging, message bodies. Does not belong here: HTTP.
"""

import re
from typing import Any

import numpy as np
import pandas as pd

from macro_assets.sandbox.archive import Archive, day_array
from macro_assets.sandbox.clock import Clock
from macro_assets.sandbox.wire import Request, Response, day_number, json_response

FIRST_YEAR = 1960
_WORLD = ("WLD", "1W", "World")
_ISO2 = {"USA": "US", "CHN": "CN", "JPN": "JP", "DEU": "DE", "GBR": "GB"}
_LISTS = {
    "region": [{"id": "", "code": "NAC", "iso2code": "XU", "name": "North America"}],
    "incomelevel": [{"id": "HIC", "iso2code": "XD", "value": "High income"}],
    "lendingtype": [{"id": "LNX", "iso2code": "XX", "value": "Not classified"}],
}
Cell = tuple[str, str, int]


class WorldBankApi:
    """Answers the requests of the World Bank's client for one database (source 2, World Development Indicators).

    Parameters
    ----------
    archive : indicators with the day from which each value is known.
    clock : a value known later is served as null, its year once the year has begun.
    """

    def __init__(self, archive: Archive, clock: Clock) -> None:
        self.clock = clock
        self.indicators = sorted(archive.indicators)
        self._cells: dict[Cell, tuple[int, float]] = {}
        names = {iso3: iso3 for iso3 in _ISO2}
        for indicator, frame in archive.indicators.items():
            names.update(zip(frame["iso3"], frame["country"], strict=True))
            known_from = day_array(frame["known_from"]).astype("int64").tolist()
            for iso3, year, value, day in zip(frame["iso3"], frame["year"], frame["value"], known_from, strict=True):
                if not pd.isna(value):
                    self._cells[indicator, iso3, int(year)] = (day, float(value))
        self.countries = dict(sorted(names.items()))

    def answer(self, request: Request) -> Response:
        """The response to one request below `/v2`."""
        path = re.sub(r"^/[a-z]{2}(?=/)", "", request.path).strip("/")
        if path in _LISTS:
            return self._page(request, _LISTS[path])
        if path in ("country/all", "country"):
            return self._page(request, self._country_records())
        if re.fullmatch(r"sources/\d+/concepts", path):
            concepts = [{"id": name, "value": name} for name in ("Country", "Series", "Time")]
            return self._concept_page(concepts)
        found = re.fullmatch(r"sources/\d+/(country|series|time)/([^/]+)", path)
        if found:
            return self._features(request, found[1], found[2])
        found = re.fullmatch(r"sources/\d+/series/([^/]+)/country/([^/]+)/time/([^/]+)", path)
        if found:
            return self._data(request, found[1].split(";"), found[2].split(";"), found[3].split(";"))
        return _message("120", "Invalid value", "The provided parameter value is not valid")

    def revise(self, indicator: str, economy: str | None, year: int | None, value: float | None) -> tuple[str, int]:
        """Replace a known value from now on (the newest one unless named); returns economy and year.

        Raises
        ------
        KeyError : no such value today.
        """
        now = day_number(self.clock.today)
        cells = [
            cell
            for cell, (day, _) in self._cells.items()
            if cell[0] == indicator and day <= now and economy in (None, cell[1]) and year in (None, cell[2])
        ]
        if not cells:
            raise KeyError(f"No value of {indicator} {economy or ''} {year or ''} on {self.clock.today}.")
        cell = max(cells, key=lambda cell: (cell[2], cell[1] == "USA", cell[1]))
        day, old = self._cells[cell]
        self._cells[cell] = (day, value if value is not None else round(old + 0.1, 6))
        return cell[1], cell[2]

    def _years(self) -> list[int]:
        return list(range(FIRST_YEAR, self.clock.today.year + 1))

    def _features(self, request: Request, concept: str, wanted: str) -> Response:
        records = {
            "country": [{"id": iso3, "value": name} for iso3, name in self.countries.items()],
            "series": [{"id": name, "value": name} for name in self.indicators],
            "time": [{"id": f"YR{year}", "value": str(year)} for year in self._years()],
        }[concept]
        chosen = records if wanted == "all" else [row for row in records if row["id"] in wanted.split(";")]
        page = _slice(request, chosen)
        name = concept.title()
        source = [{"id": "2", "name": "World Development Indicators", "concept": [{"id": name, "name": name}]}]
        source[0]["concept"][0]["variable"] = page.pop("rows")  # type: ignore[index]
        return json_response({**page, "source": source})

    def _data(self, request: Request, series: list[str], economies: list[str], times: list[str]) -> Response:
        names = self.indicators if series == ["all"] else series
        countries = list(self.countries) if economies == ["all"] else economies
        years = self._years() if times == ["all"] else _asked_years(times, self._years())
        if not set(names) <= set(self.indicators) or not set(countries) <= {*self.countries, _WORLD[0]} or not years:
            return _message("120", "Invalid value", "The provided parameter value is not valid")
        now = day_number(self.clock.today)
        cells = [(name, iso3, year) for name in names for iso3 in countries for year in years]
        page = _slice(request, [] if request.distortion == "empty" else cells)
        rows = [self._row(cell, now, request.distortion == "nulls") for cell in page.pop("rows")]
        source = {"id": "2", "name": "World Development Indicators", "data": rows}
        return json_response({**page, "lastupdated": str(self.clock.today), "source": source})

    def _row(self, cell: Cell, now: int, without_value: bool) -> dict[str, Any]:
        indicator, iso3, year = cell
        day, value = self._cells.get(cell, (now, np.nan))
        variable = [
            {"concept": "Country", "id": iso3, "value": self.countries.get(iso3, iso3)},
            {"concept": "Series", "id": indicator, "value": indicator},
            {"concept": "Time", "id": f"YR{year}", "value": str(year)},
        ]
        return {"variable": variable, "value": None if without_value or day > now or np.isnan(value) else value}

    def _page(self, request: Request, records: list[dict[str, Any]]) -> Response:
        page = _slice(request, records)
        rows = page.pop("rows")
        return json_response([page, rows])

    def _concept_page(self, concepts: list[dict[str, str]]) -> Response:
        source = [{"id": "2", "name": "World Development Indicators", "concept": concepts}]
        return json_response({"page": 1, "pages": 1, "per_page": 50, "total": len(concepts), "source": source})

    def _country_records(self) -> list[dict[str, Any]]:
        records = [_country(iso3, _ISO2.get(iso3, iso3[:2]), name, "NAC") for iso3, name in self.countries.items()]
        return [*records, _country(*_WORLD, "NA")]


def _country(iso3: str, iso2: str, name: str, region: str) -> dict[str, Any]:
    area = {"id": region, "iso2code": region[:2], "value": "Aggregates" if region == "NA" else "North America"}
    return {
        "id": iso3, "iso2Code": iso2, "name": name, "region": area,
        "adminregion": {"id": "", "iso2code": "", "value": ""},
        "incomeLevel": {"id": "HIC", "iso2code": "XD", "value": "High income"},
        "lendingType": {"id": "LNX", "iso2code": "XX", "value": "Not classified"},
        "capitalCity": "", "longitude": "", "latitude": "",
    }  # fmt: skip


def _asked_years(times: list[str], available: list[int]) -> list[int]:
    years = [int(text.removeprefix("YR")) for text in times if re.fullmatch(r"(?:YR)?\d{4}", text)]
    return sorted(set(years) & set(available))


def _slice(request: Request, rows: list[Any]) -> dict[str, Any]:
    size = max(1, int(request.query.get("per_page", "50")))
    page = max(1, int(request.query.get("page", "1")))
    pages = max(1, -(-len(rows) // size))
    chosen = rows[(page - 1) * size : page * size]
    return {"page": page, "pages": pages, "per_page": size, "total": len(rows), "rows": chosen}


def _message(number: str, key: str, value: str) -> Response:
    return json_response([{"message": [{"id": number, "key": key, "value": value}]}])
