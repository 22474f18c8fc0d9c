"""Secrets never leave the process: not in an error, a repr or a log line, ours or a library's.

Belongs here: the list of secrets in use, their removal from text, and the factory through which every log record of the
process goes. Does not belong here: reading secrets (settings).
"""

import logging
import re
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus

__all__ = ["protect", "redact", "without_secrets"]

MASK = "***"
PART = 8
"""Characters in a row that give a secret away: shorter runs of it are left, for they may be anything."""

_KEY_PARAMETER = re.compile(r"(?i)\b(api_?key|crumb|access_token)=[^&\s\"'<>]+")
_secrets: set[str] = set()
_parts: list[re.Pattern[str]] = []


def redact(text: str) -> str:
    """Text without any protected secret, any part of one, and any key parameter of a URL."""
    text = without_secrets(text)
    for part in _parts:
        text = part.sub(MASK, text)
    return _KEY_PARAMETER.sub(rf"\1={MASK}", text)


def without_secrets(text: str) -> str:
    """Text without any whole secret; quick, for bodies of answers that echo a key."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def protect(*secrets: str) -> None:
    """Keep these strings, whole, in parts or URL-encoded, out of errors and logs from now on."""
    for secret in filter(None, secrets):
        if secret not in _secrets:
            _secrets.update((secret, quote(secret, safe=""), quote_plus(secret)))
            _parts.append(_part_of(secret))
    _redact_every_record()


def _part_of(secret: str) -> re.Pattern[str]:
    """Matches the longest run of a secret that begins at a place, in either case, if it is at least `PART` long."""
    runs = []
    for start in range(len(secret) - PART + 1):
        run = ""
        for character in reversed(secret[start + PART :]):  # a tail that may end anywhere
            run = f"(?:{re.escape(character)}{run})?"
        runs.append(re.escape(secret[start : start + PART]) + run)
    return re.compile("|".join(runs) or r"(?!)", re.IGNORECASE)


def _redact_every_record() -> None:
    """Log records of every library are made by one factory; loggers by name would miss the next library."""
    factory = logging.getLogRecordFactory()
    if not getattr(factory, "redacts", False):
        logging.setLogRecordFactory(_redacting(factory))


def _redacting(factory: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def record_of(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = factory(*args, **kwargs)
        try:
            text = record.getMessage()
        except Exception:  # noqa: BLE001 - arguments that do not fit their message are reported by the handler, as ever
            text = str(record.msg) + str(record.args)
        shown = redact(text)
        if shown != text:
            record.msg, record.args = shown, None
        if record.exc_info and record.exc_info[0]:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip("\n")
            record.exc_text = redact(trace) if redact(trace) != trace else None
        return record

    record_of.redacts = True  # type: ignore[attr-defined]
    return record_of
