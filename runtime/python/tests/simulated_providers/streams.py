"""Chunks as server-sent events, and the pace at which they leave."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.simulated_providers.chunks import Chunks
from tests.simulated_providers.json_values import JsonObject, encode
from tests.simulated_providers.replies import Step, Until, Write
from tests.simulated_providers.settings import Settings

DONE = b"data: [DONE]\n\n"


@dataclass(slots=True)
class Frames:
    """The events of a stream as bytes, in the order and the groups of `Chunks`, and what ends it.

    `idle` is an event that says nothing new. So many events of the opening leave `at_once`, the others with the first
    token.
    """

    opening: list[bytes]
    content: list[bytes]
    finish: list[bytes]
    usage: list[bytes]
    done: list[bytes]
    idle: bytes
    at_once: int = 0

    def every(self) -> list[bytes]:
        """All of them in order."""
        return [*self.opening, *self.content, *self.finish, *self.usage, *self.done]


def frame(chunk: JsonObject) -> bytes:
    """One event."""
    return b"data: %b\n\n" % encode(chunk)


def encode_chunks(chunks: Chunks) -> Frames:
    """All chunks as events, ready before the first one leaves."""
    opening = [frame(chunk) for chunk in chunks.opening]
    return Frames(
        opening,
        [frame(chunk) for chunk in chunks.content],
        [frame(chunk) for chunk in chunks.finish],
        [frame(chunk) for chunk in chunks.usage],
        [DONE],
        # The first chunk once more: it carries a role and no content.
        idle=opening[0],
    )


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
    if not settings.tokens_per_second:
        yield from writes(content, settings.chunks_per_write)
        return
    interval = settings.tokens_per_chunk / settings.tokens_per_second
    size = max(1, settings.chunks_per_write)
    for start in range(0, len(content), size):
        yield Until(settings.first_token_ms / 1000 + start * interval)
        yield Write(b"".join(content[start : start + size]))


def writes(frames: Iterable[bytes], size: int = 1) -> Iterator[Step]:
    """So many frames in each write."""
    held = list(frames)
    for start in range(0, len(held), max(1, size)):
        yield Write(b"".join(held[start : start + max(1, size)]))
