"""The parts of the Responses API's answers and events that we read, decoded straight from the bytes.

https://platform.openai.com/docs/api-reference/responses/object
https://platform.openai.com/docs/api-reference/responses-streaming
"""

from typing import Any, Literal

import msgspec

from app.llm.calls import json_of
from app.llm.lenient_json import lenient
from app.llm.types import JsonObject, TokenDetails
from app.runtime.usage import Usage, usage_of


class WireUsage(msgspec.Struct):
    """Token counts as the API sends them."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    total_tokens: int | None = None
    input_tokens_details: TokenDetails | None = None
    output_tokens_details: TokenDetails | None = None

    def counts(self) -> Usage | None:
        """The counts by our names, zero for what was not sent; None where nothing was."""
        if self.input_tokens is None and self.output_tokens is None:
            return None
        details = self.input_tokens_details or TokenDetails()
        return usage_of(
            self.input_tokens or 0,
            self.output_tokens or 0,
            total=self.total_tokens,
            cached=details.cached_tokens,
            written=details.cache_write_tokens,
            reasoning=(self.output_tokens_details or TokenDetails()).reasoning_tokens,
        )


class Part(msgspec.Struct):
    """A part of a message: text or a refusal. The summary of reasoning has such parts too."""

    type: str | None = None
    text: str | None = None
    refusal: str | None = None
    annotations: list[JsonObject | None] | None = None


class Item(msgspec.Struct):
    """An output item: a message, a function call, reasoning, or of a kind that we pass over."""

    type: str | None = None
    id: str | None = None
    call_id: str | None = None
    name: str | None = None
    arguments: str | dict[str, Any] | None = None
    content: list[Part | None] | str | None = None
    summary: list[Part | None] | None = None

    @property
    def arguments_text(self) -> str:
        """The arguments of a call as JSON."""
        return json_of(self.arguments)

    def texts(self) -> list[str]:
        """The texts of a message."""
        if isinstance(self.content, str):
            return [self.content] if self.content else []
        return [part.text for part in self.content or () if part is not None and part.text]

    def refusals(self) -> list[str]:
        """What a message says instead of an answer."""
        parts = () if isinstance(self.content, str) else self.content or ()
        return [part.refusal for part in parts if part is not None and part.refusal]

    def annotations(self) -> list[JsonObject | None]:
        """Those of a message's texts."""
        parts = () if isinstance(self.content, str) else self.content or ()
        return [one for part in parts if part is not None for one in part.annotations or ()]

    def thoughts(self) -> list[str]:
        """What reasoning lets be known: its summary, else its text."""
        return [part.text for part in self.summary or () if part is not None and part.text] or self.texts()


class IncompleteDetails(msgspec.Struct):
    """Why an answer ended early."""

    reason: str | None = None


class ContentFilter(msgspec.Struct):
    """What Azure's filter found in the prompt or the answer, as `source_type` says.

    https://github.com/Azure/azure-rest-api-specs/pull/42141
    """

    source_type: str | None = None
    content_filter_results: JsonObject | None = None


class Response(msgspec.Struct):
    """An answer in one piece, and what events say of it."""

    id: str | None = None
    model: str | None = None
    status: str | None = None
    output: list[Item | None] | None = None
    usage: WireUsage | None = None
    incomplete_details: IncompleteDetails | None = None
    service_tier: str | None = None
    error: Any = None
    content_filters: list[ContentFilter | None] | None = None


class Delta(msgspec.Struct, gc=False):
    """An event that adds a piece to an output item."""

    type: Literal["response.output_text.delta", "response.function_call_arguments.delta"]
    delta: str
    output_index: int
    item_id: str | None = None


class Event(msgspec.Struct):
    """An event of a streamed answer; which fields it has depends on its type."""

    type: str | None = None
    delta: str | None = None
    text: str | None = None
    arguments: str | None = None
    output_index: int | None = None
    item_id: str | None = None
    summary_index: int | None = None
    annotation: JsonObject | None = None
    item: Item | None = None
    response: Response | None = None
    error: Any = None


decode_delta = msgspec.json.Decoder(Delta).decode
"""Decodes one event's data if it is a piece of text or of a call, as most are; else ValueError or RecursionError."""

decode_event = msgspec.json.Decoder(Event).decode
"""Decodes one event's data; ValueError or RecursionError when it is not quite what the API documents."""

_decode_response = msgspec.json.Decoder(Response).decode


def decode_odd_event(payload: bytes) -> Event:
    """As `decode_event`, for what that refuses: fields that do not fit are taken for missing. A delta may end with the
    first half of a pair of surrogates or begin with the second.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    return lenient(payload, Event, halves="delta")


def decode_response(payload: bytes) -> Response:
    """The body of an answer in one piece; fields that do not fit are taken for missing.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    try:
        return _decode_response(payload)
    except (ValueError, RecursionError):
        return lenient(payload, Response)
