"""One connection to an HTTP/1.1 server, which carries one exchange after the other, and the answers that come over it.

https://www.rfc-editor.org/rfc/rfc9112; parsing is httptools', the parser of Node.js.
"""

import asyncio
import contextvars
import types
from collections.abc import Awaitable, Coroutine, Generator
from typing import Any

from asyncio.tasks import _enter_task, _leave_task  # pyright: ignore[reportPrivateUsage]  # isort: skip
from collections.abc import Callable, Mapping
from typing import Protocol, cast

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser


class EagerSteps:
    """Begins coroutines on behalf of the task that makes this object, while that task waits for something else.

    What it does per coroutine is little on purpose: it is done for every token, with cold caches more often than not.
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

        Gives what the task still has to await: None, in the usual case, when the coroutine has come to its end. An
        awaitable that is no coroutine is given back as it is.
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


Consume = Callable[[bytes], Awaitable[None] | None]
"""Takes the next bytes of a body; gives what is to be awaited before there may be more, None if there is nothing."""

# What is read ahead of a slow reader.
_BUFFER_BYTES = 64 * 1024


class Reading(Protocol):
    """The connection that an answer comes over."""

    def pause_reading(self) -> None: ...  # noqa: D102

    def resume_reading(self) -> None: ...  # noqa: D102

    def abort(self) -> None: ...  # noqa: D102


class Waits(Protocol):
    """Who wants to know when this side waits for the server, and when it does something else."""

    def wait_begins(self) -> None: ...  # noqa: D102

    def wait_ends(self) -> None: ...  # noqa: D102


class Response:
    """An answer whose head has arrived. Its body is read with `read()`, or passed on with `stream_to()`.

    Names of headers are in lower case; the values of one that is repeated are joined with a comma.
    """

    __slots__ = (
        "_buffer",
        "_buffered",
        "_connection",
        "_consume",
        "_ended",
        "_error",
        "_steps",
        "_waiter",
        "headers",
        "status",
    )

    def __init__(self, connection: Reading, status: int, headers: Mapping[str, str]) -> None:
        self._connection = connection
        self.status = status
        self.headers = headers
        self._buffer: list[bytes] = []
        self._buffered = 0
        self._consume: Consume | None = None
        self._waiter: asyncio.Future[Awaitable[None] | None] | None = None
        self._ended = False
        self._error: Exception | None = None
        self._steps: EagerSteps

    async def read(self) -> bytes:
        """All that has arrived, or the next bytes that do; empty at the end of the body.

        Raises:
            ConnectionError, MalformedResponse: the body breaks off, or is not what HTTP allows.
            Exception: the one given to `fail()`.
        """
        while not self._buffer and not self._is_over():
            await self._woken()
        return self._take_buffer()

    async def stream_to(self, consume: Consume, waits: Waits) -> None:
        """Gives the bytes of the body to `consume` as they arrive, until the body has ended.

        While this waits, `consume` is called straight from the socket, and a coroutine that it gives is begun there,
        without this task being woken. What has to wait is awaited here, and nothing is passed on meanwhile: that is the
        backpressure.

        Raises:
            Exception: as `read()`, and whatever `consume` raises.
        """
        left: Awaitable[None] | None
        self._steps = EagerSteps()
        waits.wait_begins()
        try:
            while True:
                if self._buffer:
                    left = consume(self._take_buffer())
                elif self._is_over():
                    return
                else:
                    self._consume = consume
                    left = await self._woken()
                if left is not None:
                    waits.wait_ends()
                    await left
                    waits.wait_begins()
        finally:
            self._waiter = self._consume = None
            waits.wait_ends()

    def fail(self, error: Exception) -> None:
        """Ends the answer with an error for whoever reads it, and closes the connection."""
        self.broken(error)
        self.close()

    def close(self) -> None:
        """Closes the connection, unless the answer has been received whole: then it serves the next request."""
        if not self._ended:
            self._connection.abort()

    def received(self, data: bytes) -> None:
        """To be called by the connection with bytes of the body."""
        consume, waiter = self._consume, self._waiter
        if consume is None or waiter is None or waiter.done():
            self._keep(data)
            return
        try:
            left = consume(data)
            if left is None:
                return
            left = self._steps.begin(left)
            if left is None:
                return
        except Exception as error:
            waiter.set_exception(error)
        else:
            waiter.set_result(left)
        self._consume = None

    def complete(self) -> None:
        """To be called by the connection at the end of the body; what has not been read yet still can be."""
        if self._buffered > _BUFFER_BYTES:
            self._connection.resume_reading()
            self._buffered = 0
        self._ended = True
        self._wake()

    def broken(self, error: Exception) -> None:
        """To be called by the connection when the body cannot come to its end."""
        if not self._ended and self._error is None:
            self._error = error
            self._wake()

    def _is_over(self) -> bool:
        if self._error is not None:
            raise self._error
        return self._ended

    def _keep(self, data: bytes) -> None:
        self._buffer.append(data)
        self._buffered += len(data)
        if self._buffered > _BUFFER_BYTES:
            self._connection.pause_reading()
        self._wake()

    def _take_buffer(self) -> bytes:
        buffer = self._buffer
        data = buffer[0] if len(buffer) == 1 else b"".join(buffer)
        buffer.clear()
        if self._buffered > _BUFFER_BYTES:
            self._connection.resume_reading()
        self._buffered = 0
        return data

    def _woken(self) -> asyncio.Future[Awaitable[None] | None]:
        self._waiter = asyncio.get_running_loop().create_future()
        return self._waiter

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


# Far more than any server sends before an answer.
_LARGEST_HEAD_BYTES = 64 * 1024


class MalformedResponse(Exception):
    """What comes back is not an HTTP/1.1 answer, or not one of a kind that was asked for."""


class StaleConnection(ConnectionError):
    """The server had closed a connection that was waiting for its next request before it could see that request."""


class Owner(Protocol):
    """Who keeps the connections."""

    def released(self, connection: "Connection") -> None:
        """An exchange has ended; called once for each."""
        ...

    def closed(self, connection: "Connection") -> None:
        """The connection is no more."""
        ...


class Connection(asyncio.Protocol):
    """Sends requests and reads their answers."""

    __slots__ = (
        "_body",
        "_complete",
        "_exchanges",
        "_head",
        "_headers",
        "_loop",
        "_owner",
        "_parser",
        "_received",
        "_response",
        "_transport",
        "_until_close",
        "idle_since",
        "reusable",
    )

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self.reusable = True
        """Whether another exchange may follow."""
        self.idle_since = 0.0
        """When the last exchange ended, by the loop's clock."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = HttpResponseParser(self)
        self._exchanges = 0
        self._received = 0
        # One of these two is set during an exchange: first what the head is awaited by, then the answer.
        self._head: asyncio.Future[Response] | None = None
        self._response: Response | None = None
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._complete = False
        self._until_close = False

    async def exchange(self, request: bytes) -> Response:
        """Sends a request and gives its answer as soon as the head has arrived.

        Raises:
            StaleConnection: the connection had been used before and was closed without a byte of an answer.
            ConnectionError: it broke before the head had arrived.
            MalformedResponse: what arrived is not an HTTP answer.
        """
        head: asyncio.Future[Response] = self._loop.create_future()
        self._head = head
        self._received = 0
        self._complete = False
        self._exchanges += 1
        if self._transport is None:
            self._break(ConnectionResetError("closed by the server"))
        else:
            self._transport.write(request)
        try:
            return await head
        except BaseException:
            self.abort()
            raise

    def abort(self) -> None:
        """Closes the connection at once, whatever is under way."""
        if self._transport is not None:
            self._transport.abort()
        self._break(ConnectionAbortedError("closed by this side"))

    def pause_reading(self) -> None:
        """Lets the server wait."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Goes on after `pause_reading()`."""
        if self._transport is not None:
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands, TLS included."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes have arrived."""
        if self._head is None and self._response is None:
            self._break(MalformedResponse("bytes that nobody asked for"))
            return
        self._received += len(data)
        error = None
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as found:
            self.reusable = False
            error = MalformedResponse(type(found).__name__)
        response, body = self._response, self._body
        if response is not None:
            if body:
                response.received(body[0] if len(body) == 1 else b"".join(body))
                body.clear()
            if self._complete:
                self._finish(response)
                return
        elif self._received > _LARGEST_HEAD_BYTES:
            error = MalformedResponse("a head without an end")
        if error is not None:
            self._break(error)

    def eof_received(self) -> bool:
        """asyncio: the server sends nothing more, so the connection is of no more use."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is closed."""
        self._transport = None
        self.reusable = False
        if self._response is not None and self._until_close and exc is None:
            self._finish(self._response)
        self._break(exc or ConnectionResetError("closed by the server"))
        self._owner.closed(self)

    def on_message_begin(self) -> None:
        """httptools: an answer begins. After the one that was asked for there should be none."""
        if self._complete:
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools: a header, or a trailer after the body, which is of no interest."""
        if self._response is None:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1").strip()
            known = self._headers.get(key)
            self._headers[key] = text if known is None else f"{known}, {text}"

    def on_headers_complete(self) -> None:
        """httptools: the head is complete. One with a status below 200 only announces another."""
        status = self._parser.get_status_code()
        headers, self._headers = self._headers, {}
        head = self._head
        if status < 200 or head is None:
            return
        self._head = None
        self._until_close = "content-length" not in headers and "transfer-encoding" not in headers
        self._response = Response(self, status, headers)
        if not head.done():
            head.set_result(self._response)

    def on_body(self, body: bytes) -> None:
        """httptools: bytes of the body, without the framing of chunks."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """httptools: the end of an answer."""
        if self._response is not None:
            self._complete = True
            self.reusable = self.reusable and self._parser.should_keep_alive()

    def _finish(self, response: Response) -> None:
        self._response = None
        response.complete()
        self.idle_since = self._loop.time()
        if not self.reusable and self._transport is not None:
            self._transport.abort()
        self._owner.released(self)

    def _break(self, error: Exception) -> None:
        """Ends the exchange that is under way, if there is one, and the connection with it."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()
        head, response = self._head, self._response
        self._head = self._response = None
        if head is not None and not head.done():
            stale = self._exchanges > 1 and not self._received and isinstance(error, OSError)
            head.set_exception(StaleConnection() if stale else error)
        if response is not None:
            response.broken(error)
        if head is not None or response is not None:
            self._owner.released(self)
