"""Which requests a page on this machine answers: its own, and those of programs that run here.

Belongs here: the rule, as an ASGI middleware. Does not belong here: the web server it protects (webserver.py).

Dagster's web server runs GraphQL mutations that come by plain GET, with any Origin and any Host: a page open in the same
browser could launch and delete runs. MLflow has a guard of its own.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY_VIOLATION = 1008  # close code of RFC 6455; before the handshake ends the server answers 403


class LocalGuard:
    """Answers 403 to requests that name a foreign host, come from a foreign page, or query GraphQL by GET.

    Parameters
    ----------
    application : what is protected.
    hosts : names under which it may be addressed.
    """

    def __init__(self, application: Application, hosts: frozenset[str] = LOCAL_HOSTS) -> None:
        self.application, self.hosts = application, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        reason = refusal(scope, self.hosts) if scope["type"] in ("http", "websocket") else None
        if reason is None:
            await self.application(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": reason})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            await send({"type": "http.response.body", "body": reason.encode()})


def refusal(scope: Scope, hosts: frozenset[str] = LOCAL_HOSTS) -> str | None:
    """Why a request is refused; None if it is not.

    A request without Origin comes from a program, or from a link or picture in a page: those cannot post, so a query by GET
    is refused.
    """
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host, origin = headers.get("host", ""), headers.get("origin")
    if _name(f"//{host}") not in hosts:
        return f"Host {host!r} is not served here."
    if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
        return f"Origin {origin!r} is not this page."
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    if (
        scope["type"] == "http"
        and scope["method"] != "POST"
        and "query" in query
        and scope["path"].endswith("/graphql")
    ):
        return "GraphQL is answered by POST only."
    return None


def _name(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None
