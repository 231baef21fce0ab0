"""A stream as the pieces that are written to the socket, HTTP framing included."""

import functools
from typing import Protocol

from wire import chat_chunks, groq_chunks, messages_events, responses_events
from wire.framing import http_chunk
from work import WORDS, Work

STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n"
    b"x-request-id: req_bench\r\nopenai-processing-ms: 1\r\n\r\n"
)
STREAM_END = b"0\r\n\r\n"

# As often as the words and the patterns repeat, so that a long answer needs no more bytes in memory than a short one.
_PERIOD = 12 * len(WORDS)


class Events(Protocol):
    """How an API writes its events."""

    def opening(self, kind: str, /) -> bytes:
        """Those before the first token."""
        ...

    def token(self, kind: str, index: int, /) -> bytes:
        """The one of a token."""
        ...

    def closing(self, work: Work, /) -> bytes:
        """Those after the last token."""
        ...


_APIS: tuple[tuple[bytes, Events], ...] = (
    (b"/responses", responses_events),
    (b"/messages", messages_events),
    (b"/openai/v1/chat/completions", groq_chunks),
)


class Writes:
    """The writes of one answer of the API at `path`."""

    __slots__ = ("_api", "_work")

    def __init__(self, path: bytes, work: Work) -> None:
        self._api: Events = next((api for ending, api in _APIS if path.endswith(ending)), chat_chunks)
        self._work = work

    def opening(self) -> bytes:
        """With the HTTP head; what comes before the first token."""
        return STREAM_HEAD + http_chunk(self._api.opening(self._work.kind))

    def tokens(self, start: int, end: int) -> bytes:
        """The tokens from `start` up to `end`. Where events are cut, half of the last one follows later."""
        place = start % _PERIOD
        return _events(self._api, self._work.kind, place, place + end - start, start == 0)

    def closing(self) -> bytes:
        """All after the last token, but for the end of the HTTP body, which is `STREAM_END`, sent on its own."""
        work = self._work
        left = _halves(self._api, work.kind, work.tokens - 1)[1] if work.kind == "cut" else b""
        return http_chunk(left + self._api.closing(work))


@functools.lru_cache(maxsize=8192)
def _events(api: Events, kind: str, start: int, end: int, first: bool) -> bytes:
    events = [api.token(kind, index) for index in range(start, end)]
    if kind == "cut":
        events[-1] = _halves(api, kind, end - 1)[0]
        if not first:
            events.insert(0, _halves(api, kind, start - 1)[1])
    return http_chunk(b"".join(events))


def _halves(api: Events, kind: str, index: int) -> tuple[bytes, bytes]:
    event = api.token(kind, index)
    return event[: len(event) // 2], event[len(event) // 2 :]
