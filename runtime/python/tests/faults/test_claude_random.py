"""Streams of the Messages API put together at random: what they come to is what the official SDK puts together."""

import json
import random
from collections.abc import Iterator
from typing import Any, cast

import pytest
from anthropic._models import construct_type_unchecked
from anthropic.lib.streaming._messages import accumulate_event
from anthropic.types import RawMessageStreamEvent

from app.llm.apis.messages.answer import BlocksAnswer
from app.llm.apis.messages.stream import MessagesStream
from tests import messages_upstream as claude
from tests.faults.decoding import recut

WORDS = ("Hello", "\u65e5\u672c", "\U0001f600", "\u2028", 'a"b', "", "x" * 40, "\\n")
DIRECT = {"caller": {"type": "direct"}}
KINDS: dict[str, dict[str, Any]] = {
    "text": {"text": "", "citations": None},
    "thinking": {"thinking": "", "signature": ""},
    "redacted_thinking": {"data": "abc"},
    "tool_use": {"id": "toolu_1", "name": "get_order", "input": {}, **DIRECT},
    "server_tool_use": {"id": "srvtoolu_1", "name": "web_search", "input": {}, **DIRECT},
    "web_search_tool_result": {
        "tool_use_id": "srvtoolu_1",
        "content": [{"type": "web_search_result", "title": "T", "url": "https://e.com", "encrypted_content": "z"}],
        **DIRECT,
    },
    "aura": {"of": {"later": "versions"}},
}
Event = tuple[str, dict[str, Any]]


def _pieces(dice: random.Random, text: str) -> Iterator[str]:
    while text:
        size = dice.randint(1, len(text))
        yield text[:size]
        text = text[size:]


def _deltas(dice: random.Random, kind: str) -> Iterator[dict[str, Any]]:
    said = " ".join(dice.choices(WORDS, k=dice.randint(0, 4)))
    match kind:
        case "text":
            yield from ({"type": "text_delta", "text": piece} for piece in _pieces(dice, said))
            for number in range(dice.randint(0, 2)):
                location = {"type": "web_search_result_location", "cited_text": "q", "url": f"https://e.com/{number}"}
                yield {"type": "citations_delta", "citation": {**location, "title": None, "encrypted_index": "E"}}
        case "thinking":
            yield from ({"type": "thinking_delta", "thinking": piece} for piece in _pieces(dice, said))
            yield {"type": "signature_delta", "signature": "EqQB"}
        case "tool_use" | "server_tool_use":
            text = dice.choice(["", json.dumps({"number": said, "more": [1, 2.5, None]})])
            yield from ({"type": "input_json_delta", "partial_json": piece} for piece in ("", *_pieces(dice, text)))
        case _:
            pass


def _events(dice: random.Random) -> Iterator[Event]:
    counted = {
        **claude.BEGUN_USAGE,
        "input_tokens": dice.randint(0, 99),
        "cache_creation_input_tokens": dice.choice([None, 0, 30]),
        "cache_read_input_tokens": dice.choice([None, 0, 7]),
    }
    yield "message_start", {"message": claude.message(stop_reason=None, usage=counted)}
    for index in range(dice.randint(0, 6)):
        kind = dice.choice(list(KINDS))
        own = {"id": f"{KINDS[kind]['id']}{index}"} if "id" in KINDS[kind] else {}
        yield "content_block_start", {"index": index, "content_block": {"type": kind, **KINDS[kind], **own}}
        for delta in _deltas(dice, kind):
            yield "content_block_delta", {"index": index, "delta": delta}
        if dice.random() < 0.3:
            yield "ping", {}
        yield "content_block_stop", {"index": index}
    usage: dict[str, Any] = {"output_tokens": dice.randint(1, 50)}
    if dice.random() < 0.4:
        usage |= {"input_tokens": dice.randint(0, 99), "cache_read_input_tokens": dice.choice([None, 3])}
    reason = dice.choice(["end_turn", "tool_use", "max_tokens", "stop_sequence", "model_context_window_exceeded"])
    for _ in range(dice.choice([1, 1, 2])):
        yield "message_delta", {"delta": {"stop_reason": reason, "stop_sequence": None}, "usage": usage}
    yield "message_stop", {}


def _by_sdk(events: list[Event]) -> Any:
    message: Any = None
    parsed: dict[int, Any] = {}
    for kind, members in events:
        if kind != "ping":
            event = construct_type_unchecked(type_=cast("Any", RawMessageStreamEvent), value={"type": kind, **members})
            message = cast("Any", accumulate_event)(event=event, current_snapshot=message, json_bufs=parsed)
    return message


def _blocks(blocks: Any) -> list[dict[str, Any]]:
    """Those that can go back, without citations where there are none."""
    kept = [{name: value for name, value in block.items() if name != "citations" or value} for block in blocks]
    return [block for block in kept if block["type"] != "text" or block["text"]]


@pytest.mark.parametrize("seed", range(6))
def test_blocks_and_usage(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(50):
        events = list(_events(dice))
        theirs = _by_sdk(events)
        answer = BlocksAnswer("m")
        stream = MessagesStream(answer, max_event_bytes=1 << 20)
        body = b"".join(claude.named(kind, **members) for kind, members in events)
        text = "".join(piece for read in recut(body, dice) for piece in stream.feed(read) if isinstance(piece, str))
        stream.check_end()
        sent = [block.as_sent() for block in answer.blocks]
        expected = _blocks(each if isinstance(each, dict) else each.to_dict(mode="json") for each in theirs.content)
        assert _blocks(filter(None, sent)) == expected
        assert text == "".join(block["text"] for block in expected if block["type"] == "text")
        usage, counted = theirs.usage, answer.usage
        assert counted is not None
        cached, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
        assert counted["prompt_tokens"] == usage.input_tokens + cached + written
        assert (counted["completion_tokens"], counted["cached_tokens"]) == (usage.output_tokens, cached)
