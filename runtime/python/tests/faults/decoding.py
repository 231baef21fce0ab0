"""Decoders without sockets: a stream's reads in, what it comes to out, for tests that need very many of them."""

import random
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from app.llm.stream import AnswerStream
from app.runtime.errors import ServiceError
from app.runtime.usage import Usage
from tests.decoders import completed

UNCOUNTED: Usage = {
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "total_tokens": 0,
    "cached_tokens": 0,
    "reasoning_tokens": 0,
}


class Decoded(NamedTuple):
    """What a stream comes to: the text as it came, and the calls and the finish_reason, or an error's code.

    `prompt_tokens` is None where no usage was reported.
    """

    text: str
    calls: list[tuple[str, Any]]
    finish_reason: str | None
    code: str | None
    prompt_tokens: int | None


def decode(open_stream: Callable[[], AnswerStream], reads: Iterable[bytes], *, cut: bool = False) -> Decoded:
    """Reads a stream to its end as a model call does. With `cut` the connection breaks where the reads end."""
    stream = open_stream()
    pieces: list[str] = []
    calls: list[tuple[str, Any]] = []
    reason: str | None = None
    code: str | None = None
    try:
        for read in reads:
            pieces += [piece for piece in stream.feed(read) if isinstance(piece, str)]
            if stream.failure is not None:
                raise stream.failure
        if not cut:
            stream.check_end()
        usage = stream.answer.usage or UNCOUNTED
        completion = completed(
            stream.answer, expects_json=False, usage=usage, timing={"first_token_ms": None, "total_ms": 0.0}
        )
        assert (completion["content"] or "") == "".join(pieces)
        calls = [(call["name"], call["arguments"]) for call in completion["tool_calls"]]
        reason = completion["finish_reason"]
    except ServiceError as error:
        code = error.code
    counted = None if stream.answer.usage is None else stream.answer.usage["prompt_tokens"]
    return Decoded("".join(pieces), calls, reason, code, counted)


def recut(stream: bytes, dice: random.Random) -> list[bytes]:
    """The stream in reads of random sizes."""
    most = min(len(stream) - 1, dice.choice((1, 3, 10, 40)))
    cuts = sorted(dice.sample(range(1, len(stream)), dice.randint(0, most))) if len(stream) > 1 else []
    return [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
