"""Faults of time and connection: slow, silent, cut, reset, ended too early."""

import gzip
from collections.abc import Callable, Iterable, Iterator

from tests.simulated_providers.asgi import Cut, Pause, Reply, Reset, Step, Write
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import DONE, Frames, writes

KEEP_ALIVE = b": keep-alive\n\n"
KEEP_ALIVE_SECONDS = 0.05
# The client has read what was sent before the connection breaks; a reset discards what it has not.
READ = Pause(0.05)

Begun = Callable[[Frames, Fault], list[bytes]]
Streamed = Callable[[Frames, Fault], Iterable[Step]]


def started(frames: Frames, fault: Fault) -> list[bytes]:
    """The beginning of a stream up to the fault."""
    return [*frames.opening, *frames.content[: fault.after]]


def _unfinished(frames: Frames, _: Fault) -> list[bytes]:
    """The whole answer, and not the event that says it is whole."""
    return [*frames.opening, *frames.content, *frames.finish[:-1]]


def _finished(frames: Frames, _: Fault) -> list[bytes]:
    return [*frames.opening, *frames.content, *frames.finish]


def _counted(frames: Frames, _: Fault) -> list[bytes]:
    return [*frames.opening, *frames.content, *frames.finish, *frames.usage]


def _complete(frames: Frames, _: Fault) -> list[bytes]:
    return frames.every()


def ended(begun: Begun, *steps: Step) -> Streamed:
    """So much of a stream, then some other steps, and no more."""

    def streamed(frames: Frames, fault: Fault) -> Iterator[Step]:
        yield from writes(begun(frames, fault))
        yield from steps

    return streamed


def _half_event(frames: Frames, fault: Fault) -> Iterator[Step]:
    yield from writes(started(frames, fault))
    yield _half([*frames.content[fault.after :], *frames.finish][0])


def _held_up(frames: Frames, after: int, steps: Iterable[Step]) -> Iterator[Step]:
    """The whole stream, with some steps after so many chunks of the content."""
    yield from writes([*frames.opening, *frames.content[:after]])
    yield from steps
    yield from writes([*frames.content[after:], *frames.finish, *frames.usage, *frames.done])


def _slow_first_token(frames: Frames, fault: Fault) -> Iterable[Step]:
    return _held_up(frames, 0, [Pause(fault.seconds)])


def _stall(frames: Frames, fault: Fault) -> Iterable[Step]:
    return _held_up(frames, fault.after, [Pause(fault.seconds)])


def _alive_with(sign: Callable[[Frames], bytes]) -> Streamed:
    """After the beginning only signs of life, until `seconds` have passed."""

    def streamed(frames: Frames, fault: Fault) -> Iterable[Step]:
        times = range(round(fault.seconds / KEEP_ALIVE_SECONDS))
        signs = (step for _ in times for step in (Write(sign(frames)), Pause(KEEP_ALIVE_SECONDS)))
        return _held_up(frames, fault.after, signs)

    return streamed


def _half(body: bytes) -> Write:
    return Write(body[: len(body) // 2])


def _half_body(*steps: Step) -> Callable[[bytes, Fault], Iterable[Step]]:
    return lambda body, _: [_half(body), *steps]


def _stalled_body(body: bytes, fault: Fault) -> Iterable[Step]:
    return [_half(body), Pause(fault.seconds), Write(body[len(body) // 2 :])]


def _no_answer(step: Step) -> Callable[[Fault], Reply]:
    return lambda _: Reply(None, {}, [step])


def _slow_headers(reply: Reply, fault: Fault) -> Reply:
    reply.delay = fault.seconds
    return reply


def _slow_body(reply: Reply, fault: Fault) -> Reply:
    reply.steps = [Pause(fault.seconds), *reply.steps]
    return reply


def _gzip(reply: Reply, *, cut: bool) -> Reply:
    plain = b"".join(step.data for step in reply.steps if isinstance(step, Write))
    packed = gzip.compress(plain, mtime=0)
    packed = packed[: len(packed) // 2] if cut else packed
    reply.headers = {**reply.headers, "content-encoding": "gzip", "content-length": str(len(packed))}
    reply.steps = [Write(packed)]
    return reply


CONNECTION_FAULTS = [
    FaultKind("slow_headers", "the status line comes after `seconds`", wrap=_slow_headers),
    FaultKind("slow_body", "headers at once, the first byte of the body after `seconds`", wrap=_slow_body),
    FaultKind("slow_first_token", "the role at once, content after `seconds`", frames=_slow_first_token),
    FaultKind("stall", "`seconds` of silence after `after` chunks", frames=_stall, body=_stalled_body),
    FaultKind("keep_alive_only", "only comments after `after` chunks", frames=_alive_with(lambda _: KEEP_ALIVE)),
    FaultKind(
        "empty_deltas_only",
        "only chunks without content after `after` chunks",
        frames=_alive_with(lambda frames: frames.idle),
    ),
    FaultKind("cut_before_headers", "the connection is closed without an answer", reply=_no_answer(Cut())),
    FaultKind("reset_before_headers", "the connection is reset without an answer", reply=_no_answer(Reset())),
    FaultKind("cut", "closed after `after` chunks", frames=ended(started, READ, Cut()), body=_half_body(READ, Cut())),
    FaultKind(
        "reset", "reset after `after` chunks", frames=ended(started, READ, Reset()), body=_half_body(READ, Reset())
    ),
    FaultKind(
        "cut_before_terminal",
        "closed before the event with the finish reason",
        frames=ended(_unfinished, READ, Cut()),
    ),
    FaultKind("cut_after_finish", "closed after the finish reason", frames=ended(_finished, READ, Cut())),
    FaultKind("reset_after_finish", "reset after the finish reason", frames=ended(_finished, READ, Reset())),
    FaultKind("no_finish", "a clean end without finish reason and [DONE]", frames=ended(started)),
    FaultKind("no_terminal", "a clean end before the event with the finish reason", frames=ended(_unfinished)),
    FaultKind("done_appended", "one [DONE] more than the API sends", frames=ended(_complete, Write(DONE))),
    FaultKind("done_without_finish", "[DONE] without finish reason", frames=ended(started, Write(DONE))),
    FaultKind("no_done", "a finish reason, then a clean end without [DONE]", frames=ended(_counted)),
    FaultKind("half_event", "a clean end in the middle of an event", frames=_half_event, body=_half_body()),
    FaultKind("gzip", "packed with gzip", wrap=lambda reply, _: _gzip(reply, cut=False)),
    FaultKind("gzip_cut", "packed with gzip, the second half is missing", wrap=lambda reply, _: _gzip(reply, cut=True)),
]
