"""Answers of the Messages API, streamed and whole: however a stream is cut, it says what the whole answer says."""

import json
import random
from typing import Any

import pytest

from app.llm.apis.messages.answer import BlocksAnswer
from app.llm.apis.messages.stream import MessagesStream
from app.llm.types import Completion, ReasoningDelta
from tests import messages_upstream as claude
from tests.decoders import completed
from tests.faults.decoding import recut

TIMING: Any = {"first_token_ms": None, "total_ms": 0.0}
CITED: dict[str, Any] = {"type": "page_location", "cited_text": "Oslo", "document_index": 0}
UMLAUT = "gr\u00fc\u00dfe \u65e5\u672c \U0001f600\u2028"


def opened(*, server: str = "anthropic messages claude-x", show_reasoning: bool = False) -> MessagesStream:
    answer = BlocksAnswer("claude-x", server=server, show_reasoning=show_reasoning)
    return MessagesStream(answer, max_event_bytes=1 << 20)


def result(stream: MessagesStream) -> Completion:
    usage = stream.answer.usage
    assert usage is not None
    return completed(stream.answer, usage=usage, timing=TIMING)


def fed(*reads: bytes, **options: Any) -> MessagesStream:
    stream = opened(**options)
    for read in reads:
        stream.feed(read)
        if stream.failure is not None:
            raise stream.failure
    stream.check_end()
    return stream


THINKS_AND_CALLS = (
    claude.START
    + claude.began(0, claude.thinking_block(""))
    + claude.thought("The user ")
    + claude.PING
    + claude.thought("wants an order.")
    + claude.delta(0, "signature_delta", signature="EqQB")
    + claude.stopped()
    + claude.named("content_block_start", index=1, content_block={"type": "redacted_thinking", "data": "abc=="})
    + claude.stopped(1)
    + claude.began(2, claude.text_block(""))
    + claude.text("Let me ", 2)
    + claude.text(UMLAUT, 2)
    + claude.delta(2, "citations_delta", citation=CITED)
    + claude.stopped(2)
    + claude.called(3, "toolu_1", "get_order", "", '{"num', 'ber":"7"}')
    + claude.called(4, "toolu_2", "now")
    + claude.finish("tool_use")
    + claude.STOP
)
BLOCKS: list[dict[str, Any]] = [
    claude.thinking_block("The user wants an order.", "EqQB"),
    {"type": "redacted_thinking", "data": "abc=="},
    {"type": "text", "text": f"Let me {UMLAUT}", "citations": [CITED]},
    claude.call_block("toolu_1", "get_order", {"number": "7"}),
    claude.call_block("toolu_2", "now", {}),
]
WHOLE = claude.whole(*BLOCKS, stop_reason="tool_use")


def test_a_whole_answer() -> None:
    stream = opened()
    stream.read_whole(WHOLE)
    completion = result(stream)
    assert completion["content"] == f"Let me {UMLAUT}"
    assert completion["reasoning"] == "The user wants an order."
    assert [(call["id"], call["name"], call["arguments"]) for call in completion["tool_calls"]] == [
        ("toolu_1", "get_order", {"number": "7"}),
        ("toolu_2", "now", {}),
    ]
    assert completion["annotations"] == [CITED]
    assert (completion["finish_reason"], completion["usage"]) == ("tool_calls", claude.COUNTS)
    assert completion.get("message", {}).get("content_blocks") == BLOCKS


def test_a_stream_says_the_same() -> None:
    whole = opened()
    whole.read_whole(WHOLE)
    assert result(fed(THINKS_AND_CALLS)) == result(whole)


def test_it_does_so_byte_by_byte_and_cut_anywhere() -> None:
    expected = result(fed(THINKS_AND_CALLS))
    assert result(fed(*(THINKS_AND_CALLS[at : at + 1] for at in range(len(THINKS_AND_CALLS))))) == expected
    for at in range(1, len(THINKS_AND_CALLS)):
        assert result(fed(THINKS_AND_CALLS[:at], THINKS_AND_CALLS[at:])) == expected
    dice = random.Random(7)
    for _ in range(50):
        assert result(fed(*recut(THINKS_AND_CALLS, dice))) == expected


@pytest.mark.parametrize("shown", [True, False])
def test_thoughts_are_passed_on_only_where_they_are_asked_for(shown: bool) -> None:
    pieces = opened(show_reasoning=shown).feed(THINKS_AND_CALLS)
    thoughts = [piece.text for piece in pieces if isinstance(piece, ReasoningDelta)]
    assert thoughts == (["The user ", "wants an order."] if shown else [])
    assert "".join(piece for piece in pieces if isinstance(piece, str)) == f"Let me {UMLAUT}"


def test_later_thoughts_are_paragraphs_of_their_own() -> None:
    first, second = (
        claude.began(at, claude.thinking_block("")) + claude.thought(said, at) + claude.stopped(at)
        for at, said in enumerate(("One.", "Two."))
    )
    assert result(fed(claude.START + first + second + claude.finish() + claude.STOP))["reasoning"] == "One.\n\nTwo."


def test_thinking_that_is_left_out_goes_back_with_its_signature() -> None:
    block = claude.began(0, claude.thinking_block("")) + claude.delta(0, "signature_delta", signature="Eq")
    call = claude.called(1, "a", "now")
    stream = fed(claude.START + block + claude.stopped() + call + claude.finish("tool_use") + claude.STOP)
    completion = result(stream)
    assert completion["reasoning"] is None
    assert completion.get("message", {}).get("content_blocks") == [
        claude.thinking_block("", "Eq"),
        claude.call_block("a", "now", {}),
    ]


def test_halves_of_a_character_in_two_pieces() -> None:
    def raw(text: str) -> bytes:
        delta = b'{"type": "text_delta", "text": "%b"}' % text.encode()
        return b'data: {"type": "content_block_delta", "index": 0, "delta": %b}\n\n' % delta

    body = claude.BEGUN + raw("a\\ud83d") + raw("\\ude00b") + raw("\\ud83d") + claude.stopped() + claude.finish()
    assert result(fed(body))["content"] == "a\U0001f600b\ufffd"


def test_counts_are_sums_and_what_is_left_out_stands() -> None:
    begun = {
        **claude.BEGUN_USAGE,
        "input_tokens": 10,
        "cache_creation_input_tokens": 300,
        "cache_read_input_tokens": 2_000,
        "cache_creation": {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200},
    }
    start = claude.named("message_start", message=claude.message(stop_reason=None, usage=begun))
    ends = [
        claude.named("message_delta", delta={"stop_reason": None}, usage={"output_tokens": 5}),
        claude.named(
            "message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 9, "input_tokens": 11}
        ),
    ]
    text = claude.began(0, claude.text_block("")) + claude.text("Hello") + claude.stopped()
    assert result(fed(start + text + b"".join(ends) + claude.STOP))["usage"] == {
        "prompt_tokens": 2_311,
        "completion_tokens": 9,
        "total_tokens": 2_320,
        "cached_tokens": 2_000,
        "reasoning_tokens": 0,
        "cache_write_tokens": 300,
        "cache_write_1h_tokens": 200,
    }


def test_arguments_that_are_no_json_go_back_in_a_form_that_the_api_takes() -> None:
    stream = fed(claude.START + claude.called(0, "a", "now", '{"x": ') + claude.finish("tool_use") + claude.STOP)
    answer = stream.answer
    assert isinstance(answer, BlocksAnswer)
    assert answer.message().get("content_blocks") == [claude.call_block("a", "now", {"INVALID_JSON": '{"x": '})]


def test_the_short_way_of_an_event_does_what_the_long_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    short = result(fed(THINKS_AND_CALLS))

    def long_way(*_: Any) -> bool:
        return False

    monkeypatch.setattr(MessagesStream, "_take_middle", long_way)
    assert result(fed(THINKS_AND_CALLS)) == short


def test_odd_fields_cost_no_answer() -> None:
    odd = json.loads(claude.whole(claude.text_block("Hello")))
    odd["usage"] = "none"
    odd["content"] = [None, {"type": 7}, *odd["content"]]
    stream = opened()
    stream.read_whole(json.dumps(odd).encode())
    assert "".join(stream.answer.text) == "Hello"
    assert stream.answer.usage is None
