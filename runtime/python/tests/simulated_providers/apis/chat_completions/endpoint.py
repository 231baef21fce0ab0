"""`POST /v1/chat/completions`: whole answers, and streams of chunks.

Sources: https://platform.openai.com/docs/api-reference/chat/object and .../chat-streaming
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.simulated_providers.api import Api
from tests.simulated_providers.apis.chat_completions.faults import CHAT_FAULTS
from tests.simulated_providers.apis.chat_completions.request import ChatRequest, parse_chat_request
from tests.simulated_providers.completion import Choice, Completion
from tests.simulated_providers.identifiers import call_id, hexadecimal, letters, obfuscation
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.streams import DONE, Event, Events, Frames, encode_events
from tests.simulated_providers.tokens import batches, logprobs, split_tokens

# Chunks with up to so many bytes of text come out equally long.
OBFUSCATED_LENGTH = 14


class ChatCompletions(Api[ChatRequest]):
    """Answers with `chat.completion` objects or their chunks."""

    path = "/v1/chat/completions"
    faults = CHAT_FAULTS

    def parse(self, body: bytes, headers: Mapping[str, str]) -> ChatRequest:
        """The request in a body."""
        return parse_chat_request(body, self.settings)

    def identify(self, number: int) -> str:
        """The id of an answer and all its chunks."""
        return f"chatcmpl-{letters(f'completion {number}', 29)}"

    def whole(self, completion: Completion, request: ChatRequest) -> JsonObject:
        """The `chat.completion` object."""
        choices = enumerate(completion.choices)
        return {
            "id": completion.id,
            "object": "chat.completion",
            "created": completion.created,
            "model": completion.model,
            "choices": [_whole_choice(completion, choice, index, request) for index, choice in choices],
            "usage": _usage(completion),
            "service_tier": request.service_tier,
            "system_fingerprint": _fingerprint(completion),
        }

    def events(self, completion: Completion, request: ChatRequest) -> Events:
        """The chunks of all choices; contents of several choices alternate."""
        maker = _Chunks(completion, request, max(1, self.settings.tokens_per_chunk))
        choices = list(enumerate(completion.choices))
        streams = [list(maker.content(choice, index)) for index, choice in choices]
        longest = max(len(stream) for stream in streams)
        opening = [maker.opening(choice, index) for index, choice in choices]
        content = [stream[place] for place in range(longest) for stream in streams if place < len(stream)]
        finish = [maker.chunk({}, index, choice.finish_reason) for index, choice in choices]
        return Events(opening, content, finish, [maker.usage()] if request.include_usage else [])

    def frames(self, events: Events) -> Frames:
        """The chunks, then [DONE]. What says nothing new is the first one, with a role and no content."""
        return encode_events(events, idle=events.opening[0], done=[DONE])

    def conversation(self, body: JsonObject) -> list[JsonObject]:
        """The messages of a request."""
        return objects(body["messages"])


def _fingerprint(completion: Completion) -> str:
    return f"fp_{hexadecimal(completion.model, 10)}"


def _usage(completion: Completion) -> JsonObject:
    return {
        "prompt_tokens": completion.prompt_tokens,
        "completion_tokens": completion.output_tokens,
        "total_tokens": completion.prompt_tokens + completion.output_tokens,
        "prompt_tokens_details": {"cached_tokens": completion.cached_tokens, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": completion.reasoning_tokens,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _whole_choice(completion: Completion, choice: Choice, index: int, request: ChatRequest) -> JsonObject:
    text = choice.text
    message: JsonObject = {
        "role": "assistant",
        "content": None if choice.refused or (choice.calls and not text) else text,
        "refusal": text if choice.refused else None,
        "annotations": [],
    }
    if choice.calls and request.legacy:
        call = choice.calls[0]
        message["function_call"] = {"name": call.name, "arguments": call.arguments}
    elif choice.calls:
        message["tool_calls"] = [
            {
                "id": call_id(completion.id, index, position),
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for position, call in enumerate(choice.calls)
        ]
    probabilities: Any = None
    if request.top_logprobs is not None and text:
        probabilities = logprobs(choice.pieces, request.top_logprobs, refused=choice.refused)
    return {"index": index, "message": message, "logprobs": probabilities, "finish_reason": choice.finish_reason}


class _Chunks:
    """Makes the chunks of one completion; each holds so many tokens."""

    def __init__(self, completion: Completion, request: ChatRequest, step: int) -> None:
        self._completion = completion
        self._request = request
        self._step = step
        self._made = 0

    def chunk(self, delta: JsonObject, index: int, reason: str | None = None, probabilities: Any = None) -> Event:
        choice = {"index": index, "delta": delta, "logprobs": probabilities, "finish_reason": reason}
        text: str = delta.get("content") or delta.get("refusal") or ""
        return self._envelope([choice], None, len(text))

    def usage(self) -> Event:
        return self._envelope([], _usage(self._completion), 0)

    def opening(self, choice: Choice, index: int) -> Event:
        delta: JsonObject = {"role": "assistant", "content": "", "refusal": None}
        if choice.calls and not choice.pieces:
            delta["content"] = None
            if self._request.legacy:
                delta["function_call"] = {"name": choice.calls[0].name, "arguments": ""}
        return self.chunk(delta, index)

    def content(self, choice: Choice, index: int) -> Iterator[Event]:
        member = "refusal" if choice.refused else "content"
        for pieces in batches(choice.pieces, self._step):
            probabilities = None
            if self._request.top_logprobs is not None:
                probabilities = logprobs(pieces, self._request.top_logprobs, refused=choice.refused)
            yield self.chunk({member: "".join(pieces)}, index, None, probabilities)
        calls = self._legacy_call if self._request.legacy else self._tool_calls
        yield from calls(choice, index)

    def _legacy_call(self, choice: Choice, index: int) -> Iterator[Event]:
        for call in choice.calls[:1]:
            if choice.pieces:
                yield self.chunk({"function_call": {"name": call.name, "arguments": ""}}, index)
            for pieces in batches(split_tokens(call.arguments), self._step):
                yield self.chunk({"function_call": {"arguments": "".join(pieces)}}, index)

    def _tool_calls(self, choice: Choice, index: int) -> Iterator[Event]:
        for position, call in enumerate(choice.calls):
            first = {
                "index": position,
                "id": call_id(self._completion.id, index, position),
                "type": "function",
                "function": {"name": call.name, "arguments": ""},
            }
            yield self.chunk({"tool_calls": [first]}, index)
            for pieces in batches(split_tokens(call.arguments), self._step):
                delta = {"index": position, "function": {"arguments": "".join(pieces)}}
                yield self.chunk({"tool_calls": [delta]}, index)

    def _envelope(self, choices: list[JsonObject], usage: JsonObject | None, length: int) -> Event:
        self._made += 1
        made: JsonObject = {
            "id": self._completion.id,
            "object": "chat.completion.chunk",
            "created": self._completion.created,
            "model": self._completion.model,
            "service_tier": self._request.service_tier,
            "system_fingerprint": _fingerprint(self._completion),
            "choices": choices,
        }
        if self._request.include_usage:
            made["usage"] = usage
        if self._request.include_obfuscation:
            made["obfuscation"] = obfuscation(self._made, max(1, OBFUSCATED_LENGTH - length))
        return Event(None, made)
