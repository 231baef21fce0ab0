"""The way from a run to a caller who listens to a stream: server-sent events, and the sink that sends them.

A stream consists of `token`, `function_call_delta`, `function_call` and `usage` events and ends with exactly one `done`
or `error`. https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from app.runtime.json import encode

PING = b": ping\n\n"
"""A comment, which clients ignore, so that nobody on the way takes the silence for an end."""


def frame(event: str, data: dict[str, Any]) -> bytes:
    """One event with its data as one line of JSON."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), encode(data))


class CallFrames:
    """Makes the `function_call_delta` events of one node: all but the arguments is put together once per call."""

    __slots__ = ("_before", "_call", "_node")

    def __init__(self, node: str) -> None:
        self._node = encode(node)
        self._call: tuple[str, str] | None = None
        self._before = b""

    def one(self, call_id: str, name: str, arguments: str) -> bytes:
        """The event for a piece of a call's arguments."""
        if self._call != (call_id, name):
            self._call = call_id, name
            self._before = b'event: function_call_delta\ndata: {"node":%b,"id":%b,"name":%b,"arguments":' % (
                self._node,
                encode(call_id),
                encode(name),
            )
        return self._before + encode(arguments) + b"}\n\n"


class TokenFrames:
    """Makes the `token` events of one node: everything but the text is put together once."""

    __slots__ = ("_after", "_before", "_between")

    def __init__(self, node: str) -> None:
        self._before = b'event: token\ndata: {"text":'
        self._after = b',"node":%b}\n\n' % encode(node)
        self._between = self._after + self._before

    def one(self, text: str) -> bytes:
        """The event for one piece of text."""
        return self._before + encode(text) + self._after

    def many(self, texts: Iterable[str]) -> bytes:
        """One event for each piece of text; there has to be one."""
        return self._before + self._between.join(map(encode, texts)) + self._after


Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


class EventSink:
    """Writes events straight to the ASGI server and waits for it, which is the backpressure.

    The HTTP answer starts with the first event, so that an error before it can still be an answer of its own. After
    `ping_seconds` of silence a comment goes out, which starts the answer as well; `stalled` is called when nobody has
    taken it `write_timeout_seconds` later.
    """

    def __init__(
        self,
        send: Send,
        *,
        ping_seconds: float,
        write_timeout_seconds: float = 60.0,
        stalled: Callable[[], None] = lambda: None,
    ) -> None:
        self._send = send
        self._stalled = stalled
        self._loop = asyncio.get_running_loop()
        self._ping_seconds = ping_seconds
        self._write_timeout_seconds = write_timeout_seconds
        self._last_write = self._loop.time()
        self._timer = self._loop.call_later(ping_seconds, self._look)
        self._pinging: asyncio.Task[None] | None = None
        self._held = b""
        self.started = False
        self.text: list[str] = []
        """The text of each step that has streamed, complete."""
        self.token_count = 0
        """How many `token` events have left."""
        self.finish_reason: str | None = None
        """Why the last model call ended."""

    def write(self, frames: bytes) -> Awaitable[None]:
        """Sends complete events; what it gives is to be awaited, and is done when the server has taken them."""
        if self._held or not self.started:
            return self._write_first(frames)
        self._last_write = self._loop.time()
        return self._send({"type": "http.response.body", "body": frames, "more_body": True})

    def hold(self, frames: bytes) -> None:
        """Keeps events that are no reason to start the answer; they leave before the next ones that are."""
        self._held += frames

    def streamed(self, text: str, *, token_count: int) -> None:
        """Notes that a step has streamed its text in so many events."""
        self.text.append(text)
        self.token_count += token_count

    async def end(self, frames: bytes) -> None:
        """Sends the last events and ends the answer."""
        self.close()
        if not self.started:
            await self._start()
        await self._send({"type": "http.response.body", "body": self._held + frames, "more_body": False})

    def close(self) -> None:
        """Stops the pings."""
        self._timer.cancel()
        if self._pinging is not None:
            self._pinging.cancel()

    async def _write_first(self, frames: bytes) -> None:
        """With what is due before these events: the start of the answer, and events that were held back."""
        if not self.started:
            await self._start()
        held, self._held = self._held, b""
        await self.write(held + frames)

    async def _start(self) -> None:
        self.started = True
        await self._send({"type": "http.response.start", "status": 200, "headers": _HEADERS})

    def _look(self) -> None:
        """Pings a silent stream; a ping that does not get away shows that the caller has stopped reading."""
        silent = self._loop.time() - self._last_write
        wait = self._ping_seconds - silent
        if self._pinging is not None and not self._pinging.done():
            wait = self._write_timeout_seconds - silent
            if wait <= 0:
                self._stalled()
                return
        elif wait <= 0:
            self._pinging = self._loop.create_task(self._write_first(PING))
            wait = self._ping_seconds
        self._timer = self._loop.call_later(wait, self._look)
