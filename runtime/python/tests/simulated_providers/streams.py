"""Answers as streams: their events in the groups that faults work on, these as bytes, and the pace of the bytes.

Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.simulated_providers.asgi import Step, Until, Write
from tests.simulated_providers.json_values import JsonObject, encode
from tests.simulated_providers.settings import Settings

DONE = b"data: [DONE]\n\n"


class Event(NamedTuple):
    """One event: the name on its `event:` line, None without such a line, and its data."""

    name: str | None
    data: JsonObject

    @property
    def frame(self) -> bytes:
        """The event as it is sent."""
        return b"%bdata: %b\n\n" % (f"event: {self.name}\n".encode() if self.name else b"", encode(self.data))


@dataclass(slots=True)
class Events:
    """The events of a stream in the order they are sent.

    `opening` is everything before the first piece of the answer, `content` reaches from it to the last piece, `finish`
    says how the answer ended, `usage` what it cost where that is an event of its own.
    """

    opening: list[Event]
    content: list[Event]
    finish: list[Event]
    usage: list[Event] = field(default_factory=list[Event])

    def every(self) -> list[Event]:
        """All of them in order."""
        return [*self.opening, *self.content, *self.finish, *self.usage]


@dataclass(slots=True)
class Frames:
    """The events of a stream as bytes, in the order and the groups of `Events`, and what ends it.

    `idle` is an event that says nothing new. So many events of the opening leave `at_once`, the others with the first
    token.
    """

    opening: list[bytes]
    content: list[bytes]
    finish: list[bytes]
    usage: list[bytes]
    done: list[bytes]
    idle: bytes
    at_once: int

    def every(self) -> list[bytes]:
        """All of them in order."""
        return [*self.opening, *self.content, *self.finish, *self.usage, *self.done]


def encode_events(events: Events, *, idle: Event, done: Sequence[bytes] = (), at_once: int = 0) -> Frames:
    """All events as bytes, ready before the first one leaves; for the rest see `Frames`."""
    groups = (events.opening, events.content, events.finish, events.usage)
    opening, content, finish, usage = ([event.frame for event in group] for group in groups)
    return Frames(opening, content, finish, usage, list(done), idle.frame, at_once)


def paced(frames: Frames, settings: Settings) -> Iterator[Step]:
    """The steps of an undisturbed stream at the speed that is set."""
    first = settings.first_token_ms / 1000
    yield from writes(frames.opening[: frames.at_once], settings.chunks_per_write)
    if first:
        yield Until(first)
    yield from writes(frames.opening[frames.at_once :], settings.chunks_per_write)
    yield from _paced_content(frames.content, settings)
    yield Write(b"".join([*frames.finish, *frames.usage, *frames.done]))


def _paced_content(content: list[bytes], settings: Settings) -> Iterator[Step]:
    """The steps of the content: each chunk when its tokens are due."""
    interval = settings.tokens_per_chunk / settings.tokens_per_second if settings.tokens_per_second else 0
    size = max(1, settings.chunks_per_write)
    for place, step in enumerate(writes(content, size)):
        if interval:
            yield Until(settings.first_token_ms / 1000 + place * size * interval)
        yield step


def writes(frames: Iterable[bytes], size: int = 1) -> Iterator[Step]:
    """So many frames in each write."""
    held = list(frames)
    for start in range(0, len(held), max(1, size)):
        yield Write(b"".join(held[start : start + max(1, size)]))
