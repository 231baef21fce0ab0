"""Faults of time and connection: slow, silent, cut, reset, ended too early."""

import gzip
from collections.abc import Callable, Iterable, Iterator

from tests.simulated_providers.asgi import Cut, Pause, Reply, Reset, Step, Write
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import DONE, Frames, writes

KEEP_ALIVE = b": keep-alive\n\n"
KEEP_ALIVE_SECONDS = 0.05


def _begun(frames: Frames, fault: Fault) -> Iterator[Step]:
    """The beginning of a stream up to the fault."""
    yield from writes([*frames.opening, *frames.content[: fault.after]])


def _rest(frames: Frames, fault: Fault) -> Iterator[Step]:
    """What the fault has held up."""
    yield from writes([*frames.content[fault.after :], *frames.finish, *frames.usage, *frames.done])


def _half(body: bytes) -> Write:
    return Write(body[: len(body) // 2])


def _slow_headers(reply: Reply, fault: Fault) -> Reply:
    reply.delay = fault.seconds
    return reply


def _slow_body(reply: Reply, fault: Fault) -> Reply:
    reply.steps = [Pause(fault.seconds), *reply.steps]
    return reply


def _slow_first_token(frames: Frames, fault: Fault) -> Iterator[Step]:
    yield from writes(frames.opening)
    yield Pause(fault.seconds)
    yield from writes([*frames.content, *frames.finish, *frames.usage, *frames.done])


def _stall(frames: Frames, fault: Fault) -> Iterator[Step]:
    yield from _begun(frames, fault)
    yield Pause(fault.seconds)
    yield from _rest(frames, fault)


def _stalled_body(body: bytes, fault: Fault) -> Iterator[Step]:
    yield _half(body)
    yield Pause(fault.seconds)
    yield Write(body[len(body) // 2 :])


def _alive_with(sign: Callable[[Frames], bytes]) -> Callable[[Frames, Fault], Iterator[Step]]:
    """After the beginning only signs of life, until `seconds` have passed."""

    def steps(frames: Frames, fault: Fault) -> Iterator[Step]:
        yield from _begun(frames, fault)
        for _ in range(round(fault.seconds / KEEP_ALIVE_SECONDS)):
            yield Write(sign(frames))
            yield Pause(KEEP_ALIVE_SECONDS)
        yield from _rest(frames, fault)

    return steps


def _no_answer(step: Step) -> Callable[[Fault], Reply]:
    return lambda _: Reply(None, {}, [step])


def _broken(step: Step) -> Callable[[Frames, Fault], Iterator[Step]]:
    def steps(frames: Frames, fault: Fault) -> Iterator[Step]:
        yield from _begun(frames, fault)
        # The client has read what was sent before the connection breaks; a reset discards what it has not.
        yield Pause(KEEP_ALIVE_SECONDS)
        yield step

    return steps


def _broken_after_finish(step: Step) -> Callable[[Frames, Fault], Iterator[Step]]:
    def steps(frames: Frames, _: Fault) -> Iterator[Step]:
        yield from writes([*frames.opening, *frames.content, *frames.finish])
        yield Pause(KEEP_ALIVE_SECONDS)
        yield step

    return steps


def _broken_body(step: Step) -> Callable[[bytes, Fault], Iterator[Step]]:
    def steps(body: bytes, _: Fault) -> Iterator[Step]:
        yield _half(body)
        yield Pause(KEEP_ALIVE_SECONDS)
        yield step

    return steps


def _no_finish(frames: Frames, fault: Fault) -> Iterable[Step]:
    return _begun(frames, fault)


def _done_without_finish(frames: Frames, fault: Fault) -> Iterator[Step]:
    yield from _begun(frames, fault)
    yield Write(DONE)


def _no_done(frames: Frames, _: Fault) -> Iterable[Step]:
    return writes([*frames.opening, *frames.content, *frames.finish, *frames.usage])


def _all_but_terminal(frames: Frames) -> Iterator[Step]:
    """The whole answer, and not the event that says it is whole."""
    yield from writes([*frames.opening, *frames.content, *frames.finish[:-1]])


def _no_terminal(frames: Frames, _: Fault) -> Iterator[Step]:
    yield from _all_but_terminal(frames)


def _cut_before_terminal(frames: Frames, _: Fault) -> Iterator[Step]:
    yield from _all_but_terminal(frames)
    yield Pause(KEEP_ALIVE_SECONDS)
    yield Cut()


def _done_appended(frames: Frames, _: Fault) -> Iterator[Step]:
    yield from writes([*frames.every(), DONE])


def _half_event(frames: Frames, fault: Fault) -> Iterator[Step]:
    yield from _begun(frames, fault)
    following = [*frames.content[fault.after :], *frames.finish][0]
    yield _half(following)


def _half_body(body: bytes, _: Fault) -> Iterator[Step]:
    yield _half(body)


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
    FaultKind("cut", "closed after `after` chunks", frames=_broken(Cut()), body=_broken_body(Cut())),
    FaultKind("reset", "reset after `after` chunks", frames=_broken(Reset()), body=_broken_body(Reset())),
    FaultKind("cut_before_terminal", "closed before the event with the finish reason", frames=_cut_before_terminal),
    FaultKind("cut_after_finish", "closed after the finish reason", frames=_broken_after_finish(Cut())),
    FaultKind("reset_after_finish", "reset after the finish reason", frames=_broken_after_finish(Reset())),
    FaultKind("no_finish", "a clean end without finish reason and [DONE]", frames=_no_finish),
    FaultKind("no_terminal", "a clean end before the event with the finish reason", frames=_no_terminal),
    FaultKind("done_appended", "one [DONE] more than the API sends", frames=_done_appended),
    FaultKind("done_without_finish", "[DONE] without finish reason", frames=_done_without_finish),
    FaultKind("no_done", "a finish reason, then a clean end without [DONE]", frames=_no_done),
    FaultKind("half_event", "a clean end in the middle of an event", frames=_half_event, body=_half_body),
    FaultKind("gzip", "packed with gzip", wrap=lambda reply, _: _gzip(reply, cut=False)),
    FaultKind("gzip_cut", "packed with gzip, the second half is missing", wrap=lambda reply, _: _gzip(reply, cut=True)),
]
