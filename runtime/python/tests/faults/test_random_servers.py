"""Streams of made-up compatible servers, each with its own habits, put together at random from what it is to say."""

import json
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.decoders import chat_stream
from tests.faults.decoding import Decoded, decode, recut

Json = dict[str, Any]

WORDS = ("Hello", " world", "\u65e5\u672c", "\U0001f600", "\u2028", 'a"b', "\\n", "\n", " ", "data: x", "[DONE]")
CALLS = (
    "by index",
    "index from 1",
    "no index",
    "index as text",
    "id in every piece",
    "other ids in every piece",
    "name in every piece",
    "empty id and name in later pieces",
    "null id and name in later pieces",
    "whole",
    "whole, all with index 0",
    "whole, without ids",
    "whole, without ids and indices",
    "whole, arguments as an object",
    "whole, without a list",
    "function_call",
)
THOUGHTS = ("", "", "reasoning", "reasoning_content", "both", "in the content", "in tags")
USAGE = ("last", "at the finish", "in every chunk", "in the choice", "in x_groq", "before the finish", "none")
FINISH = ("own", "with the last", "twice", "null delta", "no delta")


class Meant(NamedTuple):
    """What a server is to say."""

    text: str
    thought: str
    calls: list[tuple[str, Json]]
    reason: str
    prompt_tokens: int


def _cut(dice: random.Random, text: str) -> Iterator[str]:
    while text:
        size = dice.randint(1, min(len(text), 12))
        yield text[:size]
        text = text[size:]


def _meant(dice: random.Random) -> Meant:
    calls: list[tuple[str, Json]] = []
    for _ in range(dice.choice((0, 0, 1, 2, 3))):
        arguments: Json = dice.choice(({}, {"city": dice.choice(WORDS)}, {"a": [1, 2.5, None, {"b": "}"}]}))
        calls.append((dice.choice(("get_order", "search")), arguments))
    # A server whose text begins with blanks leaves them out behind a thought in tags.
    text = "x" + "".join(dice.choices(WORDS, k=dice.randint(0, 8))) if not calls or dice.random() < 0.5 else ""
    reason = dice.choice(("tool_calls", "stop")) if calls else dice.choice(("stop", "length"))
    return Meant(text, "".join(dice.choices(WORDS[:6], k=3)), calls, reason, dice.randint(1, 99))


class Server:
    """One server, which says what is meant in its own way."""

    def __init__(self, dice: random.Random, meant: Meant) -> None:
        self._dice, self._meant = dice, meant
        self.calls, self.thoughts, self.usage = dice.choice(CALLS), dice.choice(THOUGHTS), dice.choice(USAGE)
        if self.calls == "function_call":
            del meant.calls[1:]
        self._finish = dice.choice(FINISH)
        self._in_parts = self.thoughts == "in the content" or dice.random() < 0.15
        self._beside: Json = dice.choice(({}, {"role": "assistant"}, {"refusal": None, "annotations": []}))
        self._empty: Json = dice.choice(({}, {"content": None}, {"content": ""}, {"content": "", "tool_calls": None}))
        self._counts: Json = {"prompt_tokens": meant.prompt_tokens, "completion_tokens": 7}

    def stream(self) -> bytes:
        """The whole answer."""
        dice, chunks = self._dice, list(self._chunks())
        if dice.random() < 0.2:
            chunks[0]["id"] = ""
        if dice.random() < 0.1:
            for chunk in chunks:
                for choice in chunk["choices"]:
                    choice["finish_reason"] = choice["finish_reason"] and choice["finish_reason"].upper()
        if dice.random() < 0.1:
            for chunk in chunks:
                chunk["choices"].append({"index": 1, "delta": {"content": "of another choice"}})
        if dice.random() < 0.2:
            chunks.insert(dice.randrange(len(chunks)), {"id": "c", "choices": []})
        end, space, spread = dice.choice(("\n", "\r\n", "\r")), dice.choice((" ", "")), dice.random() < 0.1
        said = ""
        for chunk in chunks:
            said += dice.choice(("", "", f": keep-alive{end}{end}", f"event:{space}message{end}"))
            written = json.dumps(chunk, ensure_ascii=dice.random() < 0.5, indent=1 if spread else None)
            said += "".join(f"data:{space}{line}{end}" for line in written.split("\n")) + end
        return (said + dice.choice((f"data:{space}[DONE]{end}{end}", ""))).encode()

    def _chunks(self) -> Iterator[Json]:
        deltas = [*self._thought(), *self._text(), *self._called()]
        for number, delta in enumerate(deltas, 1):
            chunk = self._chunk({**self._empty, **self._beside, **delta})
            if self.usage == "in every chunk":
                chunk["usage"] = {**self._counts, "completion_tokens": number}
            if self._finish != "with the last" or number < len(deltas):
                yield chunk
                continue
            yield from self._end(chunk)
        if self._finish != "with the last":
            yield from self._end(self._chunk({}))

    def _end(self, chunk: Json) -> Iterator[Json]:
        choice = chunk["choices"][0]
        choice["finish_reason"] = self._meant.reason
        if self._finish == "null delta":
            choice["delta"] = None
        elif self._finish == "no delta":
            del choice["delta"]
        counted: Json = {"id": "c", "choices": [], "usage": self._counts}
        if self.usage == "before the finish":
            yield counted
        elif self.usage in ("at the finish", "in every chunk"):
            chunk["usage"] = self._counts
        elif self.usage == "in the choice":
            choice["usage"] = self._counts
        elif self.usage == "in x_groq":
            chunk["x_groq"] = {"id": "req_1", "usage": self._counts}
        yield chunk
        if self._finish == "twice":
            yield self._chunk({}, self._meant.reason)
        if self.usage == "last":
            yield counted

    def _chunk(self, delta: Json, reason: str | None = None) -> Json:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}

    def _thought(self) -> Iterator[Json]:
        for piece in _cut(self._dice, self._meant.thought):
            match self.thoughts:
                case "reasoning" | "reasoning_content" as name:
                    yield {name: piece}
                case "both":
                    yield {"reasoning": piece, "reasoning_content": piece}
                case "in the content":
                    yield {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": piece}]}]}
                case _:
                    pass

    def _text(self) -> Iterator[Json]:
        text = self._meant.text
        if self.thoughts == "in tags":
            text = f"<think>{self._meant.thought}</think>\n\n{text}"
        for piece in _cut(self._dice, text):
            yield {"content": [{"type": "text", "text": piece}] if self._in_parts else piece}

    def _called(self) -> Iterator[Json]:
        for number, (name, arguments) in enumerate(self._meant.calls):
            written, whole = json.dumps(arguments), self.calls.startswith("whole")
            call: Json = {"index": number, "id": f"call_{number}", "type": "function"}
            function: Json = {"name": name, "arguments": written if whole else self._dice.choice(("", None))}
            match self.calls:
                case "index from 1":
                    call["index"] += 1
                case "index as text":
                    call["index"] = str(number)
                case "no index":
                    del call["index"]
                case "whole, all with index 0":
                    call["index"] = 0
                case "whole, without ids":
                    del call["id"]
                case "whole, without ids and indices":
                    del call["id"], call["index"]
                case "whole, arguments as an object":
                    function["arguments"] = arguments
                case _:
                    pass
            yield self._told({**call, "function": function})
            for place, piece in enumerate(() if whole else _cut(self._dice, written)):
                yield self._told(self._later(call, name, piece, place))

    def _later(self, call: Json, name: str, piece: str, place: int) -> Json:
        later: Json = {"index": call["index"]} if "index" in call else {}
        function: Json = {"arguments": piece}
        match self.calls:
            case "id in every piece":
                later["id"] = call["id"]
            case "other ids in every piece":
                later["id"] = f"{call['id']}_{place}"
            case "name in every piece":
                later["id"], function["name"] = call["id"], name
            case "empty id and name in later pieces":
                later["id"] = function["name"] = ""
            case "null id and name in later pieces":
                later["id"] = function["name"] = None
            case _:
                pass
        return {**later, "function": function}

    def _told(self, call: Json) -> Json:
        if self.calls == "function_call":
            return {"function_call": call["function"]}
        return {"tool_calls": call if self.calls == "whole, without a list" else [call]}


@pytest.mark.parametrize("seed", range(6))
def test_what_it_meant_is_understood(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(100):
        meant = _meant(dice)
        server = Server(dice, meant)
        stream = server.stream()
        reason = "tool_calls" if meant.calls else meant.reason
        counted = None if server.usage == "none" else meant.prompt_tokens
        expected = Decoded(meant.text, meant.calls, reason, None, counted)
        answers = [chat_stream("m")]
        about = f"calls: {server.calls}, thoughts: {server.thoughts}, usage: {server.usage}\n{stream.decode()}"
        assert decode(answers.pop, recut(stream, dice)) == expected, about


def test_thoughts_are_told_apart() -> None:
    dice = random.Random("thoughts")
    for _ in range(100):
        server = Server(dice, meant := _meant(dice))
        decoder = chat_stream("m")
        decoder.feed(server.stream())
        assert "".join(decoder.answer.reasoning) == (meant.thought if server.thoughts else ""), server.thoughts


def test_a_text_of_blanks_that_is_said_once_more() -> None:
    message = {"role": "assistant", "content": " "}
    chunks: list[Json] = [{"choices": [{"delta": {"content": " "}}]}, {"choices": [{"finish_reason": "stop"}]}]
    chunks[1]["choices"][0]["message"] = message
    stream = b"".join(f"data: {json.dumps({'id': 'c', **chunk})}\n\n".encode() for chunk in chunks)
    assert decode(chat_stream, [stream]).text == " "
