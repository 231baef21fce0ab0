"""One connection to an HTTP/1.1 server, which carries one exchange after the other, and the answers that come over it.

https://www.rfc-editor.org/rfc/rfc9112; parsing is httptools', the parser of Node.js. The client is our own because over
aiohttp the CPU per token is 11 to 15 % more and that per request 30 %.
"""

import asyncio
import contextvars
import re
import types
from asyncio.tasks import _enter_task, _leave_task  # pyright: ignore[reportPrivateUsage]
from collections.abc import Awaitable, Callable, Coroutine, Generator
from dataclasses import dataclass, field
from typing import Any, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

Consume = Callable[[bytes], Awaitable[None] | None]
"""Takes the next bytes of a body; gives what is to be awaited before there may be more, None if there is nothing."""

# What is read ahead of a slow reader; far more than any server sends before an answer.
_MOST_UNREAD_BYTES = 64 * 1024
# httptools takes sizes up to 2^64 - 1 and does not tell them; a chunk whose size has 16 digits never ends.
_ENDLESS_CHUNK = re.compile(rb"0*[1-9a-fA-F][0-9a-fA-F]{15}")
_LF = b"\n"[0]


class MalformedResponse(Exception):
    """What comes back is not an HTTP/1.1 answer, or not one of a kind that was asked for."""


class EndlessChunk(MalformedResponse):
    """A chunk of the body claims a size that no body has."""


class StaleConnection(ConnectionError):
    """The server had closed a connection that was waiting for its next request before it could see that request."""


class EagerSteps:
    """Begins coroutines on behalf of the task that makes this object, while that task waits for something else.

    A token that is sent on straight from the socket's callback, without its task being woken, costs 19 % less CPU: that
    is what this reaches into asyncio for. It is done for every token, so it does as little as it can.
    """

    __slots__ = ("_context", "_loop", "_task")

    def __init__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("There is no task to begin coroutines for.")
        self._task = task
        self._loop = task.get_loop()
        self._context = contextvars.copy_context()

    def begin(self, awaitable: Awaitable[None]) -> Awaitable[None] | None:
        """Runs a coroutine up to its first wait, in the task's name and context; to be called outside any task.

        Gives what the task still has to await: None when the coroutine has ended, as most do; what is none, as it is.
        """
        coroutine: Any = awaitable
        if type(awaitable) is not types.CoroutineType:
            return awaitable
        _enter_task(self._loop, self._task)
        try:
            waits_for = self._context.run(coroutine.send, None)
        except StopIteration:
            return None
        finally:
            _leave_task(self._loop, self._task)
        return _rest(coroutine, waits_for)


@types.coroutine
def _rest(coroutine: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Goes on with a coroutine that has been begun and waits for a future."""
    try:
        yield waits_for
    except BaseException:
        coroutine.close()
        raise
    yield from coroutine.__await__()


@dataclass(slots=True, eq=False)
class Response:
    """An answer whose head has arrived. Its body is read with `read()`, or passed on with `pass_on()`.

    Names of headers are in lower case; the values of one that is repeated are joined with a comma.
    """

    _connection: "Connection"
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict[str, str])
    until_close: bool = False
    """Whether the body ends where the connection does."""
    # The pieces of the body that nobody has taken yet, and how much has come over the wire since somebody did.
    _body: list[bytes] = field(default_factory=list[bytes])
    _unread: int = 0
    _in_chunk: bool = False
    _size_line: bytes = b""
    _complete: bool = False
    _error: Exception | None = None
    _consume: Consume | None = None
    _waiter: asyncio.Future[Awaitable[None] | None] | None = None
    _steps: EagerSteps = field(init=False)
    _parser: HttpResponseParser = field(init=False)

    def __post_init__(self) -> None:
        self._parser = HttpResponseParser(self)

    async def head(self) -> None:
        """Waits for status and headers; raises as `Connection.exchange()` does."""
        while not self.status and not self._is_over():
            await self._woken()

    @property
    def is_ready(self) -> bool:
        """Whether `read()` has something to give, or the end, without waiting."""
        return self._complete or bool(self._body)

    async def read(self) -> bytes:
        """All that has arrived, or the next bytes that do; empty at the end of the body.

        Raises:
            ConnectionError, MalformedResponse: the body breaks off, or is not what HTTP allows.
            Exception: the one given to `fail()`.
        """
        while not self._body and not self._is_over():
            await self._woken()
        return self._take()

    async def pass_on(self, consume: Consume) -> Awaitable[None] | None:
        """Gives the body to `consume` as it arrives, straight from the socket, and begins there what that gives. Gives
        what has to be awaited before this is called again, which is the backpressure; None at the end of the body.
        Raises as `read()` and `consume` do.
        """
        self._steps = EagerSteps()
        try:
            while self._body or not self._is_over():
                if self._body:
                    left = consume(self._take())
                else:
                    self._consume = consume
                    left = await self._woken()
                if left is not None:
                    return left
            return None
        finally:
            self._waiter = self._consume = None

    def fail(self, error: Exception) -> None:
        """Ends an answer that is not complete with an error for whoever reads it, and closes the connection."""
        if not self._complete:
            self._connection.end(error)

    def close(self) -> None:
        """Closes the connection, unless the answer has been received whole: then it serves the next request."""
        self.fail(ConnectionAbortedError("closed by this side"))

    def feed(self, data: bytes) -> None:
        """The connection: bytes have arrived."""
        error = None
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as found:
            self._connection.reusable = False
            endless = str(found) == "Chunk size overflow"
            error = EndlessChunk() if endless else MalformedResponse(type(found).__name__)
        self._unread += len(data)
        if not self.status:
            if self._unread > _MOST_UNREAD_BYTES:
                error = MalformedResponse("a head without an end")
        elif (self._in_chunk or self._size_line or data[-1] != _LF) and self._begins_endless_chunk(data):
            error = EndlessChunk()
        if self._body:
            self._deliver()
        if error is not None or self._complete:
            self._connection.end(None if self._complete else error)

    def end(self, error: Exception | None) -> None:
        """The connection: nothing more comes. What has not been read yet still can be."""
        if error is None:
            self._complete = True
            self._go_on()
        else:
            stale = self._connection.used and not self.status and not self._unread and isinstance(error, OSError)
            self._error = StaleConnection() if stale else error
        del self._parser  # the two refer to each other
        self._wake()

    def on_message_begin(self) -> None:
        """httptools: an answer begins. After the one that was asked for there should be none."""
        if self._complete:
            self._connection.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools: a header, or a trailer after the body, which is of no interest."""
        if not self.status:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
            known = self.headers.get(key)
            self.headers[key] = text if known is None else f"{known}, {text}"

    def on_headers_complete(self) -> None:
        """httptools: the head is complete. One with a status below 200 only announces another."""
        status = self._parser.get_status_code()
        if status < 200:
            self.headers.clear()
        elif not self.status:
            self.status = status
            self.until_close = "content-length" not in self.headers and "transfer-encoding" not in self.headers
            self._wake()

    def on_chunk_header(self) -> None:
        """httptools: the line with the size of a chunk has been read."""
        self._in_chunk = True

    def on_body(self, body: bytes) -> None:
        """httptools: bytes of the body, without the framing of chunks."""
        self._body.append(body)

    def on_chunk_complete(self) -> None:
        """httptools: all bytes of a chunk have been read."""
        self._in_chunk = False

    def on_message_complete(self) -> None:
        """httptools: the end of an answer."""
        if self.status:
            self._complete = True
            self._connection.reusable = self._connection.reusable and self._parser.should_keep_alive()

    def _deliver(self) -> None:
        """Gives what has arrived to whoever waits for it."""
        consume, waiter = self._consume, self._waiter
        if consume is None or waiter is None or waiter.done():
            if self._unread > _MOST_UNREAD_BYTES:
                self._connection.set_reading(False)
            self._wake()
            return
        try:
            left = consume(self._take())
            if left is not None:
                left = self._steps.begin(left)
            if left is None:
                return
        except Exception as error:
            waiter.set_exception(error)
        else:
            waiter.set_result(left)
        self._consume = None

    def _begins_endless_chunk(self, data: bytes) -> bool:
        """Whether a read ends in a chunk that never does; its size is the line before the last piece of the body."""
        if not self._in_chunk:
            # The next size may be cut in two; its line may be long, but the size comes first.
            lines = self._size_line + data
            self._size_line = lines[lines.rfind(b"\n") + 1 :][:64]
            return False
        lines = self._size_line + data.removesuffix(self._body[-1] if self._body else b"")
        self._size_line = b""
        return _ENDLESS_CHUNK.match(lines, lines.rfind(b"\n", 0, -1) + 1) is not None

    def _is_over(self) -> bool:
        if self._error is not None:
            raise self._error
        return self._complete

    def _take(self) -> bytes:
        body = self._body
        data = body[0] if len(body) == 1 else b"".join(body)
        body.clear()
        self._go_on()
        return data

    def _go_on(self) -> None:
        if self._unread > _MOST_UNREAD_BYTES:
            self._connection.set_reading(True)
        self._unread = 0

    def _woken(self) -> asyncio.Future[Awaitable[None] | None]:
        self._waiter = asyncio.get_running_loop().create_future()
        return self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


@dataclass(slots=True, eq=False)
class Connection(asyncio.Protocol):
    """Sends requests and reads their answers. `on_change` is called when an exchange or the connection has ended."""

    on_change: Callable[["Connection"], None]
    reusable: bool = True
    """Whether another exchange may follow."""
    used: bool = False
    """Whether there has been one."""
    _transport: asyncio.Transport | None = None
    _response: Response | None = None

    async def exchange(self, request: bytes) -> Response:
        """Sends a request and gives its answer as soon as the head has arrived.

        Raises:
            StaleConnection: the connection had been used before and was closed without a byte of an answer.
            ConnectionError: it broke before the head had arrived.
            MalformedResponse: what arrived is not an HTTP answer.
        """
        response = self._response = Response(self)
        if self._transport is None:
            self.end(ConnectionResetError("closed by the server"))
        else:
            self._transport.write(request)
        try:
            await response.head()
        except BaseException:
            self.abort()
            raise
        self.used = True
        return response

    def abort(self) -> None:
        """Closes the connection at once, whatever is under way."""
        self.end(ConnectionAbortedError("closed by this side"))

    def end(self, error: Exception | None) -> None:
        """Ends the exchange that is under way, if there is one, and with an error the connection as well."""
        response, self._response = self._response, None
        self.reusable = self.reusable and error is None
        if response is not None:
            response.end(error)
        if not self.reusable and self._transport is not None:
            self._transport.abort()
        self.on_change(self)

    def set_reading(self, on: bool) -> None:
        """Lets the server wait, or go on."""
        if self._transport is not None:
            (self._transport.resume_reading if on else self._transport.pause_reading)()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands, TLS included."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes have arrived; there should be none that nobody has asked for."""
        if self._response is None:
            self.abort()
        else:
            self._response.feed(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is closed."""
        self._transport = None
        self.reusable = False
        whole = exc is None and self._response is not None and self._response.until_close
        self.end(None if whole else exc or ConnectionResetError("closed by the server"))
