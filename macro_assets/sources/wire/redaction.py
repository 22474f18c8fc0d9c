"""Secrets never leave the process: not in an error, a repr or a log line, ours or a library's.

Belongs here: the list of secrets in use, their removal from text, and the filter on the HTTP libraries' loggers.
Does not belong here: reading secrets (settings).
"""

import logging
import re
from urllib.parse import quote, quote_plus

__all__ = ["protect", "redact"]

MASK = "***"
# Filters act only on the logger a record is made with, so each logger of the HTTP libraries is named.
LOGGERS = (
    "httpx",
    "httpcore",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "urllib3.connectionpool",
    "yfinance",
)

_KEY_PARAMETER = re.compile(r"(?i)\b(api_?key|crumb|access_token)=[^&\s\"'<>]+")
_secrets: set[str] = set()


def redact(text: str) -> str:
    """Text without any protected secret or key parameter of a URL."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return _KEY_PARAMETER.sub(rf"\1={MASK}", text)


class _Redacting(logging.Filter):
    """Rewrites a record before any handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        return True


_FILTER = _Redacting()


def protect(*secrets: str) -> None:
    """Keep these strings, plain or URL-encoded, out of errors and logs from now on."""
    for secret in filter(None, secrets):
        _secrets.update((secret, quote(secret, safe=""), quote_plus(secret)))
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
