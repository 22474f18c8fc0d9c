"""Requests to a page of Dagster, with headers that may claim anything."""

import http.client
import json

QUERY = json.dumps({"query": "{ version }"})


def status_of(port: int, method: str, path: str, body: str | None = None, **headers: str) -> int:
    """Status of one request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} | headers)
        return connection.getresponse().status
    finally:
        connection.close()
