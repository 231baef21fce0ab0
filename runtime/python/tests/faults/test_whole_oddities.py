"""Whole answers of compatible servers, by both APIs: content kept, calls whole, usage kept, or one typed error."""

import json
from typing import Any

import pytest

from app.llm.answer import ModelAnswer
from app.llm.types import Timing
from app.runtime.errors import ServiceError
from tests import responses_upstream as responses
from tests.decoders import completed, read_whole_answer, read_whole_response
from tests.faults.chunks import ONE, OSLO, PARIS, TWO
from tests.faults.decoding import UNCOUNTED, Decoded
from tests.upstream import USAGE


def chat(message: Any, finish_reason: Any = "stop", *, choice: Any = None, **more: Any) -> bytes:
    """A completion whose parts are as given."""
    choices: Any = [{"index": 0, "message": message, "finish_reason": finish_reason, **(choice or {})}]
    return json.dumps({"id": "1", "choices": choices, "usage": USAGE, **more}).encode()


def call(arguments: Any, name: str | None = "get_weather", **members: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "arguments": arguments}, **members}


NO_TIME: Timing = {"first_token_ms": None, "total_ms": 0.0}
HELLO = Decoded("Hello", [], "stop", None, 9)
CALLS = Decoded("", [PARIS, OSLO], "tool_calls", None, 9)
ONE_CALL = Decoded("", [PARIS], "tool_calls", None, 9)
EMPTY_CALL = Decoded("", [("get_weather", {})], "tool_calls", None, 9)


def failed(code: str, prompt_tokens: int | None = 9) -> Decoded:
    return Decoded("", [], None, code, prompt_tokens)


CHAT: dict[str, tuple[bytes, Decoded]] = {
    "content in parts": (chat({"content": [{"type": "text", "text": "Hel"}, {"type": "text", "text": "lo"}]}), HELLO),
    "thoughts beside the content": (
        chat({"content": [{"type": "thinking", "thinking": []}, {"type": "text", "text": "Hello"}], "reasoning": "Hm"}),
        HELLO,
    ),
    "calls without ids or indices": (chat({"tool_calls": [call(ONE), call(TWO)]}, "tool_calls"), CALLS),
    "two calls with one id": (
        chat({"tool_calls": [call(ONE, id="edit:22"), call(TWO, id="edit:22")]}, "tool_calls"),
        CALLS,
    ),
    "arguments as objects": (chat({"tool_calls": [call({"city": "Paris"}, id="a")]}, "tool_calls"), ONE_CALL),
    "calls in both forms": (
        chat({"function_call": {"name": "get_weather", "arguments": ONE}, "tool_calls": [call(ONE, id="a")]}),
        ONE_CALL,
    ),
    "calls of null": (chat({"content": "Hello", "tool_calls": None, "function_call": None}), HELLO),
    "arguments null": (chat({"tool_calls": [call(None)]}, "tool_calls"), EMPTY_CALL),
    "tool_calls without a call": (chat({"content": None}, "tool_calls"), failed("stream_malformed")),
    "another choice first": (
        json.dumps(
            {
                "choices": [
                    {"index": 1, "message": {"content": "no"}, "finish_reason": "length"},
                    {"index": 0, "message": {"content": "Hello"}, "finish_reason": "stop"},
                ],
                "usage": USAGE,
            }
        ).encode(),
        HELLO,
    ),
    "finish_reason end_turn": (chat({"content": "Hello"}, "end_turn"), HELLO),
    "finish_reason SAFETY": (chat({"content": "Hello"}, "SAFETY"), failed("content_filtered")),
    "finish_reason error": (chat({"content": "Hello"}, "error"), failed("stream_interrupted")),
    "finish_reason null": (chat({"content": "Hello"}, None), HELLO),
    "finish_reason of an empty text": (chat({"content": "Hello"}, ""), HELLO),
    "finish_reason null and nothing said": (chat({"content": None}, None), failed("stream_interrupted")),
    "an empty place for a call": (chat({"content": "Hello", "function_call": {"name": "", "arguments": ""}}), HELLO),
    "an empty call among the tools": (chat({"content": "Hello", "tool_calls": [call("", name="")]}), HELLO),
    "usage in quotes": (chat({"content": "Hello"}, usage={"prompt_tokens": "9", "completion_tokens": 2.0}), HELLO),
    "usage of nothing": (chat({"content": "Hello"}, usage={}), HELLO._replace(prompt_tokens=None)),
    "an error of null": (chat({"content": "Hello"}, error=None), HELLO),
    "an error with a status": (b'{"error": {"code": 402, "message": "sk-secret"}}', failed("quota_exceeded", None)),
    "an error in a list": (b'[{"error": {"code": 503, "message": "x"}}]', failed("upstream_unavailable", None)),
    "an error in vLLM's shape": (
        b'{"object": "error", "message": "sk-secret", "type": "BadRequestError", "code": 400}',
        failed("invalid_request", None),
    ),
    "an error beside choices": (
        chat({"content": ""}, "error", error={"code": 502, "message": "sk-secret"}),
        failed("upstream_unavailable", None),
    ),
    "Cloudflare's envelope": (b'{"success": false, "errors": [{"code": 10000}]}', failed("stream_malformed", None)),
    "half a pair of surrogates": (chat({"content": "Hello\ud83d"}), HELLO._replace(text="Hello\ufffd")),
    "NaN beside it": (b'{"x": NaN, ' + chat({"content": "Hello"})[1:], HELLO),
}

MESSAGE = responses.message("Hello")
RESPONSES: dict[str, tuple[bytes, Decoded]] = {
    "content as text": (responses.whole({"type": "message", "content": "Hello"}), HELLO),
    "reasoning before it": (responses.whole({"type": "reasoning", "content": [{"text": "Hm"}]}, MESSAGE), HELLO),
    "items of null and of new kinds": (responses.whole(None, {"type": "web_search_call"}, MESSAGE), HELLO),
    "arguments as objects": (
        responses.whole({"type": "function_call", "name": "get_weather", "arguments": {"city": "Paris"}}),
        ONE_CALL,
    ),
    "usage in quotes": (responses.whole(MESSAGE, usage={"input_tokens": "9", "output_tokens": 2.0}), HELLO),
    "usage of nothing": (responses.whole(MESSAGE, usage={}), HELLO._replace(prompt_tokens=None)),
    "still in progress": (responses.whole(MESSAGE, status="in_progress"), failed("stream_interrupted")),
    "no status": (responses.whole(MESSAGE, status=None), failed("stream_interrupted")),  # pyright: ignore[reportArgumentType]
    "an error in its answer": (
        responses.whole(status="failed", error={"code": "rate_limit_exceeded", "message": "sk-secret"}),
        failed("rate_limited", None),
    ),
    "an error with a status": (b'{"error": {"code": 402, "message": "sk-secret"}}', failed("quota_exceeded", None)),
    "an error in vLLM's shape": (
        b'{"object": "error", "message": "sk-secret", "type": "x", "code": 500}',
        failed("upstream_unavailable", None),
    ),
}


def whole(read: Any, body: bytes) -> Decoded:
    """What the answer comes to."""
    answer: ModelAnswer | None = None
    try:
        answer = read(body, "m")
        assert answer is not None
        usage = answer.usage or UNCOUNTED
        done = completed(answer, expects_json=False, usage=usage, timing=NO_TIME)
    except ServiceError as error:
        counted = None if answer is None or answer.usage is None else answer.usage["prompt_tokens"]
        return Decoded("", [], None, error.code, counted)
    calls = [(call["name"], call["arguments"]) for call in done["tool_calls"]]
    counted = None if answer.usage is None else answer.usage["prompt_tokens"]
    return Decoded(done["content"] or "", calls, done["finish_reason"], None, counted)


def test_errors_never_quote_upstream() -> None:
    for read, answers in ((read_whole_answer, CHAT), (read_whole_response, RESPONSES)):
        for body, expected in answers.values():
            if expected.code is not None and b"sk-secret" in body:
                with pytest.raises(ServiceError) as caught:
                    completed(read(body, "m"), expects_json=False, usage=UNCOUNTED, timing=NO_TIME)
                assert "sk-" not in str(caught.value.problem())


@pytest.mark.parametrize(("body", "expected"), CHAT.values(), ids=CHAT.keys())
def test_completions(body: bytes, expected: Decoded) -> None:
    assert whole(read_whole_answer, body) == expected


@pytest.mark.parametrize(("body", "expected"), RESPONSES.values(), ids=RESPONSES.keys())
def test_responses(body: bytes, expected: Decoded) -> None:
    assert whole(read_whole_response, body) == expected
