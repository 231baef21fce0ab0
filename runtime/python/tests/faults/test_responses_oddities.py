"""Streams of the Responses API as compatible servers send them: content kept, calls whole, or one typed error."""

import random
from typing import Any

import pytest

from app.llm.stream import AnswerStream
from tests import responses_upstream as responses
from tests.decoders import responses_stream
from tests.faults.chunks import ONE, OSLO, PARIS, TWO, Said
from tests.faults.decoding import Decoded, decode, recut
from tests.upstream import DONE, event

CREATED, BEGUN = responses.CREATED, responses.BEGUN
MESSAGE = responses.message("Hello")
END = responses.ended(MESSAGE)
SAID = responses.text("Hel") + responses.text("lo")
FIRST = responses.call("a", "get_weather", ONE, "fc_0")
SECOND = responses.call("b", "get_weather", TWO, "fc_1")


def unnamed(stream: bytes) -> bytes:
    """Without `event:` lines."""
    return b"\n".join(line for line in stream.split(b"\n") if not line.startswith(b"event: "))


def done(kind: str, **members: Any) -> bytes:
    return responses.named(f"response.{kind}.done", **members)


ODDITIES: dict[str, Said] = {
    "no event lines": Said(stream=unnamed(BEGUN + SAID + END), text="Hello"),
    "[DONE] at the end": Said(stream=BEGUN + SAID + END + DONE, text="Hello"),
    "text at its end only": Said(
        stream=CREATED + done("output_text", output_index=0, content_index=0, text="Hello") + responses.ended(),
        text="Hello",
    ),
    "text at its end once more": Said(
        stream=BEGUN + SAID + done("output_text", output_index=0, text="Hello") + responses.done(0, MESSAGE) + END,
        text="Hello",
    ),
    "text in the last event only": Said(stream=CREATED + END, text="Hello"),
    "text without an index": Said(
        stream=CREATED + responses.named("response.output_text.delta", delta="Hello") + responses.ended(), text="Hello"
    ),
    "content as text in the last event": Said(
        stream=CREATED + responses.ended({"type": "message", "content": "Hello"}), text="Hello"
    ),
    "arguments at their end only": Said(
        stream=CREATED
        + responses.added(0, FIRST)
        + done("function_call_arguments", item_id="fc_0", output_index=0, arguments=ONE)
        + responses.ended(),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "arguments as objects": Said(
        stream=CREATED + responses.done(0, {**FIRST, "arguments": {"city": "Paris"}}) + responses.ended(),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "a call in the last event only, after text": Said(
        stream=BEGUN + SAID + responses.done(0, MESSAGE) + responses.ended(MESSAGE, FIRST),
        text="Hello",
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "one of two calls in the last event only": Said(
        stream=CREATED + responses.done(0, FIRST) + responses.ended(FIRST, SECOND),
        calls=[PARIS, OSLO],
        finish_reason="tool_calls",
    ),
    "calls with other ids at their end": Said(
        stream=CREATED
        + responses.added(0, FIRST)
        + responses.arguments(ONE)
        + responses.done(0, {**FIRST, "id": "fc_9", "call_id": "z"})
        + responses.ended({**FIRST, "id": "fc_8", "call_id": "y"}),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "completed, though the response says incomplete": Said(
        stream=BEGUN + SAID + responses.named("response.completed", response=responses.response(status="incomplete")),
        text="Hello",
        finish_reason="length",
    ),
    "completed, though the response says failed": Said(
        stream=BEGUN + SAID + responses.named("response.completed", response=responses.response(status="failed")),
        text="Hello",
        code="stream_interrupted",
    ),
    "surrogates cut apart": Said(
        stream=BEGUN + responses.text("Hi \ud83d") + responses.text("\ude00!") + responses.ended(),
        text="Hi \U0001f600!",
    ),
    "usage as floats and in quotes": Said(
        stream=BEGUN + SAID + responses.ended(usage={"input_tokens": "9", "output_tokens": 2.0}), text="Hello"
    ),
    "usage of nothing": Said(stream=BEGUN + SAID + responses.ended(usage={}), text="Hello", prompt_tokens=None),
    "reasoning in its own events": Said(
        stream=CREATED
        + responses.added(0, responses.REASONING)
        + responses.named("response.reasoning_text.delta", output_index=0, delta="Hm.")
        + responses.named("response.reasoning_summary_text.delta", output_index=0, delta="Hm.")
        + responses.done(0, responses.REASONING)
        + responses.text("Hello", 1)
        + END,
        text="Hello",
    ),
    "an error with a status": Said(
        stream=BEGUN + SAID + responses.named("error", code=429, message="sk-secret"),
        text="Hello",
        code="rate_limited",
        prompt_tokens=None,
    ),
    "an error without a type": Said(
        stream=BEGUN + SAID + event({"error": {"message": "sk-secret", "type": "overloaded_error"}}),
        text="Hello",
        code="upstream_unavailable",
        prompt_tokens=None,
    ),
    "an error in vLLM's shape": Said(
        stream=BEGUN + SAID + event({"object": "error", "message": "sk-secret", "code": 500}),
        text="Hello",
        code="upstream_unavailable",
        prompt_tokens=None,
    ),
    "an error in a list": Said(
        stream=BEGUN + SAID + event([{"error": {"code": 503}}]),
        text="Hello",
        code="upstream_unavailable",
        prompt_tokens=None,
    ),
    "an error of null": Said(stream=BEGUN + event({"error": None}) + SAID + END, text="Hello"),
}


def open_stream() -> AnswerStream:
    return responses_stream("m", max_event_bytes=100_000)


@pytest.mark.parametrize("said", ODDITIES.values(), ids=ODDITIES.keys())
def test_what_is_in_it_however_it_is_cut(said: Said) -> None:
    failed = said.code is not None
    expected = Decoded(
        said.text,
        [] if failed else list(said.calls),
        None if failed else said.finish_reason,
        said.code,
        said.prompt_tokens,
    )
    assert decode(open_stream, [said.stream]) == expected
    assert decode(open_stream, [said.stream[at : at + 1] for at in range(len(said.stream))]) == expected
    dice = random.Random(said.stream)
    for _ in range(20):
        assert decode(open_stream, recut(said.stream, dice)) == expected
