"""What a piece costs does not depend on how many have come before it."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any, cast

import pytest

from app.llm.calls import AnswerWithCalls
from app.llm.partial_json import PartialFrames
from app.llm.stream import AnswerStream
from tests import responses_upstream as responses
from tests.decoders import chat_stream, responses_stream
from tests.upstream import event, text

FEW, MANY = 1_000, 16_000


def call_piece(number: int, **said: Any) -> bytes:
    name, arguments = ("find", '{"text":"') if number == 0 else (said.pop("name", None), "ten bytes,")
    call = {"index": 0, **said, "function": {"name": name, "arguments": arguments}}
    return event({"id": "x", "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})


def in_bytes(payload: bytes) -> list[bytes]:
    return [bytes([one]) for one in payload]


CHAT: dict[str, Callable[[int], Iterable[bytes]]] = {
    "text": lambda count: [text("word")] * count,
    "arguments": lambda count: [call_piece(number) for number in range(count)],
    "arguments_with_the_id_each_time": lambda count: [call_piece(number, id="a") for number in range(count)],
    "arguments_with_new_ids": lambda count: [call_piece(number, id=f"a{number}") for number in range(count)],
    "arguments_with_the_name_each_time": lambda count: [call_piece(number, name="find") for number in range(count)],
    "calls": lambda count: [call_piece(0, index=number, id=f"a{number}") for number in range(count)],
    "an_event_in_bytes": lambda count: in_bytes(text("x" * count)),
    "comments_in_bytes": lambda count: in_bytes(b": x\n\n" * (count // 5)),
    "data_lines": lambda count: [text("x").replace(b"{", b"{\ndata:" + b"\ndata:" * count, 1)],
}
RESPONSES: dict[str, Callable[[int], Iterable[bytes]]] = {
    "text": lambda count: [responses.BEGUN, *[responses.text("word")] * count],
    "an_event_in_bytes": lambda count: [responses.BEGUN, *in_bytes(responses.text("x" * count))],
}
CASES = [
    *[pytest.param(chat_stream, script, id=f"chat-{name}") for name, script in CHAT.items()],
    *[pytest.param(responses_stream, script, id=f"responses-{name}") for name, script in RESPONSES.items()],
]


def seconds_per_piece(run: Callable[[int], None], count: int) -> float:
    """The best of three, as what else the machine does only adds."""
    spent: list[float] = []
    for _ in range(3):
        before = time.process_time()
        run(count)
        spent.append(time.process_time() - before)
    return min(spent) / count


@pytest.mark.parametrize(("kind", "script"), CASES)
def test_decoding(kind: Callable[..., AnswerStream], script: Callable[[int], Iterable[bytes]]) -> None:
    reads = {count: list(script(count)) for count in (FEW, MANY)}

    def decode(count: int) -> None:
        stream = kind("m", max_event_bytes=10_000_000)
        for read in reads[count]:
            stream.feed(read)

    assert seconds_per_piece(decode, MANY) < 3 * seconds_per_piece(decode, FEW)


PARTS = {
    "one_text": ('{"text":"', "ten bytes "),
    "a_list": ('{"list":[', '"word",'),
    "escapes": ('{"text":"', r"\n\u00e9"),
}


@pytest.mark.parametrize(("begin", "piece"), PARTS.values(), ids=PARTS.keys())
def test_partial_values(begin: str, piece: str) -> None:
    """The value is sent from its beginning each time, so that there are fewer events the larger it is."""

    def follow(count: int) -> None:
        frames = PartialFrames({"node": "answer"})
        frames.after([begin])
        for _ in range(count):
            frames.after([piece])

    assert seconds_per_piece(follow, MANY) < 3 * seconds_per_piece(follow, FEW)


def test_a_call_is_complete_when_its_braces_are() -> None:
    """Servers that give each piece an id of its own, or all pieces the name: where a call ends says what it says."""
    written = [json.dumps({"text": "}{", "more": {"list": [1, "}"]}}), json.dumps({})]
    stream = chat_stream("m", max_event_bytes=1_000)
    for number, arguments in enumerate(written):
        for at, character in enumerate(arguments):
            function = {"name": "find" if at == 0 else None, "arguments": character}
            call = {"index": 0, "id": f"{number}-{at}", "function": function}
            stream.feed(event({"id": "x", "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}))
    assert ["".join(call.arguments) for call in cast("AnswerWithCalls", stream.answer).calls] == written
