"""Which requests the pages refuse: foreign hosts, foreign origins, queries by GET."""

from typing import Any

import pytest

from macro_assets.commands.guard import refusal

OWN = "127.0.0.1:3000"


def scope(
    method: str = "POST", path: str = "/graphql", query: str = "", kind: str = "http", **headers: str
) -> dict[str, Any]:
    named = {"host": OWN} | headers
    return {
        "type": kind, "method": method, "path": path, "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip


@pytest.mark.parametrize(
    "request_scope",
    [
        scope(),
        scope(origin=f"http://{OWN}"),
        scope(host="localhost:3000", origin="http://localhost:3000"),
        scope(host="[::1]:3000"),
        scope("GET", "/assets"),
        scope("GET", "/runs", "q=query"),
        scope("GET", "/graphql"),
        scope("GET", kind="websocket", origin=f"http://{OWN}"),
    ],
)
def test_own_requests_pass(request_scope: dict[str, Any]) -> None:
    assert refusal(request_scope) is None


@pytest.mark.parametrize(
    ("request_scope", "reason"),
    [
        (scope("GET", query="query=mutation{x}"), "POST only"),
        (scope("HEAD", query="operationName=a&query="), "POST only"),
        (scope("GET", path="/prefix/graphql", query="query={x}"), "POST only"),
        (scope(host="elsewhere.example:3000"), "not served here"),
        (scope(host=""), "not served here"),
        (scope(host="[broken"), "not served here"),
        (scope(host="127.0.0.1.elsewhere.example"), "not served here"),
        (scope(origin="http://elsewhere.example"), "not this page"),
        (scope(origin="http://127.0.0.1:8000"), "not this page"),
        (scope(origin="null"), "not this page"),
        (scope("GET", kind="websocket", origin="http://elsewhere.example"), "not this page"),
        (scope("GET", kind="websocket", host="elsewhere.example"), "not served here"),
    ],
)
def test_strangers_are_refused(request_scope: dict[str, Any], reason: str) -> None:
    assert reason in str(refusal(request_scope))


def test_a_proxy_named_in_the_settings_is_served_and_no_other_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from macro_assets.commands.webserver import served_hosts

    monkeypatch.setenv("MACRO_PAGE_HOSTS", "dagster.example.org, Macro.example")
    hosts = served_hosts()
    for host in (OWN, "dagster.example.org", "macro.example:443"):
        assert refusal(scope(host=host, origin=f"https://{host}"), hosts) is None
    assert "not served here" in str(refusal(scope(host="elsewhere.example"), hosts))
    assert "not this page" in str(refusal(scope(host="macro.example", origin="http://elsewhere.example"), hosts))
