"""The parts of the Chat Completions answers that we read, decoded straight from the bytes.

Fields that are missing, null or new do no harm. A field of an unexpected type is taken for missing: what a server adds
or bends in a corner must not cost the answer. An answer in one piece is read as a chunk that has a `message`.
https://platform.openai.com/docs/api-reference/chat/object and …/chat/streaming
"""

from typing import Any, Generic, Literal, TypeVar

import msgspec

from app.llm.types import JsonObject, TokenDetails
from app.runtime.usage import Usage, usage_of

# https://docs.x.ai/developers/cost-tracking
_TICKS_PER_USD = 10_000_000_000


class WireUsage(msgspec.Struct, gc=False):
    """Token counts as the API sends them. What other servers have beside the details: the cached ones DeepSeek
    (`prompt_cache_hit_tokens`), Moonshot and Together (`cached_tokens`), and Mistral; those of thoughts Perplexity and
    Together. What a call costs is OpenRouter's and Perplexity's `cost`, and xAI's `cost_in_usd_ticks`.
    """

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: TokenDetails | None = None
    completion_tokens_details: TokenDetails | None = None
    prompt_cache_hit_tokens: int | None = None
    cached_tokens: int | None = None
    num_cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    cost: Any = None
    cost_in_usd_ticks: int | None = None

    def counts(self) -> Usage | None:
        """The counts by our names, zero for what was not sent; None where nothing was."""
        if self.prompt_tokens is None and self.completion_tokens is None:
            return None
        details = self.prompt_tokens_details or TokenDetails()
        thoughts = (self.completion_tokens_details or TokenDetails()).reasoning_tokens
        return usage_of(
            self.prompt_tokens or 0,
            self.completion_tokens or 0,
            total=self.total_tokens,
            cached=details.cached_tokens
            or self.prompt_cache_hit_tokens
            or self.cached_tokens
            or self.num_cached_tokens,
            written=details.cache_write_tokens,
            reasoning=thoughts or self.reasoning_tokens,
        )

    @property
    def cost_usd(self) -> float | None:
        """What the server says that the call costs, as a number, in the ten-billionths of a dollar that xAI counts in,
        or, as Perplexity has it, as the sum of its parts.
        """
        if self.cost_in_usd_ticks is not None:
            return self.cost_in_usd_ticks / _TICKS_PER_USD
        match self.cost:
            case float() | int() as cost if not isinstance(self.cost, bool):
                return float(cost)
            case {"total_cost": float() | int() as total}:
                return float(total)
            case _:
                return None


class Said(msgspec.Struct):
    """A message, or a delta of one. Some servers send the content as a list of parts.

    What the model thinks is in `reasoning_content`, or in `reasoning`, or in both once more, or as parts in
    `reasoning_details` alone.
    """

    content: str | list[Any] | None = None
    refusal: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: list[Any] | None = None
    annotations: list[JsonObject | None] | None = None
    images: list[JsonObject | None] | None = None


class PlainSaid(msgspec.Struct, gc=False):
    """A piece of text or of what the model thinks, or nothing that we read."""

    content: str | None = None
    refusal: None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: list[Any] | None = None
    annotations: None = None
    images: None = None


P = TypeVar("P", bound=msgspec.Struct)


class Choice(msgspec.Struct):
    """One of the answers in a chunk; we ask for one only. What it says is read as `Said`.

    `message` is the whole answer, also where a server sends it in one event or says everything once more; `usage` is
    where Moonshot has it.
    """

    index: int | None = None
    delta: JsonObject | None = None
    finish_reason: str | None = None
    message: JsonObject | None = None
    usage: WireUsage | None = None


class GroqExtras(msgspec.Struct):
    """What Groq adds to a chunk. https://console.groq.com/docs/api-reference"""

    usage: WireUsage | None = None
    error: Any = None


class Chunk(msgspec.Struct):
    """An event of a streamed answer, or an answer in one piece. Perplexity and xAI name their sources beside it."""

    id: str | None = None
    model: str | None = None
    choices: list[Choice | None] | None = None
    usage: WireUsage | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None
    error: Any = None
    x_groq: GroqExtras | None = None
    citations: list[Any] | None = None
    search_results: list[Any] | None = None
    images: list[Any] | None = None

    @property
    def choice(self) -> Choice | None:
        """The choice that was asked for, where others come with it or before it."""
        return next((choice for choice in self.choices or () if choice is not None and not choice.index), None)


class PlainChoice(msgspec.Struct, Generic[P], gc=False):
    """The answer in a plain chunk."""

    delta: P
    index: Literal[0] | None = None
    finish_reason: Literal[""] | None = None
    usage: None = None


class PlainChunk(msgspec.Struct, Generic[P], gc=False):
    """A chunk from the middle of an answer, as most are; what is of interest at its ends only does not fit it."""

    choices: tuple[PlainChoice[P]]
    id: str | None = None
    usage: WireUsage | None = None
    error: None = None
    x_groq: None = None


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


def thought_of(said: Said) -> str:
    """What the model thinks, also where it is a part of the content, as Mistral has it."""
    inside: list[str] = []
    for part in said.content if isinstance(said.content, list) else ():
        match part:
            case {"thinking": str() | list()}:
                inside.append(text_of(part["thinking"]))
            case _:
                pass
    return said.reasoning_content or said.reasoning or "".join(inside) or text_of(said.reasoning_details)
