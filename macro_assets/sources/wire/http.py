"""The one HTTP layer: time-outs, rate limit, retries, typed errors, no secret in any of them.

Belongs here: turning an answer, or its absence, into text, JSON or a typed error. Does not belong here: what a
provider's answers mean (each source) and clients that bring their own transport,
which share the judgement of status codes with this module.
"""

import json
import ssl
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from macro_assets import __version__
from macro_assets.errors import (
    CredentialError,
    MacroAssetsError,
    PermanentSourceError,
    SchemaError,
    TransientSourceError,
)
from macro_assets.sources.wire.redaction import protect, redact
from macro_assets.sources.wire.retry import RetryPolicy, TokenBucket, retry_after_seconds

__all__ = ["HttpClient", "Refusal", "parse_json", "refusal", "transient_statuses", "unreadable"]

T = TypeVar("T")
Refusal = Callable[[int, str], MacroAssetsError | None]

transient_statuses = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})


def refusal(provider: str, what: str, status: int, text: str, retry_after: str | None = None) -> MacroAssetsError:
    """The typed error of an HTTP status of 400 or above, with the start of its text."""
    start = redact(" ".join(text.split())[:200])
    message = f"{provider} answered {status} to {what}: {start or 'nothing'}."
    if status in transient_statuses or status >= 500:
        return TransientSourceError(message, retry_after=retry_after_seconds(retry_after))
    if status in (401, 403):
        return CredentialError(message, remedy=f"Check the key for {provider} and its terms of access.")
    return PermanentSourceError(message)


def parse_json(provider: str, text: str) -> Any:
    """JSON of an answer; anything else (HTML of a proxy, a cut-off body) counts as transient."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        start = text.lstrip()[:1]
        kind = "HTML" if start == "<" else "nothing" if not start else "cut-off or broken JSON"
        raise TransientSourceError(f"{provider} answered {kind} where JSON was expected.") from None


def unreadable(what: str, why: object) -> SchemaError:
    """The error of an answer that is complete but does not have the form its provider documents."""
    return SchemaError(
        f"{what} does not have the expected form: {why}.",
        remedy="The provider may have changed its format: update macro-assets, or report it.",
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Trusted certificates; reading them takes a tenth of a second, so all clients share them."""
    return httpx.create_ssl_context()


class HttpClient:
    """GET requests to one provider.

    Parameters
    ----------
    base_url : root the paths are relative to.
    provider : its name in messages.
    timeout_seconds : for connecting, and for each wait for bytes.
    retry, bucket : when to try again and how fast to ask; no bucket = no limit.
    secret_params : query parameters added to every request and kept out of everything else.
    judge : a provider's own reading of a refusal (status, body), asked before the general one.
    """

    def __init__(
        self,
        base_url: str,
        *,
        provider: str,
        timeout_seconds: float = 30.0,
        retry: RetryPolicy | None = None,
        bucket: TokenBucket | None = None,
        secret_params: Mapping[str, SecretStr] | None = None,
        judge: Refusal | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.provider = provider
        self.requests = 0
        self._timeout = timeout_seconds
        self._retry = retry or RetryPolicy()
        self._bucket = bucket
        self._secret_params = dict(secret_params or {})
        self._judge = judge
        protect(*(secret.get_secret_value() for secret in self._secret_params.values()))

    def __repr__(self) -> str:
        return f"HttpClient({self.provider}, {redact(self.base_url)})"

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            timeout=self._timeout,
            verify=_trusted(),
            headers={"User-Agent": f"macro-assets/{__version__}"},
            follow_redirects=not self._secret_params,
        )

    def get_json(self, path: str, params: Mapping[str, Any] | None = None, *, read: Callable[[Any], T]) -> T:
        """What `read` makes of the JSON answer; a TransientSourceError of `read` is tried again like any other."""
        return self.get(path, params, read=lambda text: read(parse_json(self.provider, text)))

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, read: Callable[[str], T]) -> T:
        """What `read` makes of the text of an answer.

        Raises
        ------
        TransientSourceError : time-out, reset, 429, 5xx or an unreadable body, after the last retry.
        CredentialError, PermanentSourceError : the provider refuses; not tried again.
        """
        return self._retry.call(lambda: read(self._ask(path, dict(params or {}))))

    def _ask(self, path: str, params: dict[str, Any]) -> str:
        if self._bucket:
            self._bucket.acquire()
        self.requests += 1
        what = f"GET {path}"
        try:
            response = self._client.get(f"{self.base_url}/{path}", params=params | self._revealed())
            text = response.text
        except httpx.TimeoutException:
            raise TransientSourceError(f"{self.provider} gave no answer to {what} in {self._timeout:g} s.") from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise PermanentSourceError(
                f"{redact(self.base_url)!r} is not an http(s) address.", remedy=f"Correct the URL of {self.provider}."
            ) from None
        except httpx.HTTPError as error:
            reason = redact(str(error)) or type(error).__name__
            raise TransientSourceError(f"{self.provider} broke off at {what}: {reason}.") from None
        if response.status_code < 300:
            return text
        judged = self._judge(response.status_code, text) if self._judge else None
        raise judged or refusal(self.provider, what, response.status_code, text, response.headers.get("retry-after"))

    def _revealed(self) -> dict[str, str]:
        """Never bound to a local name, so a traceback that shows locals does not show it."""
        return {name: value.get_secret_value() for name, value in self._secret_params.items()}

    def close(self) -> None:
        """Give the connections back."""
        if "_client" in self.__dict__:
            self._client.close()
