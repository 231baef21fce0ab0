"""A model's answer while it is put together, and the checks it passes before anyone may use it.

Streamed and whole answers are collected in the same `ModelAnswer`, so that both ways give the same result.
"""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from app.llm.errors import ContentFiltered, StreamInterrupted, StreamMalformed
from app.llm.models import ModelFacts
from app.llm.tokens import prompt_tokens
from app.llm.types import (
    Completion,
    CompletionConfig,
    JsonObject,
    Piece,
    ReasoningDelta,
    Timing,
    TokenLogprob,
    ToolCall,
)
from app.runtime.usage import Usage, estimate_tokens, usage_of

ReadJson = Callable[["ModelAnswer", str, Usage, Any], Any]
"""Reads an answer's text as JSON that fits a schema, if there is one; raises InvalidJsonOutput or OutputTruncated."""


# By DeepSeek, Qwen and most others; Gemini; Mistral, ByteDance and Moonshot.
_TAGS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "[THINK]": "[/THINK]",
    "<seed:think>": "</seed:think>",
    "\u25c1think\u25b7": "\u25c1/think\u25b7",
}
_BEGINNINGS = {"", *(tag[0] for tag in _TAGS)}
# Before the tag; whoever writes more of them is not about to think.
_MOST_BLANKS = 64


class Opening:
    """The beginning of an answer's text, cut anywhere: tells what the model thinks there, which some servers leave
    between tags such as <think>, from what it says.
    """

    __slots__ = ("_came", "_close", "_inside", "_said", "held", "over")

    def __init__(self) -> None:
        self.over = False
        """Whether all that is still to come is said."""
        self._came: list[str] = []
        self.held = ""
        """What may yet turn out to be the beginning of a thought."""
        self._inside: bool | None = None
        self._close = ""
        self._said = ""

    @property
    def aside(self) -> str:
        """What came and was not said, as it came: the thought with its tags, and the blanks around them."""
        return "".join(self._came).removesuffix(self._said)

    def split(self, text: str) -> tuple[str, str]:
        """The next piece of the text, as what of it is thought and what is said."""
        if self.over:
            return "", text
        self._came.append(text)
        thought, self._said = self._parted(self.held + text)
        return thought, self._said

    def end(self) -> tuple[str, str]:
        """The text has ended: what was held back, as in `split()`."""
        held, self.held = self.held, ""
        if self.over or self._inside:
            return held, ""
        self.over, self._said = True, held
        return "", held

    def _parted(self, text: str) -> tuple[str, str]:
        self.held = ""
        if self._inside is None:
            start = text.lstrip()
            may_think = len(text) - len(start) <= _MOST_BLANKS and start[:1] in _BEGINNINGS
            if may_think and any(tag.startswith(start) and tag != start for tag in _TAGS):
                self.held = text
                return "", ""
            tag = next((tag for tag in _TAGS if start.startswith(tag)), None)
            if not may_think or tag is None:
                self.over = True
                return "", text
            self._inside, self._close, text = True, _TAGS[tag], start.removeprefix(tag)
        thought = ""
        if self._inside:
            close = self._close
            thought, closed, text = text.partition(close)
            if not closed:
                sizes = range(len(close) - 1, 0, -1)
                self.held = next((thought[-size:] for size in sizes if thought.endswith(close[:size])), "")
                return thought.removesuffix(self.held), ""
            self._inside = False
        said = text.lstrip()
        self.over = bool(said)
        return thought, said


class ModelAnswer(msgspec.Struct):
    """Everything that has arrived of one answer.

    `reasoning` is what the model thinks, which may be at the `opening` of the text. `annotations` go by their JSON.
    `told_cost_usd` is what the server says that the call costs, in whatever currency it has; `service_tier` is how it
    was processed, which may be other than what was asked for, and has its price.
    """

    model: str
    id: str = ""
    text: list[str] = []
    refusal: list[str] = []
    reasoning: list[str] = []
    show_reasoning: bool = False
    opening: Opening = msgspec.field(default_factory=Opening)
    annotations: dict[bytes, JsonObject] = {}
    extras: JsonObject = {}
    finish_reason: str | None = None
    usage: Usage | None = None
    told_cost_usd: float | None = None
    service_tier: str | None = None
    fingerprint: str | None = None
    logprobs: list[TokenLogprob] = []

    @property
    def has_content(self) -> bool:
        """Whether anything that the model said has arrived."""
        return bool(self.text or self.refusal or self.opening.held)

    def characters(self) -> int:
        """How many characters the model has written."""
        return sum(map(len, self.text)) + sum(map(len, self.refusal)) + sum(map(len, self.reasoning))

    def pieces(self) -> list[Piece]:
        """All of it as a stream would have brought it."""
        text, reasoning = "".join(self.text), "".join(self.reasoning)
        shown: list[Piece] = [ReasoningDelta(reasoning)] if reasoning and self.show_reasoning else []
        return [*shown, text] if text else shown

    def take_text(self, text: str, produced: list[Piece]) -> None:
        """Adds a piece of the text as it comes, and to `produced` what is to be passed on."""
        if not self.opening.over:
            thought, text = self.opening.split(text)
            self.take_reasoning(thought, produced)
        if text:
            self.text.append(text)
            produced.append(text)

    def end_text(self, produced: list[Piece]) -> None:
        """The text has ended, so that nothing of it has to be held back any more."""
        thought, text = self.opening.end()
        self.take_reasoning(thought, produced)
        self.take_text(text, produced)

    def take_reasoning(self, text: str | None, produced: list[Piece]) -> None:
        """Adds a piece of what the model thinks."""
        if text:
            self.reasoning.append(text)
            if self.show_reasoning:
                produced.append(ReasoningDelta(text))

    def annotate(self, annotations: Iterable[JsonObject | None]) -> None:
        """Adds annotations, which some servers send more than once."""
        for annotation in annotations:
            if annotation is not None:
                self.annotations.setdefault(msgspec.json.encode(annotation), annotation)

    def estimate(self, config: CompletionConfig) -> Usage:
        """What the call has used by the length of prompt and answer, where nobody has reported it."""
        return {**usage_of(prompt_tokens(config), estimate_tokens(self.characters())), "estimated": True}

    def cost_usd(self, facts: ModelFacts | None, usage: Usage, service_tier: str | None) -> float | None:
        """What the call costs by the prices of its model; None when they are not known."""
        return None if facts is None else facts.cost_of(usage, service_tier)

    def rest(self, config: CompletionConfig) -> CompletionConfig | None:
        """The request by which an answer goes on that its provider has paused; None where it has ended."""
        return None

    def go_on_from(self, before: "ModelAnswer") -> None:
        """Takes over what came of the answer before it was paused."""

    def complete(
        self,
        *,
        read_json: ReadJson | None,
        schema: Any,
        usage: Usage,
        cost_usd: float | None,
        timing: Timing,
        provider: str = "",
    ) -> Completion:
        """The checked result; with `read_json`, the text has to be JSON, and fit `schema` unless that is None.

        Raises:
            StreamInterrupted: no finish_reason, or the provider says that it failed.
            ContentFiltered, InvalidToolArguments, OutputTruncated, InvalidJsonOutput: see there.
        """
        text = "".join(self.text)
        self._check_finish_reason(text)
        tool_calls = self._tool_calls(usage, cost_usd)
        first = tool_calls[0] if tool_calls else None
        refusal = "".join(self.refusal) or None
        is_text = not first and refusal is None
        parsed = read_json(self, text, usage, schema) if read_json is not None and is_text else None
        return {
            "content": text or None,
            "function_call": None if first is None else {"name": first["name"], "arguments": first["arguments"]},
            "tool_calls": tool_calls,
            "parsed": parsed,
            "refusal": refusal,
            "reasoning": "".join(self.reasoning).strip() or None,
            "annotations": list(self.annotations.values()) or None,
            "extras": self.extras or None,
            # Some servers say "stop" next to tool calls; the calls are the fact.
            "finish_reason": "tool_calls" if tool_calls and self.finish_reason == "stop" else str(self.finish_reason),
            "model": self.model,
            "provider": provider,
            "id": self.id,
            "logprobs": self.logprobs or None,
            "usage": usage,
            "cost_usd": cost_usd,
            "timing": timing,
        }

    def _tool_calls(self, usage: Usage, cost_usd: float | None) -> list[ToolCall]:
        """The functions that the model asks for: none in an answer of text alone."""
        return []

    def _check_finish_reason(self, text: str) -> None:
        if self.finish_reason in (None, "error"):
            by_whom = "The answer ended before the model had finished."
            if self.finish_reason:
                by_whom = "The provider ended the answer with an error."
            error = StreamInterrupted(by_whom, received_characters=len(text))
            error.partial_text = text
            raise error
        # A filter that says why is a refusal.
        if self.finish_reason == "content_filter" and not self.refusal:
            found = self.extras.get("content_filter_results")
            words = "The provider's content filter stopped the answer."
            raise ContentFiltered(words, received_characters=len(text), **({"content_filter": found} if found else {}))
        if self.finish_reason in ("tool_calls", "function_call") and not self.has_content:
            raise StreamMalformed("The model says that it calls functions, and no call has arrived.")


# Why an answer ended, in OpenAI's words, whichever words a compatible server has for it. The others are those of the
# vendors' own APIs, which their compatible endpoints let through.
# https://platform.openai.com/docs/api-reference/chat/object
_FINISH_REASONS = {
    "stop": "eos eos_token end end_turn stop_sequence complete completed finished",
    "length": "max_tokens max_output_tokens max_length model_length token_limit model_context_window_exceeded",
    "tool_calls": "tool_use tool_call",
    "function_call": "",
    "content_filter": "content_filtered safety recitation blocklist prohibited_content spii sensitive "
    "guardrail_intervened refusal",
    "error": "abort aborted cancelled network_error malformed_function_call insufficient_system_resource",
}
_KNOWN_AS = {word: name for name, words in _FINISH_REASONS.items() for word in (name, *words.split())}


def finish_reason_of(said: str | None) -> str | None:
    """The reason by OpenAI's name; one that nobody knows as it is, and None for words that say there is none."""
    word = (said or "").strip().lower()
    return None if word in ("", "null", "none") else _KNOWN_AS.get(word, said)


def graver(first: str | None, second: str | None) -> str | None:
    """Of the reasons that two events of an answer give, the one to heed: the first, unless the other is worse."""
    return next((grave for grave in ("error", "content_filter", "length") if grave in (first, second)), first or second)
