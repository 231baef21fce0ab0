"""The answer to one HTTP request: status and headers, and the body as it arrives."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from app.runtime.eager import EagerSteps

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
