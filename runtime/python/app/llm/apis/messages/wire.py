"""The parts of the Messages API's answers and events that we read, decoded straight from the bytes.

https://platform.claude.com/docs/en/api/messages, https://platform.claude.com/docs/en/build-with-claude/streaming
"""

from typing import Any, Literal

import msgspec

from app.llm.lenient_json import lenient
from app.llm.types import JsonObject
from app.runtime.usage import Usage


class CacheCreation(msgspec.Struct):
    """What was written to the prompt cache, by how long it stays there."""

    ephemeral_1h_input_tokens: int | None = None


class OutputDetails(msgspec.Struct):
    """Parts of the answer's count."""

    thinking_tokens: int | None = None


class ServerTools(msgspec.Struct):
    """What the provider's own tools have done."""

    web_search_requests: int | None = None


class WireUsage(msgspec.Struct):
    """Token counts as the API sends them. Those of the prompt are apart: what was read from the cache, written to it,
    and the rest.
    """

    input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None
    output_tokens: int | None = None
    output_tokens_details: OutputDetails | None = None
    server_tool_use: ServerTools | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None

    def updated(self, later: "WireUsage") -> "WireUsage":
        """These counts with those that a later event has: they are sums, and what it leaves out stands."""
        known = {name: getattr(later, name) for name in self.__struct_fields__}
        return msgspec.structs.replace(self, **{name: count for name, count in known.items() if count is not None})

    def counts(self) -> Usage | None:
        """The counts by our names, zero for what was not sent; None where nothing was."""
        if self.input_tokens is None and self.output_tokens is None:
            return None
        written, cached = self.cache_creation_input_tokens or 0, self.cache_read_input_tokens or 0
        prompt = (self.input_tokens or 0) + written + cached
        completion = self.output_tokens or 0
        usage: Usage = {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "cached_tokens": cached,
            "reasoning_tokens": (self.output_tokens_details or OutputDetails()).thinking_tokens or 0,
        }
        if written:
            usage["cache_write_tokens"] = written
            for_an_hour = (self.cache_creation or CacheCreation()).ephemeral_1h_input_tokens
            if for_an_hour:
                usage["cache_write_1h_tokens"] = min(for_an_hour, written)
        return usage


class StopDetails(msgspec.Struct):
    """Why the model declined."""

    category: str | None = None
    explanation: str | None = None


class Message(msgspec.Struct):
    """An answer in one piece, and what the first event of a stream says of it."""

    type: str | None = None
    id: str | None = None
    model: str | None = None
    content: list[JsonObject | None] | None = None
    stop_reason: str | None = None
    stop_details: StopDetails | None = None
    usage: WireUsage | None = None


class Delta(msgspec.Struct):
    """A piece of a block, or at the end why there are no more."""

    type: str | None = None
    text: str | None = None
    partial_json: str | None = None
    thinking: str | None = None
    signature: str | None = None
    citation: JsonObject | None = None
    stop_reason: str | None = None
    stop_details: StopDetails | None = None


class Event(msgspec.Struct):
    """An event of a streamed answer; which fields it has depends on its type."""

    type: str | None = None
    index: int | None = None
    message: Message | None = None
    content_block: JsonObject | None = None
    delta: Delta | None = None
    usage: WireUsage | None = None
    error: Any = None


class TextDelta(msgspec.Struct, gc=False, tag_field="type", tag="text_delta"):
    """A piece of text."""

    text: str


class ThinkingDelta(msgspec.Struct, gc=False, tag_field="type", tag="thinking_delta"):
    """A piece of what the model thinks."""

    thinking: str


class JsonDelta(msgspec.Struct, gc=False, tag_field="type", tag="input_json_delta"):
    """A piece of a call's arguments."""

    partial_json: str


class MiddleEvent(msgspec.Struct, gc=False):
    """An event from the middle of an answer, as most are."""

    type: Literal["content_block_delta"]
    index: int
    delta: TextDelta | JsonDelta | ThinkingDelta


decode_middle = msgspec.json.Decoder(MiddleEvent).decode
"""Decodes one event's data if it is a piece of a block; else ValueError or RecursionError."""

_decode_event = msgspec.json.Decoder(Event).decode
_decode_message = msgspec.json.Decoder(Message).decode


def decode_event(payload: bytes) -> Event:
    """Decodes one event's data. Fields that do not fit are taken for missing; a piece of text may end with the first
    half of a pair of surrogates or begin with the second.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    try:
        return _decode_event(payload)
    except (ValueError, RecursionError):
        return lenient(payload, Event, halves="text")


def decode_message(payload: bytes) -> Message:
    """The body of an answer in one piece; fields that do not fit are taken for missing.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    try:
        return _decode_message(payload)
    except (ValueError, RecursionError):
        return lenient(payload, Message)
