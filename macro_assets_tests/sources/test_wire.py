"""Answers that drip, never end, explode or nest too deeply: refused in time, in little memory, by a typed error."""

import gzip
import socket
import threading
import time as real_time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from macro_assets.errors import MalformedAnswerError, TransientSourceError
from macro_assets.sources.wire.body import MEGABYTE, decoded, excerpt, parse_json, reading
from macro_assets.sources.wire.deadline import load_deadline, seconds_left, within
from macro_assets.sources.wire.http import HttpClient, Limits
from macro_assets.sources.wire.redaction import protect
from macro_assets.sources.wire.retry import RetryPolicy
from macro_assets_tests.sources.conftest import FakeTime

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Speak = Callable[[socket.socket], None]
STOP = threading.Event()


class Peer:
    """A server on loopback that answers each connection by one function, however badly."""

    def __init__(self, speak: Speak) -> None:
        self._speak, self._socket = speak, socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65_536)
                self._speak(connection)
            except OSError:
                pass
        self.ended.set()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def peer() -> Iterator[Callable[[Speak], Peer]]:
    opened: list[Peer] = []

    def start(speak: Speak) -> Peer:
        opened.append(Peer(speak))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def client(url: str, *, request_seconds: float = 0.4, largest_bytes: int = MEGABYTE, retries: int = 0) -> HttpClient:
    limits = Limits(silence_seconds=5.0, request_seconds=request_seconds, largest_bytes=largest_bytes)
    return HttpClient(url, provider="X", limits=limits, retry=RetryPolicy(retries, clock=FakeTime().clock))


def drip(connection: socket.socket, first: bytes, byte: bytes) -> None:
    connection.sendall(first)
    while True:
        connection.sendall(byte)
        STOP.wait(0.02)


@pytest.mark.parametrize(
    "first",
    [b"", HEAD + b"X-Long: ", HEAD + b"Content-Length: 1000000\r\n\r\n", HEAD + b"Transfer-Encoding: chunked\r\n\r\n"],
    ids=["status", "header", "body", "chunk"],
)
def test_a_drip_ends_at_the_deadline_and_its_connection_with_it(peer: Callable[[Speak], Peer], first: bytes) -> None:
    other = peer(lambda connection: drip(connection, first, b"1"))
    began = real_time.monotonic()
    with pytest.raises(TransientSourceError, match=r"X did not complete GET series within 0\.4 s"):
        client(other.url).get_json("series", read=lambda payload: payload)
    assert real_time.monotonic() - began < 2.0
    assert other.ended.wait(5.0), "the connection is closed, so nothing waits on"


def test_a_body_that_never_ends_is_cut_at_the_cap(peer: Callable[[Speak], Peer]) -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"\r\n")
        while True:
            connection.sendall(b"[" * 65_536)

    with pytest.raises(TransientSourceError, match=r"more than 1 MB.*MACRO_HTTP_LARGEST_MB"):
        client(peer(endless).url, request_seconds=30.0).get("series", read=str)


def test_a_bomb_takes_no_more_memory_than_the_cap(peer: Callable[[Speak], Peer]) -> None:
    bomb = gzip.compress(b"0" * 100 * MEGABYTE)

    def explode(connection: socket.socket) -> None:
        head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: " + str(len(bomb)).encode() + b"\r\n\r\n"
        connection.sendall(head + bomb)

    tracemalloc.start()
    with pytest.raises(TransientSourceError, match="more than 1 MB"):
        client(peer(explode).url, request_seconds=30.0).get("series", read=str)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * MEGABYTE


def test_a_healthy_compressed_answer_is_read(peer: Callable[[Speak], Peer]) -> None:
    body = gzip.compress(b'{"a": [1, 2]}')

    def answer(connection: socket.socket) -> None:
        head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n"
        connection.sendall(head + body)

    assert client(peer(answer).url).get_json("series", read=dict) == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (gzip.compress(b"x" * 1000)[:-9], "gzip", "cut off"),
        (b"not compressed", "gzip", "broken"),
        (gzip.compress(gzip.compress(b"0" * MEGABYTE)), "gzip, gzip", "compressed its answer as gzip, gzip"),
        (b"x", "br", "compressed its answer as br"),
    ],
    ids=["cut", "plain", "twice", "brotli"],
)
def test_compression_that_was_not_asked_for_or_is_broken_is_refused(body: bytes, encoding: str, why: str) -> None:
    with pytest.raises(TransientSourceError, match=why):
        decoded([body], encoding, provider="X", limit=MEGABYTE)


@pytest.mark.parametrize(
    "text", ["[" * 100_000 + "]" * 100_000, '{"a":' * 50_000, "[NaN]", "[Infinity]", "[" + "9" * 10_000 + "]", "[1,"]
)
def test_json_that_python_cannot_take_is_transient(text: str) -> None:
    with pytest.raises(TransientSourceError, match="JSON"):
        parse_json("X", text)


def test_whatever_a_reader_stumbles_over_is_typed() -> None:
    nothing: dict[str, int] = {}
    for stumble in (lambda _: nothing["a"], lambda _: 1 // 0, lambda _: b"\xff".decode(), lambda _: next(iter(()))):
        with pytest.raises(MalformedAnswerError, match="X's answer does not have the expected form"):
            reading("X's answer", stumble, None)
    with pytest.raises(TransientSourceError, match=r"^busy"):
        reading("X's answer", _busy, None)


def _busy(_: object) -> None:
    raise TransientSourceError("busy")


def test_a_load_ends_at_its_deadline_whatever_its_requests_and_waits() -> None:
    time = FakeTime()
    policy = RetryPolicy(retries=99, clock=time.clock, slowest_wait=60.0)

    def slow() -> None:
        time.now += 30.0
        raise TransientSourceError("slow")

    with (
        load_deadline(600.0, time.clock.monotonic),
        pytest.raises(TransientSourceError, match="Gave up after") as caught,
    ):
        policy.call(slow)
    assert time.now < 700.0
    assert caught.value.exhausted


def test_of_two_deadlines_the_earlier_one_holds() -> None:
    time = FakeTime()
    assert seconds_left() == float("inf")
    with load_deadline(10.0, time.clock.monotonic):
        with load_deadline(60.0, time.clock.monotonic):
            time.now = 4.0
            assert seconds_left() == 6.0
        time.now = 12.0
        assert seconds_left() == 0.0
        with pytest.raises(TransientSourceError, match="did not complete"):
            client("http://127.0.0.1:9").get("series", read=str)
    assert seconds_left() == float("inf")


def test_a_late_call_is_left_behind_and_an_error_comes_through() -> None:
    late, release = TransientSourceError("late"), threading.Event()
    with pytest.raises(TransientSourceError, match=r"^late"):
        within(0.01, lambda: release.wait(5.0), late)
    release.set()
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 // 0, late)
    assert within(5.0, lambda: 7, late) == 7


def test_an_exhausted_error_is_not_tried_again_one_layer_up() -> None:
    time, asked = FakeTime(), []
    policy = RetryPolicy(retries=2, clock=time.clock)

    def ask() -> None:
        asked.append(1)
        raise TransientSourceError("down")

    with pytest.raises(TransientSourceError, match=r"^down Gave up after 3 tries\. Try again later\.$"):
        policy.call(lambda: policy.call(ask))
    assert len(asked) == 3


@pytest.mark.parametrize("shift", [0, 1, 4])
def test_a_key_that_is_cut_off_is_removed_before_the_text_is_cut(shift: int) -> None:
    secret = "q7w8e9r0t1y2u3i4o5p6a7s8d9f0g1h2"
    protect(secret)
    shown = excerpt("x" * (200 - 31 - shift) + " " + secret + " tail" * 50)
    assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 7))


@pytest.mark.parametrize("body", ['{"value": %s}', '{"value": "%s"}', "[%s1]"])
def test_a_key_echoed_where_a_number_should_stand_is_in_no_error(peer: Callable[[Speak], Peer], body: str) -> None:
    secret = "31415926535897932384626433832795"
    protect(secret)
    echoed = (body % secret).encode()

    def answer(connection: socket.socket) -> None:
        connection.sendall(HEAD + f"Content-Length: {len(echoed)}\r\n\r\n".encode() + echoed)

    def read(payload: object) -> float:
        raise ValueError(f"{payload} or {float(str(payload).strip('[]'))}")

    with pytest.raises(TransientSourceError) as caught:
        client(peer(answer).url).get_json("series", read=read)
    shown = repr(caught.value) + str(caught.value)
    assert not any(secret[at : at + 8] in shown for at in range(len(secret) - 7))
