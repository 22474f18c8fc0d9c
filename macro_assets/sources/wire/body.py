"""From the bytes of an answer to text and JSON, with a cap on their size and a typed error for everything malformed.

Belongs here: decompression, JSON, the boundary at which whatever a reader stumbles over becomes typed. Does not belong
here: requests (http.py), what a provider's answers mean (each source).
"""

import json
import zlib
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

from macro_assets.errors import MacroAssetsError, MalformedAnswerError, TransientSourceError
from macro_assets.sources.wire.redaction import redact

__all__ = ["decoded", "excerpt", "parse_json", "reading", "too_large", "unreadable"]

T = TypeVar("T")
P = TypeVar("P")
MEGABYTE = 1_000_000
LONGEST_EXCERPT = 200


def excerpt(text: object, longest: int = LONGEST_EXCERPT) -> str:
    """The start of a text on one line. Keys go first: of a key that is cut off, the rest could not be recognised."""
    line = " ".join(redact(str(text)[: 20 * longest]).split())
    return line if len(line) <= longest else f"{line[:longest]} ..."


def unreadable(what: str, why: object) -> MalformedAnswerError:
    """The error of an answer that is complete but does not have the form its provider documents."""
    return MalformedAnswerError(f"{what} does not have the expected form: {excerpt(why)}.")


def too_large(provider: str, limit: int) -> TransientSourceError:
    """The error of a body beyond the cap."""
    return TransientSourceError(
        f"{provider} answered with more than {limit / MEGABYTE:g} MB.",
        remedy="If the answer is really that large, raise MACRO_HTTP_LARGEST_MB.",
    )


def decoded(chunks: Iterable[bytes], encoding: str, *, provider: str, limit: int) -> bytes:
    """The body of an answer, decompressed; never more than `limit` bytes of it are made.

    Parameters
    ----------
    chunks : as they arrive. encoding : the Content-Encoding header.

    Raises
    ------
    TransientSourceError : too large, cut off, broken, or compressed in a way that was not asked for.
    """
    encoding = encoding.strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise TransientSourceError(f"{provider} compressed its answer as {excerpt(encoding, 40)}.")
    unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.endswith("gzip") else None
    body = bytearray()
    try:
        for chunk in chunks:
            body += unpack.decompress(chunk, limit + 1 - len(body)) if unpack else chunk
            if len(body) > limit:
                raise too_large(provider, limit)
    except zlib.error:
        raise TransientSourceError(f"{provider} sent a compressed answer that is broken.") from None
    if unpack and not unpack.eof:
        raise TransientSourceError(f"{provider} sent a compressed answer that is cut off.")
    return bytes(body)


def parse_json(provider: str, text: str) -> Any:
    """JSON of an answer; anything else (HTML of a proxy, a cut-off body) counts as transient."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise TransientSourceError(f"{provider} answered JSON that is nested too deeply.") from None
    except ValueError:  # broken JSON, NaN, or a number of thousands of digits
        start = text.lstrip()[:1]
        kind = "HTML" if start == "<" else "nothing" if not start else "cut-off or broken JSON"
        raise TransientSourceError(f"{provider} answered {kind} where JSON was expected.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def reading(what: str, read: Callable[[P], T], payload: P) -> T:
    """What `read` makes of an answer; whatever it stumbles over says that the answer is malformed.

    Raises
    ------
    MalformedAnswerError : for every error of `read` that is not typed; typed errors pass.
    """
    try:
        return read(payload)
    except (MacroAssetsError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a boundary: a reader cannot name all that a malformed answer may hold
        raise unreadable(what, f"{type(error).__name__}: {error}") from None
