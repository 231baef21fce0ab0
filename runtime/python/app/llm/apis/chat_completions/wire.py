"""The parts of the Chat Completions answers that we read, decoded straight from the bytes.

Fields that are missing, null or new do no harm. A field of an unexpected type is taken for missing: what a server adds
or bends in a corner must not cost the answer.
"""

from typing import Any, Literal, cast

import msgspec

from app.llm.lenient_json import lenient
from app.runtime.usage import Usage


class TokenDetails(msgspec.Struct, gc=False):
    """Parts of a token count."""

    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class WireUsage(msgspec.Struct, gc=False):
    """Token counts as the API sends them. `prompt_cache_hit_tokens` is DeepSeek's name for the cached ones."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: TokenDetails | None = None
    completion_tokens_details: TokenDetails | None = None
    prompt_cache_hit_tokens: int | None = None

    def counts(self) -> Usage | None:
        """The counts by our names, zero for what was not sent; None where nothing was."""
        if self.prompt_tokens is None and self.completion_tokens is None:
            return None
        prompt = self.prompt_tokens or 0
        completion = self.completion_tokens or 0
        cached = (self.prompt_tokens_details or TokenDetails()).cached_tokens
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": self.total_tokens or prompt + completion,
            "cached_tokens": cached or self.prompt_cache_hit_tokens or 0,
            "reasoning_tokens": (self.completion_tokens_details or TokenDetails()).reasoning_tokens or 0,
        }


class FunctionDelta(msgspec.Struct, gc=False):
    """A function call or a piece of one. Some servers send the arguments as an object instead of its JSON."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The arguments, or a piece of them, as JSON."""
        return self.arguments if isinstance(self.arguments, str) else json_of(self.arguments)

    @property
    def says_something(self) -> bool:
        """Whether it is more than the empty place that some servers hold for a call."""
        return bool(self.name or self.text)


class CallDelta(msgspec.Struct, gc=False):
    """A tool call or a piece of one."""

    index: int | None = None
    id: str | None = None
    function: FunctionDelta | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is anything in it but what we do not read, such as Google's signatures of thoughts."""
        return bool(self.id) or (self.function is not None and self.function.says_something)


class Said(msgspec.Struct):
    """A message, or a delta of one. Some servers send the content as a list of parts."""

    content: str | list[Any] | None = None
    refusal: str | None = None
    tool_calls: list[CallDelta | None] | None = None
    function_call: FunctionDelta | None = None


class Choice(msgspec.Struct):
    """One of the answers in a chunk; we ask for one only.

    `message` is the whole answer, where a server sends it in one event or says everything once more; `usage` is where
    Moonshot has it.
    """

    index: int | None = None
    delta: Said | None = None
    finish_reason: str | None = None
    message: Said | None = None
    usage: WireUsage | None = None


class GroqExtras(msgspec.Struct):
    """What Groq adds to a chunk. https://console.groq.com/docs/api-reference"""

    usage: WireUsage | None = None
    error: Any = None


class Chunk(msgspec.Struct):
    """An event of a streamed answer."""

    id: str | None = None
    model: str | None = None
    choices: list[Choice | None] | None = None
    usage: WireUsage | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    error: Any = None
    x_groq: GroqExtras | None = None


class WholeChoice(msgspec.Struct):
    """One of the answers in a whole answer."""

    index: int | None = None
    message: Said | None = None
    finish_reason: str | None = None


class Whole(msgspec.Struct):
    """An answer in one piece."""

    id: str | None = None
    model: str | None = None
    choices: list[WholeChoice | None] | None = None
    usage: WireUsage | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    error: Any = None


class ErrorBody(msgspec.Struct):
    """The `error` object of a failed request."""

    message: str | None = None
    type: str | None = None
    param: str | None = None
    code: str | None = None


class PlainDelta(msgspec.Struct, gc=False):
    """A piece of text, pieces of calls, or nothing that we read, such as what the model thinks."""

    content: str | None = None
    refusal: None = None
    tool_calls: list[CallDelta | None] | None = None
    function_call: FunctionDelta | None = None


class PlainChoice(msgspec.Struct, gc=False):
    """The answer in a plain chunk."""

    delta: PlainDelta
    index: Literal[0] | None = None
    finish_reason: Literal[""] | None = None
    usage: None = None


class PlainChunk(msgspec.Struct, gc=False):
    """A chunk from the middle of an answer, as most are; what is of interest at its ends only does not fit it."""

    choices: tuple[PlainChoice]
    id: str | None = None
    usage: WireUsage | None = None
    error: None = None
    x_groq: None = None


decode_plain_chunk = msgspec.json.Decoder(PlainChunk).decode
"""Decodes one event's data if it is from the middle of an answer; else ValueError or RecursionError."""

decode_chunk = msgspec.json.Decoder(Chunk).decode
"""Decodes one event's data; ValueError or RecursionError when it is not quite what the API documents."""

_decode_whole = msgspec.json.Decoder(Whole).decode


def text_of(content: str | list[Any] | None) -> str:
    """The text of a content: a string as it is, and what the text parts of a list say."""
    if isinstance(content, str):
        return content
    texts: list[str] = []
    for part in content or ():
        match part:
            case str() | {"text": str()}:
                texts.append(part if isinstance(part, str) else part["text"])
            case _:
                pass  # a picture, sound, or what the model thought
    return "".join(texts)


def json_of(arguments: dict[str, Any] | None) -> str:
    """Arguments that came as an object, as the JSON that they should have been; empty where none came."""
    return "" if arguments is None else msgspec.json.encode(arguments).decode()


def decode_odd_chunk(payload: bytes) -> Chunk:
    """As `decode_chunk`, for what that refuses: fields that do not fit are taken for missing. A text may end with the
    first half of a pair of surrogates or begin with the second.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    return lenient(payload, Chunk, halves="content")


def decode_whole(payload: bytes) -> Whole:
    """The body of an answer in one piece.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    try:
        return _decode_whole(payload)
    except (ValueError, RecursionError):
        return lenient(payload, Whole)


def decode_error(payload: bytes) -> ErrorBody:
    """The error object of a body or an event in any of the shapes that servers use; empty when there is none."""
    try:
        body: Any = msgspec.json.decode(payload)
    except (ValueError, RecursionError):
        return ErrorBody()
    if isinstance(body, list):
        body = next(iter(cast("list[Any]", body)), None)
    error: Any = body.get("error", body) if isinstance(body, dict) else body  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if isinstance(error, str):
        return ErrorBody(message=error)
    if not isinstance(error, dict):
        return ErrorBody()
    fields = cast("dict[str, Any]", error)
    return ErrorBody(
        **{name: str(fields[name]) for name in ErrorBody.__struct_fields__ if fields.get(name) is not None}
    )
