"""How FRED writes its answers: JSON and XML bodies of observations, records, dates and errors.

Belongs here: text. Does not belong here: parameters (fred_parameters.py) and what is visible (fred_store.py).
"""

from datetime import date
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.sandbox.fred_store import Selection
from macro_assets.sandbox.wire import Response


def error_response(status: int, message: str, *, as_json: bool, headers: dict[str, str] | None = None) -> Response:
    """FRED's error body, e.g. `{"error_code":400,"error_message":"Bad Request.  The series does not exist."}`."""
    names = {400: "Bad Request", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error"}
    text = f"{names.get(status, 'Error')}.  {message}".rstrip()
    if as_json:
        return json_body({"error_code": status, "error_message": text}, status, headers)
    return xml_body(f'<error code="{status}" message={quoteattr(text)} />', status, headers)


def _days(numbers: np.ndarray) -> pa.StringArray:
    return pa.array(numbers, pa.int32()).view(pa.date32()).cast(pa.string())


def observation_page(envelope: dict[str, Any], page: Selection, *, nulls: bool) -> Response:
    """One page of observations; rows are joined by Arrow, whose text buffer is the body."""
    texts = pa.array(["."] * len(page), pa.string()) if nulls else page.texts()
    columns = (_days(page.start), _days(page.end), _days(page.date), texts)
    if envelope["file_type"] == "json":
        rows = _joined('{"realtime_start":"', '","realtime_end":"', '","date":"', '","value":"', '"},', columns)
        return Response(200, orjson.dumps(envelope)[:-1] + b',"observations":[' + rows[:-1] + b"]}")
    rows = _joined('<observation realtime_start="', '" realtime_end="', '" date="', '" value="', '"/>\n', columns)
    return _xml_bytes(f"<observations{attributes(envelope)}>\n".encode() + rows + b"</observations>")


def _joined(a: str, b: str, c: str, d: str, close: str, columns: tuple[pa.StringArray, ...]) -> bytes:
    start, end, day, value = columns
    if not len(start):
        return b""
    joined = pc.binary_join_element_wise(a, start, b, end, c, day, d, value, close, "")
    body: bytes = joined.buffers()[2].to_pybytes()
    return body[: _text_bytes(joined)]


def _text_bytes(texts: pa.StringArray) -> int:
    """Bytes of all texts of an array that starts at offset zero."""
    return int(np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1)[-1])


def paged(start: date, end: date, by: str, order: str, count: int, offset: int, limit: int) -> dict[str, Any]:
    """Envelope of an answer that comes in pages."""
    return {
        "realtime_start": str(start), "realtime_end": str(end), "order_by": by, "sort_order": order,
        "count": count, "offset": offset, "limit": limit,
    }  # fmt: skip


def records_body(
    start: date, end: date, plural: str, single: str, records: list[dict[str, Any]], *, as_json: bool
) -> Response:
    """Records under their plural name, as JSON or as XML."""
    envelope = {"realtime_start": str(start), "realtime_end": str(end)}
    if as_json:
        return json_body(envelope | {plural: records})
    inner = "".join(f"<{single}{attributes(record)}/>" for record in records)
    return xml_body(f"<{plural}{attributes(envelope)}>{inner}</{plural}>")


def attributes(values: dict[str, Any]) -> str:
    """Values as XML attributes."""
    return "".join(f" {name}={quoteattr(str(value))}" for name, value in values.items())


def json_body(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(status, orjson.dumps(content), headers=headers or {})


def xml_body(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in XML."""
    return _xml_bytes(text.encode(), status, headers)


def _xml_bytes(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    head = b'<?xml version="1.0" encoding="utf-8" ?>\n'
    return Response(status, head + body, "text/xml; charset=UTF-8", headers or {})
