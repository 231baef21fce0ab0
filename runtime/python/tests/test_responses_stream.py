"""The decoders of the Responses API alone: what they make of the bytes that servers send, however they are cut."""

import json
import random
from typing import Any

import pytest

from app.llm.types import Completion, FunctionCallDelta
from app.runtime.errors import ServiceError
from tests.decoders import completed, read_whole_response, responses_stream
from tests.responses_upstream import (
    BEGUN,
    COUNTS,
    CREATED,
    HELLO,
    REASONING,
    added,
    arguments,
    call,
    done,
    ended,
    failed,
    incomplete,
    message,
    named,
    text,
    whole,
)

LIMIT = 100_000
TIMING: Any = {"first_token_ms": None, "total_ms": 0.0}


def read(*reads: bytes, expects_json: bool = False) -> tuple[str, Completion]:
    """The text as it came piece by piece, and the result."""
    stream = responses_stream("gpt-asked", max_event_bytes=LIMIT)
    pieces = [piece for data in reads for piece in stream.feed(data) if isinstance(piece, str)]
    stream.check_end()
    usage = stream.answer.usage or COUNTS
    return "".join(pieces), completed(stream.answer, expects_json=expects_json, usage=usage, timing=TIMING)


def read_whole(body: bytes, *, expects_json: bool = False, calls_end_as: str = "tool_calls") -> Completion:
    answer = read_whole_response(body, "gpt-asked", calls_end_as=calls_end_as)
    return completed(answer, expects_json=expects_json, usage=answer.usage or COUNTS, timing=TIMING)


def outcome(*reads: bytes, expects_json: bool = False) -> str:
    """The text, or the code of the error."""
    try:
        return read(*reads, expects_json=expects_json)[0]
    except ServiceError as error:
        return error.code


def whole_outcome(body: bytes, *, expects_json: bool = False) -> str | None:
    try:
        return read_whole(body, expects_json=expects_json)["content"]
    except ServiceError as error:
        return error.code


def test_a_plain_stream() -> None:
    streamed, completion = read(HELLO)
    assert streamed == completion["content"] == "Hello"
    assert completion["usage"] == COUNTS
    assert (completion["id"], completion["model"], completion["finish_reason"]) == ("resp_1", "gpt-x", "stop")
    assert completion["function_call"] is None
    assert completion["tool_calls"] == []


MESSAGE = message("Hello")
ENDS = {
    "cut_before_the_terminal_event": (BEGUN + text("Hel"), "stream_interrupted"),
    "no_terminal_event": (BEGUN + text("Hello") + done(0, MESSAGE), "stream_interrupted"),
    "created_only": (CREATED, "stream_interrupted"),
    "done_marker_without_a_terminal_event": (BEGUN + text("Hello") + b"data: [DONE]\n\n", "stream_interrupted"),
    "done_marker_after_the_terminal_event": (HELLO + b"data: [DONE]\n\n", "Hello"),
    "half_an_event_at_the_end": (HELLO.rstrip(b"\n"), "stream_interrupted"),
    "half_an_event_after_the_end": (HELLO + b'data: {"type": "resp', "Hello"),
    "html": (b"<html><body>Bad gateway</body></html>", "stream_malformed"),
    "plain_json": (whole(MESSAGE), "stream_malformed"),
    "empty_body": (b"", "stream_malformed"),
    "chunks_of_the_other_api": (b'data: {"choices": [{"delta": {"content": "Hi"}}]}\n\n', "stream_interrupted"),
    "failed_server_error": (BEGUN + text("Hel") + failed("server_error"), "upstream_unavailable"),
    "failed_rate_limit": (BEGUN + failed("rate_limit_exceeded"), "rate_limited"),
    "failed_context_length": (CREATED + failed("context_length_exceeded"), "context_length_exceeded"),
    "failed_for_an_image": (CREATED + failed("invalid_image_url"), "invalid_request"),
    "failed_by_policy": (CREATED + failed("bio_policy"), "content_filtered"),
    "refused_while_answering": (
        CREATED + named("error", error={"type": "invalid_request_error", "code": "odd", "param": "input"}),
        "invalid_request",
    ),
    "failed_otherwise": (BEGUN + failed("vector_store_timeout"), "stream_interrupted"),
    "failed_without_an_error": (BEGUN + ended(status="failed"), "stream_interrupted"),
    "failed_without_a_response": (BEGUN + named("response.failed"), "stream_interrupted"),
    "cancelled": (BEGUN + text("Hel") + ended(status="cancelled"), "stream_interrupted"),
    "incomplete_by_tokens": (BEGUN + text("Hel") + incomplete("max_output_tokens"), "Hel"),
    "incomplete_by_filter": (BEGUN + text("Hel") + incomplete("content_filter"), "content_filtered"),
    "incomplete_for_another_reason": (BEGUN + text("Hel") + incomplete("odd"), "Hel"),
    "error_event": (
        BEGUN + text("Hel") + named("error", code="server_error", message="x", param=None),
        "upstream_unavailable",
    ),
    "error_event_with_an_object": (
        BEGUN + named("error", error={"type": "requests", "code": "rate_limit_exceeded", "message": "x"}),
        "rate_limited",
    ),
    "error_event_without_a_name": (
        BEGUN + b'data: {"type": "error", "code": "odd", "message": "x"}\n\n',
        "stream_interrupted",
    ),
    "error_object_without_a_type": (BEGUN + b'data: {"error": {"code": "insufficient_quota"}}\n\n', "quota_exceeded"),
    "error_and_failed": (CREATED + named("error", code="server_error") + failed("odd"), "upstream_unavailable"),
    "malformed_json": (BEGUN + b'data: {"type": }\n\n', "stream_malformed"),
    "json_that_is_no_object": (BEGUN + b"data: 17\n\n", "stream_malformed"),
    "nesting_without_end": (b"data: " + b"[" * 50_000 + b"\n\n", "stream_malformed"),
    "invalid_utf8": (b'data: {"type": "response.output_text.delta", "delta": "\xff\xfe"}\n\n', "stream_malformed"),
    "event_too_large": (b"data: " + b"x" * (LIMIT + 1) + b"\n\n", "stream_malformed"),
    "event_too_large_and_unfinished": (b"data: " + b"x" * (LIMIT + 1), "stream_malformed"),
    "crlf": (HELLO.replace(b"\n", b"\r\n"), "Hello"),
    "cr": (HELLO.replace(b"\n", b"\r"), "Hello"),
    "comments": (HELLO.replace(b"event: ", b": ping\n\nevent: "), "Hello"),
    "data_without_a_space": (HELLO.replace(b"data: ", b"data:"), "Hello"),
    "byte_order_mark": (b"\xef\xbb\xbf" + HELLO, "Hello"),
    "event_without_data": (b"event: ping\n\n" + HELLO, "Hello"),
    "line_separator_in_data": (BEGUN + text("a\u2028b\u0085c") + ended(), "a\u2028b\u0085c"),
    "keep_alive": (BEGUN + named("keepalive", sequence_number=3) + text("Hello") + ended(), "Hello"),
    "unknown_event": (BEGUN + named("response.aura.delta", delta="?") + text("Hello") + ended(), "Hello"),
    "unknown_item": (BEGUN + added(1, {"type": "aura"}) + done(1, {"type": "aura"}) + text("Hello") + ended(), "Hello"),
    "event_without_a_type": (BEGUN + b'data: {"note": 1}\n\n' + text("Hello") + ended(), "Hello"),
    "type_in_the_event_line_alone": (
        b'event: response.output_text.delta\ndata: {"delta": "Hello"}\n\n' + ended(),
        "Hello",
    ),
    "fields_of_other_types": (
        named("response.output_text.delta", delta="Hello", output_index="0", item_id=7, item=[1]) + ended(),
        "Hello",
    ),
    "delta_of_another_type": (BEGUN + text("Hello") + named("response.audio.delta", delta={}) + ended(), "Hello"),
    "usage_of_another_type": (BEGUN + text("Hello") + ended(usage="none"), "Hello"),
    "null_item": (BEGUN + named("response.output_item.added", item=None) + text("Hello") + ended(None), "Hello"),
    "terminal_event_without_a_response": (BEGUN + text("Hello") + named("response.completed"), "Hello"),
    "text_with_the_item_alone": (BEGUN + done(0, MESSAGE) + ended(MESSAGE), "Hello"),
    "text_with_the_end_alone": (CREATED + ended(REASONING, message("Hel", "lo")), "Hello"),
    "two_parts": (BEGUN + text("Hel") + text("lo", part=1) + ended(message("Hel", "lo")), "Hello"),
    "no_indexes": (HELLO.replace(b'"output_index": 0, ', b""), "Hello"),
    "no_item_ids": (HELLO.replace(b'"item_id": "msg_0", ', b""), "Hello"),
    "events_after_the_end": (HELLO + text("no"), "Hello"),
    "text_done_says_nothing_new": (
        BEGUN + text("Hello") + named("response.output_text.done", output_index=0, text="Hello") + ended(MESSAGE),
        "Hello",
    ),
}


@pytest.mark.parametrize(("stream", "expected"), ENDS.values(), ids=ENDS.keys())
def test_what_a_stream_comes_to(stream: bytes, expected: str) -> None:
    assert outcome(stream) == expected


@pytest.mark.parametrize(("stream", "expected"), ENDS.values(), ids=ENDS.keys())
def test_the_same_byte_by_byte(stream: bytes, expected: str) -> None:
    step = 1000 if len(stream) > 20_000 else 1
    assert outcome(*(stream[i : i + step] for i in range(0, len(stream), step))) == expected


WHOLES = {
    "text": (whole(message("Hel", "lo")), "Hello"),
    "reasoning_before": (whole(REASONING, message("Hello"), None), "Hello"),
    "two_messages": (whole(message("Hel"), message("lo")), "Hello"),
    "incomplete_by_tokens": (
        whole(message("Hel"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
        "Hel",
    ),
    "incomplete_by_filter": (
        whole(message("Hel"), status="incomplete", incomplete_details={"reason": "content_filter"}),
        "content_filtered",
    ),
    "failed": (whole(status="failed", error={"code": "server_error", "message": "x"}), "upstream_unavailable"),
    "failed_in_words": (whole(status="failed", error="overloaded"), "stream_interrupted"),
    "cancelled": (whole(status="cancelled"), "stream_interrupted"),
    "in_progress": (whole(status="in_progress"), "stream_interrupted"),
    "error_object": (b'{"error": {"code": "insufficient_quota"}}', "quota_exceeded"),
    "other_json": (b'{"hello": 1}', "stream_malformed"),
    "completion_of_the_other_api": (b'{"choices": [{"message": {"content": "Hi"}}]}', "stream_malformed"),
    "no_object": (b"[1]", "stream_malformed"),
    "html": (b"<html></html>", "stream_malformed"),
    "empty_body": (b"", "stream_malformed"),
    "fields_of_other_types": (whole(message("Hello"), id=3, usage=[], model=None), "Hello"),
}


@pytest.mark.parametrize(("body", "expected"), WHOLES.values(), ids=WHOLES.keys())
def test_what_a_whole_answer_comes_to(body: bytes, expected: str) -> None:
    assert whole_outcome(body) == expected


ONE = '{"x": 1}'
TWO = '{"x": 2}'
FIRST = call("a", "f", ONE, "fc_1")
SECOND = call("b", "g", TWO, "fc_2")
BOTH = [("a", "f", {"x": 1}), ("b", "g", {"x": 2})]
HALVES = [arguments(ONE[:4], 0), arguments(TWO[:4], 1, "fc_2"), arguments(ONE[4:], 0), arguments(TWO[4:], 1, "fc_2")]
CALLS = {
    "one_after_the_other": (
        added(0, FIRST) + arguments(ONE) + done(0, FIRST) + added(1, SECOND) + arguments(TWO, 1) + done(1, SECOND),
        BOTH,
    ),
    "interleaved": (
        added(0, FIRST) + added(1, SECOND) + b"".join(HALVES) + done(1, SECOND) + done(0, FIRST),
        BOTH,
    ),
    "interleaved_by_item_id_alone": (
        added(0, FIRST)
        + added(1, SECOND)
        + b"".join(HALVES).replace(b'"output_index": 0, ', b"").replace(b'"output_index": 1, ', b""),
        BOTH,
    ),
    "item_ids_that_differ_between_events": (
        added(0, FIRST) + added(1, SECOND) + b"".join(HALVES).replace(b"fc_", b"other_"),
        BOTH,
    ),
    "without_index_and_id": (
        (added(0, FIRST) + arguments(ONE) + done(0, FIRST) + added(1, SECOND) + arguments(TWO) + done(1, SECOND))
        .replace(b'"output_index": 0, ', b"")
        .replace(b'"output_index": 1, ', b"")
        .replace(b'"item_id": "fc_1", ', b""),
        BOTH,
    ),
    "highest_index_first": (
        added(1, SECOND) + arguments(TWO, 1) + done(1, SECOND) + added(0, FIRST) + arguments(ONE) + done(0, FIRST),
        BOTH,
    ),
    "not_announced": (arguments(ONE[:3]) + done(0, FIRST) + done(1, SECOND), BOTH),
    "without_deltas": (added(0, FIRST) + done(0, FIRST) + done(1, SECOND), BOTH),
    "with_the_end_alone": (b"", BOTH),
    "without_done": (added(0, FIRST) + arguments(ONE) + added(1, SECOND) + arguments(TWO, 1), BOTH),
    "without_call_ids": (
        added(0, call(None, "f", ONE)) + done(0, call(None, "f", ONE)) + done(1, call(None, "g", TWO)),
        [("call_0", "f", {"x": 1}), ("call_1", "g", {"x": 2})],
    ),
}


@pytest.mark.parametrize(("stream", "expected"), CALLS.values(), ids=CALLS.keys())
def test_function_calls(stream: bytes, expected: list[Any]) -> None:
    decoder = responses_stream("m", max_event_bytes=LIMIT)
    pieces = [
        piece for piece in decoder.feed(CREATED + stream + ended(FIRST, SECOND)) if isinstance(piece, FunctionCallDelta)
    ]
    completion = completed(decoder.answer, expects_json=False, usage=COUNTS, timing=TIMING)
    assert [(one["id"], one["name"], one["arguments"]) for one in completion["tool_calls"]] == expected
    assert completion["finish_reason"] == "tool_calls"
    for call_id, name, given in expected:
        own = [piece for piece in pieces if piece.id == call_id]
        assert {piece.name for piece in own} == {name}
        assert json.loads("".join(piece.arguments for piece in own)) == given


def test_a_call_can_end_by_the_deprecated_name() -> None:
    stream = responses_stream("m", max_event_bytes=LIMIT, calls_end_as="function_call")
    stream.feed(added(0, FIRST) + done(0, FIRST) + ended(FIRST))
    assert stream.answer.finish_reason == "function_call"
    assert read_whole(whole(FIRST), calls_end_as="function_call")["finish_reason"] == "function_call"


@pytest.mark.parametrize("given", ["{", "[1]", "nul", '{"x": 1} trailing'])
def test_arguments_that_are_no_json_object_are_never_used(given: str) -> None:
    broken = call("a", "f", given)
    assert outcome(added(0, broken) + done(0, broken) + ended(broken)) == "invalid_tool_arguments"
    assert whole_outcome(whole(broken)) == "invalid_tool_arguments"


def test_arguments_cut_by_the_limit_say_so() -> None:
    with pytest.raises(ServiceError) as caught:
        read(added(0, FIRST) + arguments(ONE[:4]) + incomplete("max_output_tokens"))
    assert caught.value.details["finish_reason"] == "length"


def test_json_mode() -> None:
    assert read(BEGUN + text('{"a": ') + text("[1]}") + ended(), expects_json=True)[1]["parsed"] == {"a": [1]}
    assert outcome(BEGUN + text("Sure! {}") + ended(), expects_json=True) == "invalid_json_output"
    assert outcome(BEGUN + text("{}") + incomplete("max_output_tokens"), expects_json=True) == "output_truncated"


def test_a_refusal_is_kept_however_it_comes() -> None:
    item = message(refusal="I cannot.")
    deltas = named("response.refusal.delta", output_index=0, delta="I ") + named(
        "response.refusal.delta", output_index=0, delta="cannot."
    )
    streams = (BEGUN + deltas + done(0, item) + ended(item), BEGUN + done(0, item) + ended(item), ended(item))
    for completion in (read_whole(whole(item)), *(read(stream)[1] for stream in streams)):
        assert (completion["refusal"], completion["content"], completion["parsed"]) == ("I cannot.", None, None)


def test_text_of_interleaved_messages_keeps_the_order_of_the_answer() -> None:
    items = [message("Hello"), message(" world"), message("!")]
    stream = responses_stream("m", max_event_bytes=LIMIT)
    opening = b"".join(added(index, item) for index, item in enumerate(items))
    steps: list[tuple[bytes, list[str]]] = [
        (opening + text("Hel") + text(" wor", 1), ["Hel"]),
        (text("!", 2) + done(2, items[2]) + text("lo"), ["lo"]),
        (done(0, items[0]), [" wor"]),
        (text("ld", 1), ["ld"]),
        (done(1, items[1]), ["!"]),
        (ended(*items), []),
    ]
    for data, expected in steps:
        assert stream.feed(data) == expected
    assert "".join(stream.answer.text) == read_whole(whole(*items))["content"]


def test_text_held_back_leaves_with_the_end() -> None:
    stream = opening = added(0, message()) + added(1, message()) + text("b", 1) + text("a")
    assert read(stream + ended())[0] == "ab"
    assert outcome(opening) == "stream_interrupted"


def test_signs_of_life_are_what_belongs_to_an_item() -> None:
    stream = responses_stream("m", max_event_bytes=LIMIT)
    stream.feed(CREATED + named("keepalive") + named("response.queued"))
    assert (stream.content_seen, stream.thinking) == (0, False)
    stream.feed(added(0, REASONING))
    assert (stream.content_seen, stream.thinking) == (1, True)
    stream.feed(named("response.reasoning_summary_text.delta", output_index=0, delta="Hm") + named("keepalive"))
    assert (stream.content_seen, stream.thinking) == (2, True)
    stream.feed(done(0, REASONING) + text("Hi", 1))
    assert (stream.content_seen, stream.thinking) == (4, False)


def test_cut_keeps_what_had_arrived() -> None:
    stream = responses_stream("m", max_event_bytes=LIMIT)
    stream.feed(BEGUN + text("Hel"))
    with pytest.raises(ServiceError) as caught:
        stream.feed(failed("odd"))
    assert getattr(caught.value, "partial_text", None) == "Hel"
    assert caught.value.problem()["received_characters"] == 3
    assert "sk-" not in json.dumps(caught.value.problem())


def test_usage_of_a_failed_response_is_kept() -> None:
    stream = responses_stream("m", max_event_bytes=LIMIT)
    with pytest.raises(ServiceError):
        stream.feed(BEGUN + failed("server_error"))
    assert stream.answer.usage == COUNTS


SPOKEN_ITEMS = [
    REASONING,
    message("Gr\u00fc\u00dfe \U0001f44b und \u2028 \U0001f600 Ende"),
    call("call_a", "f", '{"a": 1}'),
]
SPOKEN = (
    CREATED
    + added(0, REASONING)
    + done(0, REASONING)
    + added(1, SPOKEN_ITEMS[1])
    + text("Gr\u00fc\u00dfe ", 1)
    + b": ping\r\n\r\n"
    + text("\U0001f44b und \u2028", 1).replace(b"\n", b"\r\n")
    + b'data: {"type": "response.output_text.delta", "output_index": 1, "delta": " \xf0\x9f\x98\x80 Ende"}\n\n'
    + done(1, SPOKEN_ITEMS[1])
    + added(2, SPOKEN_ITEMS[2])
    + arguments('{"a"', 2)
    + arguments(": 1}", 2)
    + done(2, SPOKEN_ITEMS[2])
)
END = ended(*SPOKEN_ITEMS)


def test_streamed_and_whole_are_the_same() -> None:
    assert read(SPOKEN + END)[1] == read_whole(whole(*SPOKEN_ITEMS))


def test_random_reads_give_the_same_result() -> None:
    expected = read(SPOKEN + END)
    dice = random.Random(21)
    for _ in range(300):
        cuts = sorted(dice.sample(range(1, len(SPOKEN + END)), dice.randrange(1, 30)))
        reads = [(SPOKEN + END)[a:b] for a, b in zip([0, *cuts], [*cuts, len(SPOKEN + END)], strict=True)]
        assert read(*reads) == expected


def test_a_stream_cut_at_every_byte_is_whole_or_an_error() -> None:
    for end in range(len(SPOKEN + END)):
        assert outcome((SPOKEN + END)[:end]) in ("stream_malformed", "stream_interrupted")
    assert outcome(SPOKEN + END) == SPOKEN_ITEMS[1]["content"][0]["text"]


def test_random_orders_of_interleaved_items_give_the_whole_answer() -> None:
    items = [message("one two three"), FIRST, message(" four five"), SECOND]
    bodies = [
        [text(piece, 0) for piece in ("one", " two", " three")],
        [arguments(ONE[:4], 1), arguments(ONE[4:], 1)],
        [text(" four", 2), text(" five", 2)],
        [arguments(TWO, 3)],
    ]
    expected = read_whole(whole(*items))
    dice = random.Random(22)
    for _ in range(200):
        queues = [[*body, done(index, items[index])] for index, body in enumerate(bodies)]
        stream = CREATED + b"".join(added(index, item) for index, item in enumerate(items))
        while any(queues):
            stream += dice.choice([queue for queue in queues if queue]).pop(0)
        streamed, completion = read(stream + ended(*items))
        assert completion == expected
        assert streamed == expected["content"]


def test_many_events_in_one_read_and_memory_stays_with_the_text() -> None:
    stream = responses_stream("m", max_event_bytes=LIMIT)
    stream.feed(BEGUN)
    one = text("x")
    for _ in range(200):
        assert stream.feed(one * 100) == ["x"] * 100
    assert len(json.dumps(stream.answer.text)) < 10 * 20_000
