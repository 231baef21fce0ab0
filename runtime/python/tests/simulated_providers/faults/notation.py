"""Faults of the event stream's syntax. Those of its notation alone must not change what a client understands.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from tests.simulated_providers.asgi import Pause, Step, Write
from tests.simulated_providers.completion import Choice, Completion
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.faults.connections import ended, started
from tests.simulated_providers.json_values import encode
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Frames, writes
from tests.simulated_providers.tokens import split_tokens

# Two, three and four bytes in UTF-8; with `line_separator` also the two line ends that JSON allows and SSE ignores.
MULTI_BYTE_TEXT = "gr\u00fc\u00dfe \u65e5\u672c \U0001f600 "
SEPARATOR_TEXT = "one\u2028two\u2029three\u0085four "
ERROR = encode({"error": {"message": "The server had an error.", "type": "server_error", "param": None, "code": None}})
READ_APART_SECONDS = 0.01
BIG_EVENT_BYTES = 8 * 1024 * 1024
MANY_CHUNKS = 100_000
CHUNKS_PER_WRITE = 500


def _each(change: Callable[[bytes], bytes]) -> Callable[[Frames, Fault], Iterable[Step]]:
    """Every event written differently."""
    return lambda frames, _: writes(change(frame) for frame in frames.every())


def _inserted(event: bytes) -> Callable[[Frames, Fault], Iterable[Step]]:
    """Something between two content chunks, after which the stream goes on."""

    def steps(frames: Frames, fault: Fault) -> Iterable[Step]:
        kept = replace(frames, content=[*frames.content[: fault.after], event, *frames.content[fault.after :]])
        return writes(kept.every())

    return steps


def _damaged(change: Callable[[bytes], bytes]) -> Callable[[Frames, Fault], Iterable[Step]]:
    """A damaged copy of the event that follows, after which the stream goes on."""

    def steps(frames: Frames, fault: Fault) -> Iterable[Step]:
        following = [*frames.content[fault.after :], *frames.finish][0]
        return _inserted(change(following))(frames, fault)

    return steps


def _mixed(frames: Frames, _: Fault) -> Iterable[Step]:
    ends = (b"\r\n\r\n", b"\n\n", b"\r\r", b"\n\r\n", b"\r\n\n")
    return writes(_ended(frame, ends[number % len(ends)]) for number, frame in enumerate(frames.every()))


def _ended(frame: bytes, end: bytes) -> bytes:
    return frame.removesuffix(b"\n\n") + end


def _multi_line(frame: bytes) -> bytes:
    """The JSON of an event over several data lines, which a client joins with line ends."""
    return frame.replace(b"data: {", b"data: {\ndata: ", 1).replace(b"}\n\n", b"\ndata: }\n\n")


def _split(frames: Frames, _: Fault) -> Iterator[Step]:
    """Each character of several bytes comes in several reads."""
    for frame in frames.every():
        start = 0
        for place in range(1, len(frame)):
            if frame[place] & 0xC0 == 0x80:
                yield Write(frame[start:place])
                yield Pause(READ_APART_SECONDS)
                start = place
        yield Write(frame[start:])


def _byte_by_byte(frames: Frames, _: Fault) -> Iterator[Step]:
    stream = b"".join(frames.every())
    for place in range(len(stream)):
        yield Write(stream[place : place + 1])


def _said_first(text: str) -> Callable[[Completion, Fault], Completion]:
    """A text before the answer, so that the stream has the characters in question."""

    def change(completion: Completion, _: Fault) -> Completion:
        def begun(choice: Choice) -> Choice:
            return choice if choice.calls else replace(choice, pieces=(*split_tokens(text), *choice.pieces))

        return replace(completion, choices=tuple(begun(choice) for choice in completion.choices))

    return change


def _big(frames: Frames, fault: Fault) -> Iterable[Step]:
    padding = b" " * (fault.size or BIG_EVENT_BYTES)
    big = [frame.replace(b"data: {", b"data: {" + padding, 1) for frame in frames.content[:1]]
    return writes(replace(frames, content=[*big, *frames.content[1:]]).every())


def _many(frames: Frames, fault: Fault) -> Iterator[Step]:
    yield from writes(frames.opening)
    size, content = fault.size or MANY_CHUNKS, frames.content
    for start in range(0, size, CHUNKS_PER_WRITE):
        numbers = range(start, min(start + CHUNKS_PER_WRITE, size))
        yield Write(b"".join(content[number % len(content)] for number in numbers))
    yield from writes([*frames.finish, *frames.usage, *frames.done])


NOTATION_FAULTS = [
    FaultKind(
        "error_in_stream",
        "an error object instead of the next chunk, or of a whole answer",
        frames=ended(started, Write(b"data: %b\n\n" % ERROR)),
        body=lambda _body, _fault: [Write(ERROR)],
    ),
    FaultKind(
        "error_event",
        "`event: error`, then the end",
        frames=ended(started, Write(b"event: error\ndata: %b\n\n" % ERROR)),
    ),
    FaultKind(
        "malformed_chunk",
        "a chunk that is no JSON",
        frames=_damaged(lambda frame: frame.removesuffix(b"}\n\n") + b"\n\n"),
        body=lambda body, _: [Write(body.replace(b":", b":}", 1))],
    ),
    FaultKind(
        "invalid_utf8",
        "a chunk that is not UTF-8",
        frames=_damaged(lambda frame: frame.replace(b'":"', b'":"\xff\xc3(', 1)),
        body=lambda body, _: [Write(body.replace(b'":"', b'":"\xff\xc3(', 1))],
    ),
    FaultKind("split_utf8", "characters split over reads", completion=_said_first(MULTI_BYTE_TEXT), frames=_split),
    FaultKind("byte_by_byte", "one byte in each write", frames=_byte_by_byte),
    FaultKind("line_separator", "U+2028, U+2029 and U+0085 in data", completion=_said_first(SEPARATOR_TEXT)),
    FaultKind("crlf", "lines end with CR LF", frames=_each(lambda frame: frame.replace(b"\n", b"\r\n"))),
    FaultKind("cr", "lines end with CR", frames=_each(lambda frame: frame.replace(b"\n", b"\r"))),
    FaultKind("mixed_line_ends", "lines end with LF, CR or CR LF in turn", frames=_mixed),
    FaultKind("comments", "comments before and inside events", frames=_each(lambda frame: b": one\n:two\n" + frame)),
    FaultKind("multi_line_data", "one event in several data lines", frames=_each(_multi_line)),
    FaultKind("no_space", "`data:` without a space", frames=_each(lambda frame: frame.replace(b"data: ", b"data:", 1))),
    FaultKind(
        "byte_order_mark",
        "the stream begins with U+FEFF",
        frames=lambda frames, _: writes([b"\xef\xbb\xbf" + frames.every()[0], *frames.every()[1:]]),
    ),
    FaultKind("event_without_data", "an event with a name and no data", frames=_inserted(b"event: ping\n\n")),
    FaultKind("empty_data", "an event whose data is empty", frames=_inserted(b"data:\n\n")),
    FaultKind("retry_only", "an event with `retry:` alone", frames=_inserted(b"retry: 3000\n\n")),
    FaultKind("id_only", "an event with `id:` alone", frames=_inserted(b"id: 7\n\n")),
    FaultKind("big_event", "the first content chunk is `size` bytes longer (8 MB)", frames=_big),
    FaultKind("many_chunks", "`size` content chunks (100,000)", frames=_many),
]
