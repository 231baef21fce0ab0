"""What compatible servers send: content kept, calls whole, usage kept, or one typed error; however it is cut."""

import random
from contextlib import suppress
from typing import Any

import pytest

from app.llm.stream import AnswerStream
from app.runtime.errors import ServiceError
from tests.decoders import chat_stream
from tests.faults.chunks import Said
from tests.faults.decoding import Decoded, decode, recut
from tests.faults.oddities import ODDITIES
from tests.faults.providers import PROVIDERS
from tests.faults.scene import Fault, Scene
from tests.faults.scripts import streamed

STREAMS = {**PROVIDERS, **ODDITIES}
by_name = pytest.mark.parametrize("said", STREAMS.values(), ids=STREAMS.keys())


def open_stream() -> AnswerStream:
    return chat_stream("m", max_event_bytes=100_000)


def expected(said: Said) -> Decoded:
    calls = [] if said.code else list(said.calls)
    reason = None if said.code else said.finish_reason
    return Decoded(said.text, calls, reason, said.code, said.prompt_tokens)


@by_name
def test_what_is_in_it(said: Said) -> None:
    assert decode(open_stream, [said.stream]) == expected(said)


@by_name
def test_the_same_byte_by_byte_and_cut_at_random(said: Said) -> None:
    dice = random.Random(said.stream)
    assert decode(open_stream, [said.stream[at : at + 1] for at in range(len(said.stream))]) == expected(said)
    for _ in range(20):
        assert decode(open_stream, recut(said.stream, dice)) == expected(said)


@by_name
async def test_over_sockets(scene: Scene, said: Said) -> None:
    calls: Any = said.calls
    fault = Fault(
        scripts=streamed(said.stream, held=False),
        code=said.code,
        text=said.text,
        begun=said.code == "invalid_tool_arguments" and b"tool_calls" in said.stream,
        finish_reason=said.finish_reason,
        calls=calls,
        estimated=said.prompt_tokens is None if said.code is None else None,
    )
    await scene.check(fault, "chat_stream")


@by_name
def test_errors_never_quote_upstream(said: Said) -> None:
    stream = open_stream()
    with suppress(ServiceError):
        stream.feed(said.stream)
        stream.check_end()
    assert "sk-" not in str(stream.failure and stream.failure.problem())
