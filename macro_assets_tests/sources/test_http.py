"""Waiting, rate limits, Retry-After and redaction, without a network."""

import datetime as dt
import logging
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from macro_assets.errors import CredentialError, PermanentSourceError, TransientSourceError
from macro_assets.sources.wire.body import parse_json
from macro_assets.sources.wire.http import HttpClient, refusal
from macro_assets.sources.wire.redaction import protect, redact
from macro_assets.sources.wire.retry import RetryPolicy, TokenBucket, retry_after_seconds, shared_bucket
from macro_assets_tests.sources.conftest import FakeTime

SECRET = "a+secret/with=odd&signs"


@given(per_minute=st.integers(1, 600), requests=st.integers(1, 400))
def test_the_bucket_never_exceeds_its_rate(per_minute: int, requests: int) -> None:
    time = FakeTime()
    bucket = TokenBucket(per_minute, burst=10, clock=time.clock)
    moments = []
    for _ in range(requests):
        bucket.acquire()
        moments.append(time.now)
    for first in range(0, requests, 25):
        within = sum(moments[first] <= moment < moments[first] + 60 for moment in moments[first:])
        assert within <= per_minute + 10 + 1


def test_a_pause_fills_the_bucket_again_but_not_beyond_its_size() -> None:
    time = FakeTime()
    bucket = TokenBucket(60, burst=5, clock=time.clock)
    time.now += 3_600
    waits = [bucket.acquire() for _ in range(7)]
    assert waits[:5] == [0] * 5
    assert waits[5:] == pytest.approx([1, 1])


def test_clients_of_one_provider_share_its_limit() -> None:
    assert shared_bucket("http://a", 120) is shared_bucket("http://a", 120)
    assert shared_bucket("http://a", 120) is not shared_bucket("http://b", 120)


def test_waits_grow_with_jitter_and_stay_bounded() -> None:
    time = FakeTime()
    policy = RetryPolicy(retries=9, clock=time.clock, rng=random.Random(1))
    with pytest.raises(TransientSourceError, match="down Gave up after 10 tries"):
        policy.call(_always(TransientSourceError("down")))
    assert len(time.slept) == len(set(time.slept)) == 9
    assert all(wait <= min(60, 2 ** (attempt + 1)) for attempt, wait in enumerate(time.slept))


def test_what_cannot_pass_is_not_tried_again() -> None:
    time = FakeTime()
    with pytest.raises(PermanentSourceError, match=r"^no Correct the request"):
        RetryPolicy(clock=time.clock).call(_always(PermanentSourceError("no")))
    assert time.slept == []


def test_a_provider_that_asks_for_a_long_pause_is_left_alone() -> None:
    time = FakeTime()
    policy = RetryPolicy(retries=3, longest_wait=120.0, clock=time.clock)
    with pytest.raises(TransientSourceError, match="busy"):
        policy.call(_always(TransientSourceError("busy", retry_after=121.0)))
    assert time.slept == []
    with pytest.raises(TransientSourceError, match="4 tries"):
        policy.call(_always(TransientSourceError("busy", retry_after=120.0)))
    assert min(time.slept) >= 120.0


def _always(error: Exception) -> Callable[[], None]:
    def attempt() -> None:
        raise error

    return attempt


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0.5", 0.5),
        ("-3", 0),
        ("Thu, 01 Jan 2015 00:00:30 GMT", 30),
        ("soon", None),
        ("", None),
        ("1e12", 86_400),
        ("inf", 86_400),
        ("nan", None),
        ("Thu, 01 Jan 9999 00:00:30 GMT", 86_400),
        ("Thu, 32 Jan 2015 00:00:30 GMT", None),
        ("Thu, 01 Jan 2015 00:00:30 -0000", 30),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, now=dt.datetime(2015, 1, 1, tzinfo=dt.UTC)) == seconds


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, TransientSourceError), (503, TransientSourceError), (599, TransientSourceError), (401, CredentialError),
     (403, CredentialError), (404, PermanentSourceError), (422, PermanentSourceError)],
)  # fmt: skip
def test_a_status_has_its_error(status: int, error: type[Exception]) -> None:
    refused = refusal("FRED", "GET series", status, "  no\n entry ", "12")
    assert type(refused) is error
    assert f"FRED answered {status} to GET series: no entry." in str(refused)


@pytest.mark.parametrize(("text", "kind"), [("<html>", "HTML"), ("", "nothing"), ('{"a": [1, ', "cut-off")])
def test_what_is_no_json_is_transient(text: str, kind: str) -> None:
    with pytest.raises(TransientSourceError, match=kind):
        parse_json("FRED", text)


def test_secrets_are_masked_plain_and_encoded() -> None:
    protect(SECRET)
    for text in (SECRET, "a%2Bsecret%2Fwith%3Dodd%26signs", "?api_key=whatever&x=1", "API_KEY=short"):
        assert "***" in redact(text)
        assert "secret" not in redact(text)
        assert "whatever" not in redact(text)
    assert redact("?api_key=whatever&x=1") == "?api_key=***&x=1"


@pytest.mark.parametrize(
    "name",
    ["httpx2", "httpcore2.http11", "httpx", "urllib3.connectionpool", "yfinance", "openai._base_client", "a.new.one"],
)
def test_log_records_of_every_library_are_redacted(name: str, caplog: pytest.LogCaptureFixture) -> None:
    protect(SECRET)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(name).debug("GET %s took %d ms", f"http://x/?api_key={SECRET}", 3)
        logging.getLogger(name).debug("args do not fit %s %s", SECRET)
        try:
            raise ValueError(f"GET http://x/{SECRET}")
        except ValueError:
            logging.getLogger(name).exception("failed")
    assert SECRET not in caplog.text + "".join(repr(record.__dict__["msg"]) for record in caplog.records)
    assert "took 3 ms" in caplog.text
    assert "GET http://x/***" in caplog.text


def test_an_untouched_record_keeps_its_arguments(caplog: pytest.LogCaptureFixture) -> None:
    protect(SECRET)
    with caplog.at_level(logging.INFO):
        logging.getLogger("access").info("%s %s", "GET", "/")
    assert caplog.records[0].args == ("GET", "/"), "some formatters read them"


@pytest.mark.parametrize("text", ["5ecre7000000000000000000000000a", "SECRE70000000", "1 5ecre700 2"])
def test_a_part_of_a_key_is_masked(text: str) -> None:
    protect("5ecre7000000000000000000000000ab")
    assert "ecre7000" not in redact(text).lower()
    assert redact("5ecre70") == "5ecre70", "seven characters may be anything"


def test_a_client_never_shows_its_key() -> None:
    client = HttpClient("http://user/", provider="X", secret_params={"api_key": SecretStr(SECRET)})
    assert SECRET not in repr(client) + repr(vars(client))
