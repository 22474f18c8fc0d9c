"""The HTTP server: sockets, keep-alive, control endpoints.

Belongs here: bytes in, bytes out, and the faults that break a connection. Does not belong here: what is answered
(providers.py).
"""

import socket
import sys
from datetime import date, time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from macro_assets.sandbox.archive import Archive
from macro_assets.sandbox.control import ControlApi
from macro_assets.sandbox.faults import Faults
from macro_assets.sandbox.providers import Answer, Providers, service_urls
from macro_assets.sandbox.request_log import RequestLog
from macro_assets.sandbox.wire import Request, Response, json_response

_LONGEST_DELAY = 60.0
_DRIP_SECONDS = 0.5


class SandboxServer:
    """The sandbox in a thread of this process; a context manager.

    Parameters
    ----------
    archive : what there is to serve.
    today : the simulated day; default the archive's last one.
    host, port : where to listen; port 0 takes a free one.
    requests_per_minute : FRED's rate limit; None = none.
    truth : plain values served at `/control/truth`, e.g. the true effects of a simulated economy.
    day_file : where the day is kept when it is to outlive this server.

    Examples
    --------
    >>> with SandboxServer(archive, today=date(2008, 10, 31)) as sandbox:
    ...     os.environ.update(sandbox.urls)
    ...     sandbox.advance_to(date(2008, 11, 7))
    """

    def __init__(self, archive: Archive, today: date | None = None, *, host: str = "127.0.0.1", port: int = 0,
                 requests_per_minute: int | None = None, truth: dict[str, Any] | None = None,
                 day_file: Path | None = None) -> None:  # fmt: skip
        self.providers = Providers(archive, today, requests_per_minute, day_file)
        control = ControlApi(self.providers, truth)
        self._http = _Server((host, port), self.providers, control)
        self.host, self.port = host, self._http.server_address[1]
        control.base_url = self.base_url
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def urls(self) -> dict[str, str]:
        """The settings that point the real clients here: `MACRO_*_URL` and a well-formed `MACRO_FRED_API_KEY`."""
        return service_urls(self.base_url)

    @property
    def today(self) -> date:
        return self.providers.clock.today

    @property
    def faults(self) -> Faults:
        return self.providers.faults

    @property
    def requests(self) -> RequestLog:
        return self.providers.log

    def advance_to(self, day: date, hour: time | None = None) -> date:
        """Let time pass until `day`, or an hour of it in New York; raises ValueError when it lies in the past."""
        return self.providers.clock.advance_to(day, hour)

    def revise(self, series: str, **what: Any) -> dict[str, Any]:
        """Publish a new value of something old, today; see `Providers.revise`."""
        return self.providers.revise(series, **what)

    def start(self) -> "SandboxServer":
        """Begin to answer."""
        self._thread = Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop listening and end every open connection."""
        self._http.closing.set()
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()
        self._http.end_connections()

    def serve_forever(self) -> None:
        """Answer in this thread until interrupted."""
        try:
            self._http.serve_forever(poll_interval=0.2)
        finally:
            self.close()

    def __enter__(self) -> "SandboxServer":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], providers: Providers, control: ControlApi) -> None:
        self.providers, self.control = providers, control
        self.closing = Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, _Handler)

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.add(connection)

    def ended(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.discard(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is not an error; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def end_connections(self) -> None:
        """Kept-alive connections would otherwise go on answering for a closed server."""
        with self._lock:
            for connection in self._open:
                _tear_down(connection)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one write for head and body
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.ended(self.connection)
        try:
            super().finish()
        except OSError:  # the client went away before the last flush: nobody is left to tell
            return

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            method=self.command,
            path=unquote(url.path),
            query=dict(parse_qsl(url.query, keep_blank_values=True)),
            body=self.rfile.read(length) if length else b"",
        )
        if request.path.startswith("/control") and "Origin" in self.headers:  # a page in a browser, never a client
            self._send(Answer(json_response({"error": "Pages of other origins cannot control the sandbox."}, 403)))
        elif request.path.startswith("/control"):
            self._send(Answer(self.server.control.answer(request)))
        else:
            self._send(self.server.providers.answer(request))

    do_POST = do_GET
    do_DELETE = do_GET

    def _send(self, answer: Answer) -> None:
        kind = answer.fault.kind if answer.fault else None
        if kind == "timeout" and answer.fault is not None:
            self.server.closing.wait(min(answer.fault.seconds or _LONGEST_DELAY, _LONGEST_DELAY))
        if kind == "reset":
            self._break()
            return
        body = answer.response.body
        try:
            if kind in ("drip", "endless"):
                self._go_on(answer)
                return
            self.wfile.write(_head(answer.response))
            self.wfile.write(body[: len(body) // 2] if kind == "truncated" else body)
            self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):  # the client gave up waiting
            self.close_connection = True
            return
        if kind == "truncated":
            self._break()

    def _go_on(self, answer: Answer) -> None:
        """A body byte by byte, or one without an end; until it is complete, the client leaves or the sandbox closes."""
        assert answer.fault is not None
        self.close_connection = True
        body, pause = answer.response.body, answer.fault.seconds or _DRIP_SECONDS
        self.wfile.write(_head(answer.response, endless=answer.fault.kind == "endless"))
        self.wfile.flush()
        at = 0
        while not self.server.closing.is_set() and (answer.fault.kind == "endless" or at < len(body)):
            self.wfile.write(b"[" * 65_536 if answer.fault.kind == "endless" else body[at : at + 1])
            self.wfile.flush()
            at += 1
            if answer.fault.kind == "drip":
                self.server.closing.wait(pause)

    def _break(self) -> None:
        """Both steps are needed: HTTP/1.1 keeps the loop alive, and a client without a timeout would wait."""
        self.close_connection = True
        _tear_down(self.connection)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are in the request log, without keys; nothing goes to the terminal."""


def _head(response: Response, *, endless: bool = False) -> bytes:
    lines = [
        f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}",
        f"Content-Type: {response.content_type}",
        "Connection: close" if endless else f"Content-Length: {len(response.body)}",
        *(f"{name}: {value}" for name, value in response.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _tear_down(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # already closed by the other side
        return
