"""The one HTTP layer: deadlines, rate limit, retries, a cap on bodies, typed errors, no secret in any of them.

Belongs here: turning an answer, or its absence, into text, JSON or a typed error. Does not belong here: bytes to text
(body.py), what a provider's answers mean (each source), clients that bring their own transport and share limits and the
judgement of status codes with this module.
"""

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from time import monotonic
from typing import Any, TypeVar

import httpx2
from pydantic import SecretStr

from macro_assets import __version__
from macro_assets.errors import CredentialError, MacroAssetsError, PermanentSourceError, TransientSourceError
from macro_assets.settings import Settings
from macro_assets.sources.wire.body import MEGABYTE, decoded, excerpt, parse_json, reading
from macro_assets.sources.wire.deadline import seconds_left, too_late, within
from macro_assets.sources.wire.redaction import protect, redact, without_secrets
from macro_assets.sources.wire.retry import RetryPolicy, TokenBucket, retry_after_seconds

__all__ = ["HttpClient", "Limits", "Refusal", "refusal", "transient_statuses"]

T = TypeVar("T")
Refusal = Callable[[int, str], MacroAssetsError | None]

transient_statuses = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
CHARSETS = frozenset({"ascii", "us-ascii", "iso-8859-1", "latin-1", "windows-1252"})


@dataclass(frozen=True)
class Limits:
    """What one answer may take.

    Parameters
    ----------
    silence_seconds : for connecting, and for each wait for bytes.
    request_seconds : for the whole request, from its first byte to its last.
    largest_bytes : of the body, decompressed.
    """

    silence_seconds: float = 30.0
    request_seconds: float = 120.0
    largest_bytes: int = 64 * MEGABYTE

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """The limits of the settings."""
        return cls(
            settings.http_timeout_seconds, settings.http_request_seconds, int(settings.http_largest_mb * MEGABYTE)
        )


@dataclass(frozen=True)
class _Answer:
    status: int
    text: str
    retry_after: str | None


def refusal(provider: str, what: str, status: int, text: str, retry_after: str | None = None) -> MacroAssetsError:
    """The typed error of an HTTP status of 300 or above, with the start of its text."""
    message = f"{provider} answered {status} to {what}: {excerpt(text) or 'nothing'}."
    if status in transient_statuses or status >= 500:
        return TransientSourceError(message, retry_after=retry_after_seconds(retry_after))
    if status in (401, 403):
        return CredentialError(message, remedy=f"Check the key for {provider} and its terms of access.")
    return PermanentSourceError(message)


@cache
def _trusted() -> ssl.SSLContext:
    """Trusted certificates; reading them takes a tenth of a second, so all clients share them."""
    return httpx2.create_ssl_context()


class HttpClient:
    """GET requests to one provider.

    Parameters
    ----------
    base_url : root the paths are relative to.
    provider : its name in messages.
    limits : of time and size for each answer.
    retry, bucket : when to try again and how fast to ask; no bucket = no limit.
    secret_params : query parameters added to every request and kept out of everything else.
    judge : a provider's own reading of a refusal (status, body), asked before the general one.
    """

    def __init__(
        self,
        base_url: str,
        *,
        provider: str,
        limits: Limits | None = None,
        retry: RetryPolicy | None = None,
        bucket: TokenBucket | None = None,
        secret_params: Mapping[str, SecretStr] | None = None,
        judge: Refusal | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.provider = provider
        self.requests = 0
        self._limits = limits or Limits()
        self._retry = retry or RetryPolicy()
        self._bucket = bucket
        self._secret_params = dict(secret_params or {})
        self._judge = judge
        protect(*(secret.get_secret_value() for secret in self._secret_params.values()))

    def __repr__(self) -> str:
        return f"HttpClient({self.provider}, {redact(self.base_url)})"

    @cached_property
    def _client(self) -> httpx2.Client:
        return httpx2.Client(
            timeout=self._limits.silence_seconds,
            verify=_trusted(),
            headers={"User-Agent": f"macro-assets/{__version__}", "Accept-Encoding": "gzip"},
            follow_redirects=not self._secret_params,
        )

    def get_json(self, path: str, params: Mapping[str, Any] | None = None, *, read: Callable[[Any], T]) -> T:
        """What `read` makes of the JSON answer; a TransientSourceError of `read` is tried again like any other."""
        return self.get(path, params, read=lambda text: read(parse_json(self.provider, text)))

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, read: Callable[[str], T]) -> T:
        """What `read` makes of the text of an answer.

        Raises
        ------
        TransientSourceError : time-out, deadline, reset, 429, 5xx or an unreadable body, after the last retry.
        MalformedAnswerError : `read` cannot make anything of the body, after the last retry.
        CredentialError, PermanentSourceError : the provider refuses; not tried again.
        """
        what = f"{self.provider}'s answer to {path}"
        return self._retry.call(lambda: reading(what, read, self._ask(path, dict(params or {}))))

    def _ask(self, path: str, params: dict[str, Any]) -> str:
        if self._bucket:
            self._bucket.acquire()
        what, seconds = f"GET {path}", min(self._limits.request_seconds, seconds_left())
        late = too_late(self.provider, what, seconds)
        if not seconds:
            raise late
        self.requests += 1
        end = monotonic() + seconds
        try:
            answer = within(seconds, lambda: self._received(path, what, params, end), late)
        except TransientSourceError as error:
            if error is late:
                self.close()  # ends the connection on which the late request waits
            raise
        if answer.status < 300:
            return answer.text
        judged = self._judge(answer.status, answer.text) if self._judge else None
        raise judged or refusal(self.provider, what, answer.status, answer.text, answer.retry_after)

    def _received(self, path: str, what: str, params: dict[str, Any], end: float) -> _Answer:
        """One answer, complete by `end`; runs in a thread of its own."""
        try:
            with self._client.stream("GET", f"{self.base_url}/{path}", params=params | self._revealed()) as response:
                encoding = response.headers.get("content-encoding", "")
                chunks = self._in_time(response.iter_raw(), end, what)
                body = decoded(chunks, encoding, provider=self.provider, limit=self._limits.largest_bytes)
        except MacroAssetsError:
            raise
        except httpx2.TimeoutException:
            waited = f"{self._limits.silence_seconds:g} s"
            raise TransientSourceError(f"{self.provider} gave no answer to {what} in {waited}.") from None
        except (httpx2.UnsupportedProtocol, httpx2.InvalidURL):
            raise PermanentSourceError(
                f"{redact(self.base_url)!r} is not an http(s) address.", remedy=f"Correct the URL of {self.provider}."
            ) from None
        except Exception as error:  # noqa: BLE001 - a boundary: whatever breaks between two machines is worth another try
            reason = excerpt(error) or type(error).__name__
            raise TransientSourceError(f"{self.provider} broke off at {what}: {reason}.") from None
        charset = (response.charset_encoding or "").lower()
        text = body.decode(charset if charset in CHARSETS else "utf-8", errors="replace")
        return _Answer(response.status_code, without_secrets(text), response.headers.get("retry-after"))

    def _in_time(self, chunks: Iterable[bytes], end: float, what: str) -> Iterator[bytes]:
        for chunk in chunks:
            if monotonic() > end:
                raise too_late(self.provider, what, self._limits.request_seconds)
            yield chunk

    def _revealed(self) -> dict[str, str]:
        """Never bound to a local name, so a traceback that shows locals does not show it."""
        return {name: value.get_secret_value() for name, value in self._secret_params.items()}

    def close(self) -> None:
        """Give the connections back; the next request opens new ones."""
        client: httpx2.Client | None = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()
