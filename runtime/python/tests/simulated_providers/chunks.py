"""A completion as the chunks of a stream, in the groups that faults work on.

Source: https://platform.openai.com/docs/api-reference/chat-streaming
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.simulated_providers import tokens
from tests.simulated_providers.completion import Choice, Completion
from tests.simulated_providers.identifiers import call_id, obfuscation
from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.logprobs import logprobs
from tests.simulated_providers.request import ChatRequest

# Chunks with up to so many bytes of text come out equally long.
OBFUSCATED_LENGTH = 14


@dataclass(slots=True)
class Chunks:
    """The chunks of a stream in the order they are sent: roles, contents and calls, finish reasons, usage."""

    opening: list[JsonObject]
    content: list[JsonObject]
    finish: list[JsonObject]
    usage: list[JsonObject]

    def every(self) -> list[JsonObject]:
        """All of them in order."""
        return [*self.opening, *self.content, *self.finish, *self.usage]


def make_chunks(completion: Completion, request: ChatRequest, tokens_per_chunk: int = 1) -> Chunks:
    """The chunks of all choices; contents of several choices alternate."""
    maker = _Maker(completion, request)
    streams = [
        list(maker.content(choice, index, max(1, tokens_per_chunk))) for index, choice in enumerate(completion.choices)
    ]
    longest = max(len(stream) for stream in streams)
    opening = [maker.opening(choice, index) for index, choice in enumerate(completion.choices)]
    content = [stream[place] for place in range(longest) for stream in streams if place < len(stream)]
    finish = [maker.chunk({}, index, choice.finish_reason) for index, choice in enumerate(completion.choices)]
    return Chunks(opening, content, finish, [maker.usage()] if request.include_usage else [])


class _Maker:
    """Makes the chunks of one completion."""

    def __init__(self, completion: Completion, request: ChatRequest) -> None:
        self._completion = completion
        self._request = request
        self._made = 0

    def chunk(self, delta: JsonObject, index: int, reason: str | None = None, probabilities: Any = None) -> JsonObject:
        choice = {"index": index, "delta": delta, "logprobs": probabilities, "finish_reason": reason}
        return self._envelope([choice], None, self._length(delta))

    def usage(self) -> JsonObject:
        return self._envelope([], self._completion.usage(), 0)

    def opening(self, choice: Choice, index: int) -> JsonObject:
        delta: JsonObject = {"role": "assistant", "content": "", "refusal": None}
        if choice.calls and not choice.pieces:
            delta["content"] = None
            if self._completion.legacy:
                delta["function_call"] = {"name": choice.calls[0].name, "arguments": ""}
        return self.chunk(delta, index)

    def content(self, choice: Choice, index: int, step: int) -> Iterator[JsonObject]:
        member = "refusal" if choice.refused else "content"
        for start in range(0, len(choice.pieces), step):
            pieces = choice.pieces[start : start + step]
            probabilities = None
            if self._request.top_logprobs is not None:
                probabilities = logprobs(list(pieces), self._request.top_logprobs, refused=choice.refused)
            yield self.chunk({member: "".join(pieces)}, index, None, probabilities)
        calls = self._legacy_call if self._completion.legacy else self._tool_calls
        yield from calls(choice, index, step)

    def _legacy_call(self, choice: Choice, index: int, step: int) -> Iterator[JsonObject]:
        for call in choice.calls[:1]:
            if choice.pieces:
                yield self.chunk({"function_call": {"name": call.name, "arguments": ""}}, index)
            for text in _parts(call.arguments, step):
                yield self.chunk({"function_call": {"arguments": text}}, index)

    def _tool_calls(self, choice: Choice, index: int, step: int) -> Iterator[JsonObject]:
        for position, call in enumerate(choice.calls):
            first = {
                "index": position,
                "id": call_id(self._completion.id, index, position),
                "type": "function",
                "function": {"name": call.name, "arguments": ""},
            }
            yield self.chunk({"tool_calls": [first]}, index)
            for text in _parts(call.arguments, step):
                yield self.chunk({"tool_calls": [{"index": position, "function": {"arguments": text}}]}, index)

    def _envelope(self, choices: list[JsonObject], usage: JsonObject | None, length: int) -> JsonObject:
        self._made += 1
        made: JsonObject = {
            "id": self._completion.id,
            "object": "chat.completion.chunk",
            "created": self._completion.created,
            "model": self._completion.model,
            "service_tier": self._request.service_tier,
            "system_fingerprint": self._completion.fingerprint,
            "choices": choices,
        }
        if self._request.include_usage:
            made["usage"] = usage
        if self._request.include_obfuscation:
            made["obfuscation"] = obfuscation(self._made, max(1, OBFUSCATED_LENGTH - length))
        return made

    def _length(self, delta: JsonObject) -> int:
        text: Any = delta.get("content") or delta.get("refusal") or ""
        return len(text)


def _parts(arguments: str, step: int) -> Iterator[str]:
    pieces = tokens.pieces(arguments)
    for start in range(0, len(pieces), step):
        yield "".join(pieces[start : start + step])
