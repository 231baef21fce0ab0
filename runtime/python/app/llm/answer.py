"""A model's answer while it is put together, and the checks it passes before anyone may use it.

Streamed and whole answers are collected in the same `ModelAnswer`, so that both ways give the same result.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from app.llm.errors import ContentFiltered, StreamInterrupted, StreamMalformed
from app.llm.models import ModelFacts
from app.llm.opening import Opening
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
from app.runtime.usage import Usage, estimate_tokens

ReadJson = Callable[["ModelAnswer", str, Usage, Any], Any]
"""Reads an answer's text as JSON that fits a schema, if there is one; raises InvalidJsonOutput or OutputTruncated."""


@dataclass(slots=True)
class ModelAnswer:
    """Everything that has arrived of one answer.

    `told_cost_usd` is what the server says that the call costs, in whatever currency it has. `service_tier` is how the
    call was processed, which may be other than what was asked for, and has its price. `logprobs` are those of the
    text's tokens, if they were asked for. `reasoning` is what the model thinks, which a stream brings if it is to
    `show_reasoning`; it may be at the `opening` of the text. `annotations` go by their JSON.
    """

    model: str
    id: str = ""
    text: list[str] = field(default_factory=list[str])
    refusal: list[str] = field(default_factory=list[str])
    reasoning: list[str] = field(default_factory=list[str])
    show_reasoning: bool = False
    opening: Opening = field(default_factory=Opening)
    annotations: dict[bytes, JsonObject] = field(default_factory=dict[bytes, JsonObject])
    extras: JsonObject = field(default_factory=dict[str, Any])
    finish_reason: str | None = None
    usage: Usage | None = None
    told_cost_usd: float | None = None
    service_tier: str | None = None
    fingerprint: str | None = None
    logprobs: list[TokenLogprob] = field(default_factory=list[TokenLogprob])

    @property
    def has_content(self) -> bool:
        """Whether anything that the model said has arrived."""
        return bool(self.text or self.refusal)

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

    def note_findings(self, found: JsonObject) -> None:
        """What Azure's filter found of the answer, or of a piece of it: of each category the gravest is kept.

        https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations
        """
        kept: JsonObject = self.extras.setdefault("content_filter_results", {})
        kept.update({name: each for name, each in found.items() if _gravity(each) >= _gravity(kept.get(name))})

    def estimate(self, config: CompletionConfig) -> Usage:
        """What the call has used by the length of prompt and answer, where nobody has reported it."""
        prompt, completion = prompt_tokens(config), estimate_tokens(self.characters())
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "cached_tokens": 0,
            "reasoning_tokens": 0,
            "estimated": True,
        }

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


_SEVERITIES = ("safe", "low", "medium", "high")


def _gravity(finding: Any) -> tuple[bool, int]:
    match finding:
        case {"filtered": bool() as filtered, "severity": str() as severity} if severity in _SEVERITIES:
            return filtered, _SEVERITIES.index(severity)
        case {"filtered": True}:
            return True, 0
        case _:
            return False, 0
