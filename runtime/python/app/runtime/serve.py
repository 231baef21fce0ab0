"""Starts the service: `python -m app.runtime.serve [--host HOST] [--port PORT] [--workers N] [--app MODULE:NAME]`.

Prints one JSON line `{"url": …}` to stdout when it accepts requests; port 0 takes a free one. Log lines go to stderr.
"""

import argparse
import asyncio
import gc
import json
import logging
import math
import re
import socket
import sys
import time
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from types import FrameType, SimpleNamespace
from typing import Any

import httptools
import uvicorn
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.runtime.errors import HttpError
from app.runtime.events import encode
from app.runtime.log import configure_logging, log_event
from app.runtime.settings import Settings, starting

if sys.platform != "win32":
    import resource

_HOST = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[\w.~%!$&'()*+;=-]*)(:\d*)?")
"""https://www.rfc-editor.org/rfc/rfc9110#section-7.2, without the comma, by which some join two."""
_SECONDS_BETWEEN_LINES = 10.0


class Server(uvicorn.Server):
    """Says where it listens once it does, and lets open runs know at once when it is to end."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As in uvicorn, with the announcement at the end."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            print(json.dumps({"url": f"http://{f'[{host}]' if ':' in host else host}:{port}"}), flush=True)  # noqa: T201

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """As in uvicorn, which tells the application after the last connection has gone: too late to end streams."""
        super().handle_exit(sig, frame)
        if self.started:
            self.lifespan.state["process"].begin_drain()


class Callers:
    """How many may be there: as many as the settings say, but so that files are left for the calls that they cause."""

    def __init__(self, settings: Settings, files: float) -> None:
        for_calls = min(files / 4, settings.max_connections + 100)
        self.most = min(settings.max_callers, math.floor(files - for_calls) if files < math.inf else math.inf)
        self._refused = 0
        self._told = -math.inf

    def refuse(self) -> None:
        """Counts one who was one too many, and tells the operator from time to time."""
        self._refused += 1
        now = time.monotonic()
        if now - self._told >= _SECONDS_BETWEEN_LINES:
            log_event("callers_refused", level=logging.WARNING, count=self._refused, most=self.most)
            self._refused, self._told = 0, now


class Connection(HttpToolsProtocol):
    """A caller's connection, as in uvicorn, and beyond that:

    - a request's head has to come in time and in a reasonable size, and an answer has to be read;
    - an answer to HTTP/1.0 ends with its connection instead of having chunks;
    - a caller who has asked and closes that side, which looks as if he went away, gets his answer;
    - an answer to a request that is not read to its end arrives nevertheless;
    - who offers another protocol, such as `h2c`, is answered in this one, and his body is one.
    """

    def __init__(self, settings: Settings, callers: Callers, **options: Any) -> None:
        super().__init__(**options)
        self._settings = settings
        self._callers = callers
        self._head_timer: asyncio.TimerHandle | None = None
        self._write_timer: asyncio.TimerHandle | None = None
        self._unparsed_bytes = 0
        self._refusal = 400, "This is not a request of HTTP/1.1."
        self._too_large = 431, f"The request's head is larger than {settings.max_head_bytes} bytes."
        self._head_again = b""
        """That of a request which offers another protocol, without the offer."""
        self._is_over = False
        """No further request is read."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Waits for the first request."""
        super().connection_made(transport)
        if len(self.connections) > self._callers.most:
            self._callers.refuse()
            self._is_over = True
            transport.abort()
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits for nothing more."""
        for timer in (self._head_timer, self._write_timer):
            if timer is not None:
                timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parses what has come, and counts what is not yet understood."""
        if self._is_over:
            return
        self._unparsed_bytes += len(data)
        try:
            self._parse(data)
        except httptools.HttpParserUpgrade:
            self.handle_websocket_upgrade()
            return
        except httptools.HttpParserError:
            self._refuse(*self._refusal)
            return
        if self._unparsed_bytes > self._settings.max_head_bytes:
            self._refuse(*self._too_large)

    def _parse(self, data: bytes) -> None:
        """Hands on what has come.

        Raises:
            HttpParserUpgrade, HttpParserError: a request for a WebSocket, or what is no request.
        """
        while True:
            try:
                self.parser.feed_data(data)  # pyright: ignore[reportOptionalMemberAccess]
            except httptools.HttpParserUpgrade as upgrade:
                if not self._head_again:
                    raise
                # The parser takes what follows for the other protocol's, and a body for the next request.
                data, self._head_again = self._head_again + data[upgrade.args[0] :], b""
                self.parser = httptools.HttpRequestParser(self)
                self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as in uvicorn
            else:
                return

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._unset_keepalive_if_required()
        if self._head_timer is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """Hands the request on. An exception ends the parsing."""
        most = self._settings.max_head_bytes
        # What has come may hold a body too.
        if self._unparsed_bytes > most and self._head_bytes() > most:
            self._refusal = self._too_large
            raise ValueError
        if not self._is_framed():
            raise ValueError
        if self.parser.should_upgrade() and not self._should_upgrade():  # pyright: ignore[reportOptionalMemberAccess]
            self._head_again = self._without_offer()
            return
        self._unparsed_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
        super().on_headers_complete()

    def _head_bytes(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def on_message_complete(self) -> None:
        """A request is there as a whole, unless it is to be read again."""
        if not self._head_again:
            super().on_message_complete()

    def _should_upgrade(self) -> bool:
        """Whether it is the handshake of a WebSocket, which has no body: https://www.rfc-editor.org/rfc/rfc6455#section-4.1"""
        framing = {b"content-length", b"transfer-encoding"}
        is_get = self.parser.get_method() == b"GET"  # pyright: ignore[reportOptionalMemberAccess]
        return is_get and not any(name in framing for name, _ in self.headers) and super()._should_upgrade()

    def _without_offer(self) -> bytes:
        method = self.parser.get_method()  # pyright: ignore[reportOptionalMemberAccess]
        version = self.parser.get_http_version().encode()  # pyright: ignore[reportOptionalMemberAccess]
        lines = [b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        return b"%b %b HTTP/%b\r\n%b\r\n" % (method, self.url, version, b"".join(lines))

    def _is_framed(self) -> bool:
        """Whether a proxy in front reads the same request, of the same host, as is read here.

        https://www.rfc-editor.org/rfc/rfc9112#section-3.2 and #section-6.1; the rest of it the parser refuses.
        """
        version = self.parser.get_http_version()  # pyright: ignore[reportOptionalMemberAccess]
        named = [value for name, value in self.headers if name == b"host"]
        hosts = len(named)
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if not all(map(_HOST.fullmatch, named)) or not self._is_target_of(named):
            return False
        if self.parser.get_method() == b"CONNECT":  # pyright: ignore[reportOptionalMemberAccess]
            return False
        if version == "1.0":
            return hosts <= 1 and not codings
        return version == "1.1" and hosts == 1 and codings in ([], [b"chunked"])

    def _is_target_of(self, hosts: list[bytes]) -> bool:
        """Whether a target with a host in it is of the host that the request names: only one of the two is looked at
        here, and a proxy may go by the other.
        """
        if self.url.startswith((b"/", b"*")):
            return True
        host = self.url.partition(b"://")[2].partition(b"/")[0].partition(b"?")[0]
        return all(each.lower() == host.lower() for each in hosts)

    def on_body(self, body: bytes) -> None:
        """A piece of the body, as against the lines between chunks and behind them."""
        self._unparsed_bytes = 0
        super().on_body(body)

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Whether the connection stays open. Who has gone altogether answers what is sent to him with a reset."""
        cycle = self.cycle
        if self._is_over or cycle is None or cycle.more_body or cycle.response_started:  # pyright: ignore[reportUnnecessaryComparison]
            return False
        cycle.keep_alive = False
        if cycle.scope["http_version"] == "1.1":
            for seconds in (0, 0.1, 1):
                self.loop.call_later(seconds, self._probe, cycle)
        return True

    def pause_writing(self) -> None:
        """The caller does not take what is written."""
        super().pause_writing()
        self._write_timer = self.loop.call_later(self._settings.write_timeout_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The caller takes it again."""
        super().resume_writing()
        if self._write_timer is not None:
            self._write_timer.cancel()

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self._settings.read_timeout_seconds, self._head_is_late)

    def _head_is_late(self) -> None:
        if self.headers is None:  # pyright: ignore[reportUnnecessaryComparison]
            self.transport.close()
        elif not self._is_over:
            self._refuse(408, "The request's head did not arrive in time.")

    def _probe(self, cycle: RequestResponseCycle) -> None:
        if not cycle.response_started and not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        transport: Any = SimpleNamespace(
            write=self.transport.write, is_closing=self.transport.is_closing, close=partial(self._hang_up, cycle)
        )
        cycle.transport = transport
        super()._start_asgi_task(cycle, _without_chunks(app, cycle) if cycle.scope["http_version"] == "1.0" else app)

    def _hang_up(self, cycle: RequestResponseCycle | None) -> None:
        """Closes the connection. With something unread, the system would throw away what it has not sent yet."""
        if cycle is not None and not cycle.more_body:
            self.transport.close()
            return
        self._is_over = True
        self.transport.write_eof()
        self.loop.call_later(self.timeout_keep_alive, self.transport.close)

    def _refuse(self, status: int, detail: str) -> None:
        """Answers what is no request, or no complete one, and ends the connection."""
        cycle = self.cycle if self.cycle and not self.cycle.response_complete else None
        if cycle is not None and not cycle.more_body:
            # The request before is not concerned.
            self._is_over = True
            cycle.keep_alive = False
            return
        error = HttpError(status, detail)
        log_event("refused", status=status, outcome=error.code, detail=detail)
        if cycle is not None:
            cycle.disconnected = True
            cycle.message_event.set()
        if cycle is None or not cycle.response_started:
            body = encode(error.problem())
            head = f"HTTP/1.1 {status} {error.title}\r\ncontent-type: application/problem+json\r\nconnection: close\r\n"
            self.transport.write(b"%bcontent-length: %d\r\n\r\n%b" % (head.encode(), len(body), body))
        self.flow.resume_reading()
        self._hang_up(None)


def _without_chunks(app: Any, cycle: RequestResponseCycle) -> Any:
    """HTTP/1.0 has none: https://www.rfc-editor.org/rfc/rfc9112#section-6.1"""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_plain(message: Message) -> None:
            cycle.chunked_encoding = False
            cycle.expected_content_length = len(message.get("body", b""))
            await send(message)

        await app(scope, receive, send_plain)

    return answer


def open_files() -> float:
    """How many files the process may have open, of which a connection is one. Lets it have all that the system grants
    it: 1,024 is a usual limit of old.
    """
    if sys.platform == "win32":
        return math.inf
    granted, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        granted = most
    return math.inf if granted == resource.RLIM_INFINITY else granted


def main(arguments: list[str] | None = None) -> None:
    """Runs the service until SIGTERM or SIGINT; open requests may finish within `DRAIN_SECONDS`."""
    gc.disable()  # until the application has started
    configure_logging()
    try:
        with starting():
            settings = Settings.load()
    except ValueError:
        sys.exit(1)
    parser = argparse.ArgumentParser(prog="python -m app.runtime.serve")
    parser.add_argument("--host", default=settings.host)
    parser.add_argument("--port", type=int, default=settings.port)
    parser.add_argument("--workers", type=int, default=settings.workers)
    parser.add_argument("--app", default="app.main:app", help="the application as MODULE:NAME")
    options = parser.parse_args(arguments)
    connection: Any = partial(Connection, settings, Callers(settings, open_files()))
    config = uvicorn.Config(
        options.app,
        host=options.host,
        port=options.port,
        http=connection,
        root_path=settings.root_path or "",
        proxy_headers=settings.trusted_proxies is not None,
        forwarded_allow_ips=settings.trusted_proxies,
        # Only a service that is asked over WebSockets has what speaks them.
        ws="app.websocket.connection:Connection" if find_spec("app.websocket") else "none",
        ws_max_size=settings.max_body_bytes,
        ws_ping_interval=settings.ping_seconds,
        ws_ping_timeout=settings.ping_seconds,
        ws_per_message_deflate=False,
        lifespan="on",
        access_log=False,
        server_header=False,
        log_level="warning",
        # The application ends open streams itself when their time is up; this is for what does not obey.
        timeout_graceful_shutdown=math.ceil(settings.drain_seconds) + 5,
    )
    server = Server(config)
    if options.workers > 1:
        if not find_spec("app.runtime.workers"):
            parser.error("This service was built for one worker; `catalyst build --with workers` is for several.")
        sys.exit(import_module("app.runtime.workers").supervise(server, options.workers, settings.drain_seconds))
    server.run()
    if not server.started:
        sys.exit(3)


if __name__ == "__main__":
    main()
