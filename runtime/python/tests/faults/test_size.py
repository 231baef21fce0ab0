"""Answers of any size: long streams in constant memory, and limits that are settings."""

import gc
import tracemalloc

import pytest

from app.llm.stream import AnswerStream
from tests import responses_upstream as responses
from tests.decoders import chat_stream, responses_stream
from tests.faults.asking import BY_RESPONSES, failure, received
from tests.faults.scene import JSON, Way
from tests.upstream import DONE, FINISH, head, text, upstream


async def test_a_stream_of_100_000_chunks() -> None:
    got, error, _ = await received(head(), *[text("x") * 1000] * 100, FINISH + DONE)
    assert error is None
    assert got == "x" * 100_000


async def test_a_response_of_50_000_deltas() -> None:
    deltas = [responses.text("x") * 1000] * 50
    got, error, _ = await received(head() + responses.BEGUN, *deltas, responses.ended(), config=BY_RESPONSES)
    assert error is None
    assert got == "x" * 50_000


DECODERS: list[tuple[AnswerStream, bytes]] = [
    (chat_stream("m", max_event_bytes=100_000), text("x")),
    (responses_stream("m", max_event_bytes=100_000), responses.text("x")),
]


@pytest.mark.parametrize(("stream", "delta"), DECODERS, ids=["chat", "responses"])
def test_memory_stays_with_the_text(stream: AnswerStream, delta: bytes) -> None:
    """Each piece costs a short string and a place in a list, and nothing of its event."""
    stream.feed(delta * 100)
    gc.collect()
    tracemalloc.start()
    try:
        for _ in range(500):
            assert stream.feed(delta * 100) == ["x"] * 100
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 50_000 * 64


@pytest.mark.parametrize("way", ["chat_whole", "responses_whole"])
async def test_an_answer_beyond_the_limit_is_refused(way: Way) -> None:
    async with upstream([JSON + b" " * 100_000, 10.0]) as server:
        error = await failure(server.url, way, max_answer_bytes=50_000)
        assert error.code == "stream_malformed"
        assert "MAX_ANSWER_BYTES" in error.hint


@pytest.mark.parametrize("way", ["chat_stream", "responses_stream"])
async def test_an_event_beyond_the_limit_is_refused(way: Way) -> None:
    async with upstream([head() + b"data: " + b"x" * 6000, 10.0]) as server:
        error = await failure(server.url, way, max_event_bytes=5000)
        assert error.code == "stream_malformed"
        assert "MAX_EVENT_BYTES" in error.hint
