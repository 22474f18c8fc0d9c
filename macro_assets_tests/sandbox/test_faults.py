"""Faults as a client meets them, one kind after the other, and what they leave behind."""

from collections.abc import Iterator
from datetime import date
from time import monotonic

import httpx2
import pytest

from macro_assets.sandbox import Archive, SandboxServer


@pytest.fixture
def client(sandbox: SandboxServer) -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=1.0, trust_env=False, base_url=sandbox.base_url) as opened:
        yield opened


def observations(client: httpx2.Client, sandbox: SandboxServer, **query: str) -> httpx2.Response:
    defaults = {"series_id": "ICSA", "file_type": "json", "api_key": sandbox.urls["MACRO_FRED_API_KEY"]}
    return client.get("/fred/series/observations", params=defaults | query)


def test_rate_limit_says_how_long_to_wait(client: httpx2.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.inject("429", times=2, seconds=0.2)
    for _ in range(2):
        answer = observations(client, sandbox)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "0.2")
        assert answer.json()["error_code"] == 429
    assert observations(client, sandbox).status_code == 200


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("html", 200)])
def test_pages_instead_of_json(client: httpx2.Client, sandbox: SandboxServer, kind: str, status: int) -> None:
    sandbox.faults.inject(kind)
    answer = observations(client, sandbox)
    assert answer.status_code == status
    assert answer.text.lstrip().startswith(("<html", "<!DOCTYPE"))
    assert observations(client, sandbox).json()["count"] > 0


@pytest.mark.parametrize("kind", ["blank", "garbage"])
def test_bodies_that_are_no_json(client: httpx2.Client, sandbox: SandboxServer, kind: str) -> None:
    sandbox.faults.inject(kind)
    with pytest.raises(ValueError):
        observations(client, sandbox).json()


@pytest.mark.parametrize(
    ("kind", "error"), [("reset", httpx2.RemoteProtocolError), ("truncated", httpx2.RemoteProtocolError)]
)
def test_broken_connections(client: httpx2.Client, sandbox: SandboxServer, kind: str, error: type[Exception]) -> None:
    sandbox.faults.inject(kind)
    with pytest.raises(error):
        observations(client, sandbox)
    assert observations(client, sandbox).status_code == 200


def test_timeout_outlasts_the_client_and_ends_with_the_sandbox(archive: Archive) -> None:
    with (
        SandboxServer(archive, today=date(2012, 3, 15)) as sandbox,
        httpx2.Client(timeout=0.2, trust_env=False) as client,
    ):
        sandbox.faults.inject("timeout", seconds=30)
        with pytest.raises(httpx2.ReadTimeout):
            client.get(sandbox.urls["MACRO_FRED_URL"] + "/series")
        started = monotonic()
    assert monotonic() - started < 5


def test_empty_and_null_answers_are_well_formed(client: httpx2.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.inject("empty")
    body = observations(client, sandbox).json()
    assert (body["count"], body["observations"]) == (0, [])
    sandbox.faults.inject("nulls", times=2)
    assert {row["value"] for row in observations(client, sandbox).json()["observations"]} == {"."}
    chart = client.get("/yahoo/query2.finance.yahoo.com/v8/finance/chart/TLT", params={"range": "5d"}).json()
    assert chart["chart"]["result"][0]["indicators"]["quote"][0]["close"] == [None] * 5


def test_faults_choose_series_path_and_moment(client: httpx2.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.inject("500", series="PAYEMS")
    sandbox.faults.inject("429", path="*/vintagedates")
    sandbox.faults.inject("html", series="ICSA", after=1, times=None)
    assert [observations(client, sandbox).headers["Content-Type"][:9] for _ in range(3)] == [
        "applicati",
        "text/html",
        "text/html",
    ]
    assert observations(client, sandbox, series_id="PAYEMS").status_code == 500
    assert observations(client, sandbox, series_id="PAYEMS").status_code == 200
    sandbox.faults.clear()
    assert len(sandbox.faults) == 0
    with pytest.raises(ValueError, match="Available: 429"):
        sandbox.faults.inject("flood")


def test_log_counts_and_hides_keys(client: httpx2.Client, sandbox: SandboxServer) -> None:
    sandbox.faults.inject("500")
    for _ in range(3):
        observations(client, sandbox)
    assert sandbox.requests.count(provider="fred", subject="ICSA") == 3
    assert sandbox.requests.summary()["requests"] == {"fred": {"200": 2, "500": 1}}
    first = next(iter(sandbox.requests))
    assert (first.query["api_key"], first.fault) == ("***", "500")


def test_emulated_rate_limit(archive: Archive) -> None:
    with SandboxServer(archive, requests_per_minute=3) as sandbox, httpx2.Client(trust_env=False) as client:
        client.base_url = httpx2.URL(sandbox.base_url)
        statuses = [observations(client, sandbox).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        assert client.get("/surprises/index.csv").status_code == 200
