"""Any ASGI application on a free port, over real sockets, with a view of its connections: who is connected, what was
asked, and a handle to close them.
"""

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp as App
from starlette.types import Message, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

# In the extensions of a request: the connection's transport, so that a fault can close or reset it.
TRANSPORT = "tests.transport"
START_TIMEOUT = 20.0


@dataclass(slots=True, eq=False)
class RecordedRequest:
    """A request as it came in. `headers` have lower-case names.

    `answered` is set when the answer is complete, `disconnected` when the connection was closed before that.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""
    answered: threading.Event = field(default_factory=threading.Event, repr=False)
    disconnected: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def json(self) -> Any:
        """The decoded body. Raises ValueError when it is not JSON."""
        return json.loads(self.body)


class Connections:
    """What happened on a server's connections. Safe to read from another thread."""

    def __init__(self, *, record: bool) -> None:
        self.requests: list[RecordedRequest] = []
        self.opened = 0
        self.open = 0
        self._record = record
        self._transports: set[asyncio.Transport] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._changed = threading.Condition()

    def wait_until_closed(self, timeout: float = 10.0) -> bool:
        """Whether no connection is open, now or within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.open == 0, timeout)

    def wait_for_requests(self, number: int, timeout: float = 10.0) -> bool:
        """Whether so many requests have come in, now or within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.requests) >= number, timeout)

    def drop(self) -> None:
        """Closes every open connection at once, whatever is under way on it."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._abort)

    def _abort(self) -> None:
        for transport in list(self._transports):
            transport.abort()

    def made(self, transport: asyncio.Transport) -> None:
        """A connection was opened."""
        self._loop = asyncio.get_running_loop()
        self._transports.add(transport)
        with self._changed:
            self.opened += 1
            self.open += 1
            self._changed.notify_all()

    def lost(self, transport: asyncio.Transport) -> None:
        """A connection was closed, by either side."""
        self._transports.discard(transport)
        with self._changed:
            self.open -= 1
            self._changed.notify_all()

    def begin(self, scope: Scope) -> RecordedRequest:
        """A request has begun."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        request = RecordedRequest(str(scope["method"]), str(scope["path"]), headers)
        if self._record:
            with self._changed:
                self.requests.append(request)
                self._changed.notify_all()
        return request


class _Connection:
    """One connection: gives the application its transport and records its requests."""

    def __init__(self, app: App, connections: Connections) -> None:
        self._app = app
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._current: RecordedRequest | None = None

    def made(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._connections.made(transport)

    def lost(self) -> None:
        if self._current is not None and not self._current.answered.is_set():
            self._current.disconnected.set()
        if self._transport is not None:
            self._connections.lost(self._transport)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["extensions"] = {**(scope.get("extensions") or {}), TRANSPORT: self._transport}
        request = self._current = self._connections.begin(scope)

        async def recording_receive() -> Message:
            message = await receive()
            if message["type"] == "http.request":
                request.body += message.get("body", b"")
            return message

        async def recording_send(message: Message) -> None:
            if message["type"] == "http.response.body" and not message.get("more_body"):
                request.answered.set()
            await send(message)

        await self._app(scope, recording_receive, recording_send)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    asyncio switches Nagle's algorithm off only where the socket names its protocol, which `create_server` does not do;
    with it on, each later answer on a connection waits for the caller's delayed acknowledgement, about 40 ms.
    """
    listener = socket.create_server((host, port))
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


class _Server(uvicorn.Server):
    """Ends as soon as it is told to where nothing is under way: uvicorn looks ten times a second, and waits besides."""

    async def main_loop(self) -> None:
        for hundredths in itertools.count():
            if self.should_exit or (hundredths % 10 == 0 and await self.on_tick(hundredths // 10)):
                return
            await asyncio.sleep(0.01)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            connection.shutdown()
        # Those on which nothing is under way are gone after that.
        await asyncio.sleep(0.001)
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            return
        for each in [*self.servers, *(sockets or [])]:
            each.close()
        await self.lifespan.shutdown()


def make_server(app: App, connections: Connections, **options: Any) -> uvicorn.Server:
    """A uvicorn server for an application whose connections are watched. `options` go to `uvicorn.Config`."""

    def protocol(*args: Any, **kwargs: Any) -> asyncio.Protocol:
        inner: Any = AutoHTTPProtocol(*args, **kwargs)
        connection = _Connection(inner.app, connections)
        inner.app = connection
        return _Watched(inner, connection)

    http: Any = protocol
    config = uvicorn.Config(app, http=http, log_level="warning", access_log=False, proxy_headers=False, **options)
    return _Server(config)


class _Watched(asyncio.Protocol):
    """Uvicorn's protocol for one connection, with its beginning and end reported."""

    def __init__(self, inner: Any, connection: _Connection) -> None:
        self._inner = inner
        self._connection = connection
        self.data_received = inner.data_received
        self.eof_received = inner.eof_received
        self.pause_writing = inner.pause_writing
        self.resume_writing = inner.resume_writing

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connection.made(cast("asyncio.Transport", transport))
        self._inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._inner.connection_lost(exc)
        self._connection.lost()


@dataclass(slots=True)
class RunningServer:
    """A server in a thread: where it is, and what came in."""

    url: str
    connections: Connections = field(repr=False)

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests so far, in the order they came in."""
        return self.connections.requests


@contextmanager
def serve(app: App, host: str = "127.0.0.1") -> Generator[RunningServer]:
    """Runs an ASGI application with uvicorn on a free port, in a thread, until the block ends.

    Raises RuntimeError when it does not start, for example because its lifespan failed.
    """
    connections = Connections(record=True)
    server = make_server(app, connections, timeout_graceful_shutdown=1)
    listener = listen(host, 0)
    port = listener.getsockname()[1]
    thread = threading.Thread(target=_run, args=(server, listener), daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield RunningServer(f"http://{host}:{port}", connections)
    finally:
        server.should_exit = True
        thread.join(START_TIMEOUT)
        listener.close()


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    # Uvicorn leaves with SystemExit when the application's start-up fails.
    with suppress(SystemExit):
        server.run(sockets=[listener])


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The server did not start; its log says why.")
        time.sleep(0.005)
