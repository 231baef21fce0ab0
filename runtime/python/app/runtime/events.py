"""The way from a run to a caller who listens to a stream: server-sent events, and the sink that sends them.

A stream consists of `token`, `function_call_delta`, `function_call` and `usage` events and ends with exactly one `done`
or `error`. https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

import msgspec
from pydantic import BaseModel

MakeFrame = Callable[[str, dict[str, Any]], bytes]
"""Makes one event of its name and its data."""

Place = Mapping[str, Any]
"""Where an event comes from: the `node`, and in the body of a loop the `items` that it is about."""

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PING = b": ping\n\n"
"""A comment, which clients ignore, so that nobody on the way takes the silence for an end."""

_UNBUFFERED = [(b"cache-control", b"no-cache"), (b"x-accel-buffering", b"no")]


def _plain(value: Any) -> Any:
    """Values that functions of the project may return and that msgspec does not know."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"{type(value).__name__} has no JSON form")


encode = msgspec.json.Encoder(enc_hook=_plain).encode
"""Encodes a value as JSON bytes; TypeError when it has no JSON form."""


def frame(event: str, data: dict[str, Any]) -> bytes:
    """One event with its data as one line of JSON."""
    return b"event: %b\ndata: %b\n\n" % (event.encode(), encode(data))


async def nothing() -> None:
    """What sends nothing."""


class EventSink:
    """Writes events straight to the ASGI server and waits for it, which is the backpressure.

    The HTTP answer starts with the first event, so that an error before it can still be an answer of its own. After
    `ping_seconds` of silence a comment goes out, which starts the answer as well; `stalled` is called when nobody has
    taken it `write_timeout_seconds` later. A caller with another language gets a subclass, which makes events
    (`frame`, `text_frames`) in it, and leaves out (as no bytes) what it lacks.
    """

    listens = True
    """Whether the caller wants to hear of the run while it goes on."""
    content_type = "text/event-stream"

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
        self.begun: set[bytes] = set()
        """The steps of whose answer something has left: their places, as `encode` has them."""
        self.finish_reason: str | None = None
        """Why the last model call ended."""

    def opening(self) -> bytes:
        """What goes before the first events."""
        return b""

    def frame(self, event: str, data: dict[str, Any]) -> bytes:
        """An event as this caller gets it."""
        return frame(event, data)

    def text_frames(self, place: Place) -> Callable[[str], bytes]:
        """What makes a `token` event of each piece of text of a step."""
        before, after = b'event: token\ndata: {"text":', b",%b\n\n" % encode(place)[1:]
        return lambda text: before + encode(text) + after

    def hold(self, frames: bytes) -> None:
        """Keeps events that are no reason to start the answer; they leave before the next ones that are."""
        self._held += frames

    def hold_usage(self, place: Place, usage: Mapping[str, Any], cost_usd: float | None) -> None:
        """Tells what a call of a step has used, with the next events."""
        self.hold(self.frame("usage", {**place, **usage, "cost_usd": cost_usd}))

    def write(self, frames: bytes, *, more: bool = True) -> Awaitable[None]:
        """Sends complete events; what it gives is to be awaited, and is done when the server has taken them."""
        if more and not (frames or self._held):
            return nothing()
        if not self.started:
            return self._start(frames, more=more)
        if self._held:
            frames, self._held = self._held + frames, b""
        self._last_write = self._loop.time()
        return self._send({"type": "http.response.body", "body": frames, "more_body": more})

    def ping(self) -> Awaitable[None]:
        """Says that the run goes on."""
        return self.write(PING)

    def note_begun(self) -> None:
        """Notes that something has left of which this sink was not told itself: the steps that called the workflow have
        begun to answer.
        """

    def streamed(self, text: str, *, token_count: int) -> None:
        """Notes that a step has streamed its text in so many events."""
        self.text.append(text)
        self.token_count += token_count

    async def end(self, frames: bytes) -> None:
        """Sends the last events and ends the answer."""
        self.close()
        await self.write(frames, more=False)

    def close(self) -> None:
        """Stops the pings."""
        self._timer.cancel()
        if self._pinging is not None:
            self._pinging.cancel()

    async def _start(self, frames: bytes, *, more: bool = True) -> None:
        self.started = True
        headers = [(b"content-type", self.content_type.encode()), *_UNBUFFERED]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.write(self.opening() + frames, more=more)

    async def _ping(self) -> None:
        await self.ping()

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
            self._pinging = self._loop.create_task(self._ping())
            wait = self._ping_seconds
        self._timer = self._loop.call_later(wait, self._look)
