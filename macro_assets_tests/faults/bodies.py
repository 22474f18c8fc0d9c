"""Bodies drawn by hypothesis in place of true answers: none may hang, raise what is not typed, or slip a row in.

Belongs here: drawing and judging. Does not belong here: named faults (matrix.py).
"""

import copy
import csv
import datetime as dt
import io
import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pyarrow as pa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from macro_assets.errors import MacroAssetsError
from macro_assets.sandbox import SandboxServer
from macro_assets.settings import Settings
from macro_assets.sources.policy_surprises.source import SurprisesSource
from macro_assets_tests.faults.matrix import KEY, SUBJECTS
from macro_assets_tests.sandbox.small_archive import LAST, small_archive
from macro_assets_tests.sources.conftest import plain_settings

__all__ = ["Drawn", "try_bodies"]

DEADLINE_SECONDS = 10.0
START, END = dt.date(2014, 12, 1), LAST
ECONOMIES = ("USA", "DEU", "CHN")

JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12),
    st.sampled_from(["NaN", "inf", "1e999", ".", "", "0000-01-01", "2990-01-01", "2012-06-15", "1999-01-01", 10**400, -1,
                     1e300, "\ud800", [], {}, [[]], {"a": None}, "TLT", "GBp", "YR2999", "123456789012345678901234567890"]),
)  # fmt: skip
ACTIONS = st.sampled_from(["replace", "replace", "replace", "remove", "double", "swap", "nest"])
CHANGES = st.lists(st.tuples(st.integers(0, 10**6), ACTIONS, JUNK), min_size=1, max_size=3)
CUTS = st.tuples(st.sampled_from(["cut", "insert", "flip"]), st.integers(0, 10**6), st.binary(min_size=1, max_size=6))


@dataclass(frozen=True)
class Drawn:
    """What became of the bodies of one provider."""

    provider: str
    bodies: int
    refused: int
    loaded: int
    slowest: float


class Judge:
    """Serves drawn bodies to one provider's adapter and checks every answer it makes of them.

    Parameters
    ----------
    provider : name. sandbox : what answers all other requests.
    """

    def __init__(self, provider: str, sandbox: SandboxServer) -> None:
        self.provider, self.sandbox = provider, sandbox
        self.path = "/surprises/monthly.csv" if provider == "policy_surprises" else SUBJECTS[provider][1]
        self.refused = self.loaded = 0
        self.slowest = 0.0
        urls: dict[str, Any] = {name.removeprefix("MACRO_").lower(): value for name, value in sandbox.urls.items()}
        limits = {"http_retries": 0, "http_request_seconds": DEADLINE_SECONDS / 2, "today": LAST, "fred_api_key": KEY}
        rates = {f"{name}_requests_per_minute": 60_000_000 for name in ("fred", "yahoo", "world_bank")}
        self.settings = plain_settings(**(urls | limits | rates))
        self.fetch = FETCH[provider](self.settings)
        self.true_body = self._true_body()

    def _true_body(self) -> str:
        """The body that a load gets from the sandbox, asked for again as the adapter asked for it."""
        self.fetch()
        request = [one for one in self.sandbox.requests if one.status == 200 and TRUE[self.provider] in one.path][-1]
        shown = {name: value for name, value in request.query.items() if value != "***"} | {"api_key": KEY}
        query = urlencode(shown)
        with urlopen(f"{self.sandbox.base_url}{quote(request.path, safe='/;')}?{query}") as answer:
            return str(answer.read().decode())

    def judge(self, body: str) -> None:
        """Load one body.

        Raises
        ------
        AssertionError : an error that is not typed, a load past the deadline, a row outside of the request.
        """
        self.sandbox.faults.clear()
        self.sandbox.faults.inject("body", times=None, path=self.path, body=body)
        began = time.monotonic()
        try:
            table = self.fetch()
            self.loaded += 1
        except MacroAssetsError:
            self.refused += 1
            table = None
        except Exception as error:  # what is not typed is what is looked for
            raise AssertionError(f"{self.provider}: {type(error).__name__}: {error} of {body[:2000]!r}") from error
        took = time.monotonic() - began
        self.slowest = max(self.slowest, took)
        assert took < DEADLINE_SECONDS, f"{self.provider} took {took:.1f} s of {body[:2000]!r}"
        if table is not None:
            outside = [row for row in table.to_pylist() if not INSIDE[self.provider](row)]
            assert not outside, f"{self.provider} stores {outside[0]} of {body[:2000]!r}"


def changed(body: str, changes: list[tuple[int, str, Any]]) -> str:
    """A JSON or CSV body with some of its parts replaced, removed, doubled, swapped or nested."""
    try:
        content = json.loads(body)
    except ValueError:
        rows = list(csv.reader(io.StringIO(body)))
        text = io.StringIO()
        csv.writer(text).writerows(row if isinstance(row, list) else [row] for row in _changed(rows, changes))
        return text.getvalue()
    return json.dumps(_changed(content, changes))


def _changed(content: Any, changes: list[tuple[int, str, Any]]) -> Any:
    content = copy.deepcopy(content)
    for at, action, junk in changes:
        places = list(_places(content))
        if not places:
            return junk
        parent, name = places[at % len(places)]
        _ACTIONS[action](parent, name, junk, places[(at // 7) % len(places)])
    return content


def _places(content: Any) -> Any:
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, value in list(pairs):
        yield content, name
        yield from _places(value)


def _replace(parent: Any, name: Any, junk: Any, other: Any) -> None:
    parent[name] = junk


def _remove(parent: Any, name: Any, junk: Any, other: Any) -> None:
    del parent[name]


def _double(parent: Any, name: Any, junk: Any, other: Any) -> None:
    if isinstance(parent, list):
        parent.insert(name, copy.deepcopy(parent[name]))
    else:
        parent[f"{name}_"] = parent[name]


def _swap(parent: Any, name: Any, junk: Any, other: Any) -> None:
    parent[name] = copy.deepcopy(other[0][other[1]])


def _nest(parent: Any, name: Any, junk: Any, other: Any) -> None:
    parent[name] = [{"a": parent[name]}]


_ACTIONS: dict[str, Callable[[Any, Any, Any, Any], None]] = {
    "replace": _replace, "remove": _remove, "double": _double, "swap": _swap, "nest": _nest,
}  # fmt: skip


def damaged(body: str, cut: tuple[str, int, bytes]) -> str:
    """A body cut off, with bytes inserted, or with bytes exchanged."""
    kind, at, junk = cut
    where, text = at % max(1, len(body)), junk.decode("latin-1")
    return body[:where] + {"cut": "", "insert": text + body[where:], "flip": text + body[where + len(text) :]}[kind]


def try_bodies(provider: str, bodies: int, seed: int = 0) -> Drawn:
    """Draw bodies and judge each: four of five with changed parts, the others cut, or no answer of this provider at all."""
    with SandboxServer(small_archive(), today=LAST) as sandbox:
        judge = Judge(provider, sandbox)
        body = st.one_of(
            *[CHANGES.map(lambda changes: changed(judge.true_body, changes))] * 4,
            CUTS.map(lambda cut: damaged(judge.true_body, cut)),
            JUNK.map(json.dumps),
        )

        @settings(max_examples=bodies, deadline=None, database=None, derandomize=not seed, phases=[Phase.generate],
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(body)
        def run(text: str) -> None:
            judge.judge(text)

        run()
        return Drawn(provider, judge.refused + judge.loaded, judge.refused, judge.loaded, judge.slowest)


def _fred(values: Settings) -> Callable[[], pa.Table]:
    from macro_assets.sources.fred.source import FredSource

    source = FredSource(values)
    return lambda: source.window("PAYEMS", START, END, "M").table


def _yahoo(values: Settings) -> Callable[[], pa.Table]:
    from macro_assets.sources.yahoo.source import YahooSource

    source = YahooSource(values)
    return lambda: source.window("SPY", START, END).table


def _bank(values: Settings) -> Callable[[], pa.Table]:
    from macro_assets.sources.world_bank.source import WorldBankSource

    source = WorldBankSource(values)
    return lambda: source.window(SUBJECTS["world_bank"][0], ECONOMIES, dt.date(2000, 1, 1), END).table


def _surprises(values: Settings) -> Callable[[], pa.Table]:
    source = SurprisesSource(values)
    return lambda: source.fetch().table


FETCH: dict[str, Callable[[Settings], Callable[[], pa.Table]]] = {
    "fred": _fred, "yahoo": _yahoo, "world_bank": _bank, "policy_surprises": _surprises,
}  # fmt: skip
TRUE = {
    "fred": "/series/observations",
    "yahoo": "/chart/SPY",
    "world_bank": "/series/",
    "policy_surprises": "monthly.csv",
}


def _finite(value: float | None) -> bool:
    return value is None or math.isfinite(value)


INSIDE: dict[str, Callable[[dict[str, Any]], bool]] = {
    "fred": lambda row: row["series_id"] == "PAYEMS" and START <= row["realtime_start"] <= END and _finite(row["value"])
    and dt.date(1776, 7, 4) <= row["observation_date"] <= END + dt.timedelta(days=11 * 366),
    "yahoo": lambda row: row["symbol"] == "SPY" and START <= row["realtime_start"] <= END and row["date"] <= END
    and all(_finite(row[name]) for name in ("open", "high", "low", "close", "volume", "dividend", "split_ratio")),
    "world_bank": lambda row: row["indicator"] == SUBJECTS["world_bank"][0] and row["economy"] in ECONOMIES
    and 1900 <= row["year"] <= END.year and row["realtime_start"] <= END and _finite(row["value"]),
    "policy_surprises": lambda row: dt.date(1900, 1, 1) <= row["date"] <= LAST and math.isfinite(row["value"]),
}  # fmt: skip
