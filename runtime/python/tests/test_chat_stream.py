"""The stream decoder alone: what it makes of the bytes that servers send, however they are cut."""

import json
import random
from typing import Any

import pytest

from app.llm.types import Completion
from app.runtime.errors import ServiceError
from tests.decoders import chat_stream, completed, read_whole_answer
from tests.upstream import DONE, FINISH, HELLO, USAGE, USAGE_CHUNK, call_delta, chunk, event, text, whole

LIMIT = 100_000
TIMING: Any = {"first_token_ms": None, "total_ms": 0.0}
COUNTS: Any = {
    "prompt_tokens": 9,
    "completion_tokens": 2,
    "total_tokens": 11,
    "cached_tokens": 4,
    "reasoning_tokens": 1,
}


def read(*reads: bytes, expects_json: bool = False) -> tuple[str, Completion]:
    """The text as it came piece by piece, and the result."""
    stream = chat_stream("gpt-asked", max_event_bytes=LIMIT)
    pieces = [piece for data in reads for piece in stream.feed(data) if isinstance(piece, str)]
    stream.check_end()
    usage = stream.answer.usage or COUNTS
    return "".join(pieces), completed(stream.answer, expects_json=expects_json, usage=usage, timing=TIMING)


def outcome(*reads: bytes, expects_json: bool = False) -> str:
    """The text, or the code of the error."""
    try:
        return read(*reads, expects_json=expects_json)[0]
    except ServiceError as error:
        return error.code


def calls(*reads: bytes) -> list[tuple[str, str, Any]]:
    return [(call["id"], call["name"], call["arguments"]) for call in read(*reads)[1]["tool_calls"]]


def test_a_plain_stream() -> None:
    streamed, completion = read(HELLO)
    assert streamed == completion["content"] == "Hello"
    assert completion["usage"] == COUNTS
    assert (completion["id"], completion["model"], completion["finish_reason"]) == ("chatcmpl-1", "gpt-x", "stop")
    assert completion["function_call"] is None
    assert completion["tool_calls"] == []


ENDS = {
    "cut_before_finish_reason": (text("Hel"), "stream_interrupted"),
    "cut_after_finish_reason": (text("Hello") + FINISH, "Hello"),
    "clean_end_without_finish_reason": (text("Hello") + USAGE_CHUNK, "stream_interrupted"),
    "done_without_finish_reason": (text("Hello") + DONE, "stream_interrupted"),
    "finish_reason_without_done": (text("Hello") + FINISH + USAGE_CHUNK, "Hello"),
    "half_an_event_at_the_end": (text("Hel") + FINISH.rstrip(b"\n"), "stream_interrupted"),
    "half_an_event_after_the_finish": (text("Hello") + FINISH + b'data: {"usa', "Hello"),
    "html": (b"<html><body>Bad gateway</body></html>", "stream_malformed"),
    "plain_json": (b'{"id": "chatcmpl-1", "choices": []}', "stream_malformed"),
    "empty_body": (b"", "stream_malformed"),
    "finish_reason_error": (text("Hel") + chunk({}, "error") + DONE, "stream_interrupted"),
    "content_filter": (text("Hel") + chunk({}, "content_filter") + DONE, "content_filtered"),
    "error_object_in_the_stream": (
        text("Hel") + event({"error": {"message": "x", "code": "odd"}}),
        "stream_interrupted",
    ),
    "error_text_in_the_stream": (text("Hel") + event({"error": "overloaded"}), "stream_interrupted"),
    "server_error_in_the_stream": (event({"error": {"type": "server_error", "code": None}}), "upstream_unavailable"),
    "quota_in_the_stream": (event({"error": {"code": "insufficient_quota"}}), "quota_exceeded"),
    "rate_limit_in_the_stream": (event({"error": {"code": "rate_limit_exceeded"}}), "rate_limited"),
    "event_named_error": (text("Hel") + b'event: error\ndata: {"message": "boom"}\n\n', "stream_interrupted"),
    "malformed_json": (text("Hel") + b'data: {"choices": [}\n\n', "stream_malformed"),
    "json_that_is_no_object": (text("Hel") + b"data: 17\n\n", "stream_malformed"),
    "nesting_without_end": (b"data: " + b"[" * 50_000 + b"\n\n", "stream_malformed"),
    "invalid_utf8": (b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n', "stream_malformed"),
    "event_too_large": (b"data: " + b"x" * (LIMIT + 1) + b"\n\n", "stream_malformed"),
    "event_too_large_and_unfinished": (b"data: " + b"x" * (LIMIT + 1), "stream_malformed"),
    "crlf": (HELLO.replace(b"\n", b"\r\n"), "Hello"),
    "cr": (HELLO.replace(b"\n", b"\r"), "Hello"),
    "mixed_line_ends": (text("Hel").replace(b"\n", b"\r") + text("lo").replace(b"\n", b"\r\n") + FINISH, "Hello"),
    "comments": (b": ping\n\n" + text("Hello") + b": ping\n" + FINISH, "Hello"),
    "multi_line_data": (b'data: {"choices": [{"delta":\ndata: {"content": "Hello"}}]}\n\n' + FINISH, "Hello"),
    "data_without_a_space": (HELLO.replace(b"data: ", b"data:"), "Hello"),
    "line_separator_in_data": (
        'data: {"choices": [{"delta": {"content": "a\u2028b\u0085c"}}]}\n\n'.encode() + FINISH,
        "a\u2028b\u0085c",
    ),
    "byte_order_mark": (b"\xef\xbb\xbf" + HELLO, "Hello"),
    "event_without_data": (b"event: ping\n\n" + HELLO, "Hello"),
    "empty_data": (b"data:\n\ndata\n\n" + HELLO, "Hello"),
    "retry_and_id_only": (b"retry: 10\n\nid: 7\n\n" + HELLO, "Hello"),
    "named_events": (HELLO.replace(b"data: {", b"event: message\ndata: {"), "Hello"),
    "empty_choices": (event({"choices": []}) + HELLO, "Hello"),
    "missing_choices": (event({"object": "x"}) + HELLO, "Hello"),
    "null_choices": (event({"choices": None}) + HELLO, "Hello"),
    "null_choice": (event({"choices": [None]}) + HELLO, "Hello"),
    "null_delta": (chunk(None) + HELLO, "Hello"),
    "missing_delta": (event({"choices": [{"index": 0}]}) + HELLO, "Hello"),
    "azure_filter_chunk": (event({"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}) + HELLO, "Hello"),
    "fields_of_other_types": (
        event({"id": 7, "choices": [{"index": "0", "delta": {"content": "Hello", "refusal": 3}}], "usage": []})
        + FINISH,
        "Hello",
    ),
    "tool_calls_of_other_types": (chunk({"content": "Hello", "tool_calls": [3, None]}) + FINISH, "Hello"),
    "usage_of_other_types": (
        event({"choices": [], "usage": {"prompt_tokens": "many"}}) + text("Hello") + FINISH,
        "Hello",
    ),
    "second_choice": (event({"choices": [{"index": 1, "delta": {"content": "no"}}]}) + HELLO, "Hello"),
    "events_after_done": (HELLO + text("no"), "Hello"),
}


@pytest.mark.parametrize(("stream", "expected"), ENDS.values(), ids=ENDS.keys())
def test_what_a_stream_comes_to(stream: bytes, expected: str) -> None:
    assert outcome(stream) == expected


@pytest.mark.parametrize(("stream", "expected"), ENDS.values(), ids=ENDS.keys())
def test_the_same_byte_by_byte(stream: bytes, expected: str) -> None:
    if len(stream) > 20_000:
        reads = [stream[i : i + 1000] for i in range(0, len(stream), 1000)]
    else:
        reads = [stream[i : i + 1] for i in range(len(stream))]
    assert outcome(*reads) == expected


SPOKEN = (
    chunk({"role": "assistant", "content": ""})
    + text("Gr\u00fc\u00dfe ")
    + b": ping\r\n\r\n"
    + text("\U0001f44b und \u2028 Ende").replace(b"\n", b"\r\n")
    + b'data: {"choices": [{"delta": {"content": "\xf0\x9f\x98\x80"}}]}\n\n'
    + call_delta(index=0, id="call_a", type="function", function={"name": "f", "arguments": '{"a"'})
    + call_delta(index=0, function={"arguments": ": 1}"})
    + chunk({}, "tool_calls")
    + USAGE_CHUNK
    + DONE
)


def test_random_reads_give_the_same_result() -> None:
    expected = read(SPOKEN)
    dice = random.Random(20)
    for _ in range(300):
        cuts = sorted(dice.sample(range(1, len(SPOKEN)), dice.randrange(1, 30)))
        reads = [SPOKEN[a:b] for a, b in zip([0, *cuts], [*cuts, len(SPOKEN)], strict=True)]
        assert read(*reads) == expected


def test_a_stream_cut_at_every_byte_is_whole_or_an_error() -> None:
    streamed, completion = read(SPOKEN)
    finished = len(SPOKEN) - len(USAGE_CHUNK + DONE)
    for end in range(len(SPOKEN)):
        got = outcome(SPOKEN[:end])
        if end >= finished:
            assert got == streamed
        else:
            assert got in ("stream_malformed", "stream_interrupted")
    assert completion["function_call"] == {"name": "f", "arguments": {"a": 1}}


def test_cut_keeps_what_had_arrived() -> None:
    stream = chat_stream("m", max_event_bytes=LIMIT)
    stream.feed(text("Hel"))
    with pytest.raises(ServiceError) as caught:
        stream.feed(event({"error": {"code": "odd"}}))
    assert getattr(caught.value, "partial_text", None) == "Hel"
    assert caught.value.problem()["received_characters"] == 3


ONE = '{"x": 1}'
TWO = '{"x": 2}'
CALLS = {
    "without_index": (
        call_delta(id="a", function={"name": "f", "arguments": ONE})
        + call_delta(id="b", function={"name": "g", "arguments": TWO}),
        [("a", "f", {"x": 1}), ("b", "g", {"x": 2})],
    ),
    "without_index_in_pieces": (
        call_delta(id="a", function={"name": "f", "arguments": ONE[:4]}) + call_delta(function={"arguments": ONE[4:]}),
        [("a", "f", {"x": 1})],
    ),
    "without_id": (
        call_delta(index=0, function={"name": "f", "arguments": ONE})
        + call_delta(index=1, function={"name": "g", "arguments": TWO}),
        [("call_0", "f", {"x": 1}), ("call_1", "g", {"x": 2})],
    ),
    "same_index_with_a_new_id": (
        call_delta(index=0, id="a", function={"name": "f", "arguments": ONE})
        + call_delta(index=0, id="b", function={"name": "g", "arguments": TWO}),
        [("a", "f", {"x": 1}), ("b", "g", {"x": 2})],
    ),
    "first_index_one": (call_delta(index=1, id="a", function={"name": "f", "arguments": ONE}), [("a", "f", {"x": 1})]),
    "interleaved": (
        call_delta(index=0, id="a", function={"name": "f", "arguments": ONE[:4]})
        + call_delta(index=1, id="b", function={"name": "g", "arguments": TWO[:4]})
        + call_delta(index=0, function={"arguments": ONE[4:]})
        + call_delta(index=1, function={"arguments": TWO[4:]}),
        [("a", "f", {"x": 1}), ("b", "g", {"x": 2})],
    ),
    "name_repeated": (
        call_delta(index=0, id="a", function={"name": "f", "arguments": ONE[:4]})
        + call_delta(index=0, id="a", function={"name": "f", "arguments": ONE[4:]}),
        [("a", "f", {"x": 1})],
    ),
    "legacy_function_call": (
        chunk({"function_call": {"name": "f", "arguments": ""}})
        + chunk({"function_call": {"arguments": ONE[:3]}})
        + chunk({"function_call": {"arguments": ONE[3:]}}),
        [("call_0", "f", {"x": 1})],
    ),
}


@pytest.mark.parametrize(("stream", "expected"), CALLS.values(), ids=CALLS.keys())
def test_tool_deltas(stream: bytes, expected: list[Any]) -> None:
    assert calls(stream + chunk({}, "tool_calls") + DONE) == expected


def test_stop_together_with_tool_calls_trusts_the_calls() -> None:
    _, completion = read(call_delta(index=0, id="a", function={"name": "f", "arguments": ONE}) + FINISH)
    assert completion["finish_reason"] == "tool_calls"
    assert completion["function_call"] == {"name": "f", "arguments": {"x": 1}}


@pytest.mark.parametrize("arguments", ["{", "[1]", "nul", '"[1]"', '"{"', '{"x": 1} trailing', "{'x': 1}"])
def test_arguments_that_are_no_json_object_are_never_used(arguments: str) -> None:
    stream = call_delta(index=0, id="a", function={"name": "f", "arguments": arguments}) + chunk({}, "tool_calls")
    assert outcome(stream) == "invalid_tool_arguments"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("", {}), (" \n", {}), ("null", {}), ('""', {}), ('"{\\"x\\": 1}"', {"x": 1}), ('" {} "', {})],
)
def test_arguments_that_mean_an_object_are_one(written: str, meant: Any) -> None:
    stream = call_delta(index=0, id="a", function={"name": "f", "arguments": written}) + chunk({}, "tool_calls")
    assert calls(stream) == [("a", "f", meant)]
    asked = {"id": "a", "type": "function", "function": {"name": "f", "arguments": written}}
    answer = read_whole_answer(whole({"tool_calls": [asked]}, "tool_calls"), "m")
    assert [json.loads(call.as_sent("tool_calls")["function"]["arguments"]) for call in answer.calls] == [meant]


def test_json_mode() -> None:
    assert read(text('{"a": ') + text("[1]}") + FINISH, expects_json=True)[1]["parsed"] == {"a": [1]}
    assert outcome(text("Sure! {}") + FINISH, expects_json=True) == "invalid_json_output"
    # Complete JSON or not: what reached the limit is not looked into.
    assert outcome(text("{}") + chunk({}, "length"), expects_json=True) == "output_truncated"
    assert read(text("{}") + chunk({}, "length"))[1]["finish_reason"] == "length"


def test_refusal_is_kept() -> None:
    _, completion = read(chunk({"refusal": "I "}) + chunk({"refusal": "cannot."}) + FINISH, expects_json=True)
    assert (completion["refusal"], completion["content"], completion["parsed"]) == ("I cannot.", None, None)


def test_usage_on_a_chunk_of_its_own_or_beside_the_finish() -> None:
    beside = chunk({}, "stop", usage=USAGE)
    assert read(text("Hello") + beside)[1]["usage"] == COUNTS


def test_many_events_in_one_read_and_memory_stays_with_the_text() -> None:
    stream = chat_stream("m", max_event_bytes=LIMIT)
    one = text("x")
    for _ in range(1000):
        assert stream.feed(one * 100) == ["x"] * 100
    assert len(json.dumps(stream.answer.text)) < 10 * 100_000


@pytest.mark.parametrize("nothing", [b"data", b"data:", b"data: ", b"data:  \t", b"data\ndata", b"event: x\ndata:"])
def test_events_that_hold_nothing_are_passed_over(nothing: bytes) -> None:
    assert outcome(nothing + b"\n\n" + text("Hel") + nothing + b"\n\n" + text("lo") + FINISH + DONE) == "Hello"


FENCED = {
    '```json\n{"city": "Oslo"}\n```': {"city": "Oslo"},
    '  ```JSON \r\n{"city": "Oslo"}\r\n```\n': {"city": "Oslo"},
    '~~~json\n{"city": "Oslo"}\n~~~': {"city": "Oslo"},
    '````json\n{"city": "```"}\n````': {"city": "```"},
    '\ufeff{"city": "Oslo"}': {"city": "Oslo"},
    "```\n[1]\n```": [1],
    '```json {"city": "Oslo"}```': {"city": "Oslo"},
    '```{"city": "Oslo"}\n```': {"city": "Oslo"},
    "```\n17\n```": 17,
    '```json\n{"code": "```"}\n```': {"code": "```"},
}


@pytest.mark.parametrize("said", FENCED)
def test_one_fence_around_json_is_taken_off(said: str) -> None:
    _, completion = read(text(said) + FINISH + DONE, expects_json=True)
    assert completion["parsed"] == FENCED[said]
    assert completion["content"] == said


@pytest.mark.parametrize(
    "said",
    ['{"a": 1}\n{"b": 2}', '```json\n{"a": 1}\n{"b": 2}\n```', 'Here:\n```json\n{"a": 1}\n```', '```json\n{"a": 1}'],
)
def test_json_among_other_things_stays_an_error(said: str) -> None:
    assert outcome(text(said) + FINISH + DONE, expects_json=True) == "invalid_json_output"


def test_an_id_of_an_earlier_call_is_not_used_again() -> None:
    stream = chat_stream("gpt-asked", max_event_bytes=LIMIT, used_ids=("a", "call_1"))
    for index in range(2):
        stream.feed(call_delta(index=index, id="a", function={"name": f"f{index}", "arguments": ONE}))
    stream.feed(chunk({}, "tool_calls") + DONE)
    completion = completed(stream.answer, expects_json=False, usage=COUNTS, timing=TIMING)
    assert [(call["id"], call["name"]) for call in completion["tool_calls"]] == [("call_0", "f0"), ("call_2", "f1")]
