"""An answer of the Messages API: its blocks, as they go back where the conversation goes on with it."""

from typing import Any

import msgspec

from app.llm.answer import ModelAnswer, ReadJson
from app.llm.calls import AnswerWithCalls, CallParts, parse_arguments
from app.llm.errors import StreamInterrupted
from app.llm.models import ModelFacts
from app.llm.rounds import sum_of, sum_of_costs
from app.llm.types import Completion, CompletionConfig, JsonObject, Message
from app.runtime.usage import Usage

PAUSED = "pause_turn"
"""The stop reason of an answer that goes on once it is sent back."""

_MOST_PARTS = 16


class Block(msgspec.Struct):
    """A block of an answer while it comes: what its first event said, and its pieces."""

    index: int | None
    started: JsonObject
    kind: str
    pieces: list[str] = []
    signature: list[str] = []
    citations: list[JsonObject] = []
    call: CallParts | None = None

    def as_sent(self) -> JsonObject | None:
        """The block for the message that the conversation goes on with, unchanged; None for text without any."""
        whole = "".join(self.pieces)
        match self.kind:
            case "text":
                cited: JsonObject = {"citations": self.citations} if self.citations else {}
                return {**self.started, "text": whole, **cited} if whole else None
            case "thinking":
                return {**self.started, "thinking": whole, "signature": "".join(self.signature)}
            case kind if kind.endswith("tool_use"):
                named = {} if self.call is None else {"id": self.call.id}
                return {**self.started, **named, "input": self._input(whole)}
            case _:
                return self.started

    def _input(self, whole: str) -> Any:
        """The arguments as the object that they have to be, also where the model wrote none.

        https://platform.claude.com/docs/en/agents-and-tools/tool-use/fine-grained-tool-streaming
        """
        if not whole.strip():
            return self.started.get("input") or {}
        arguments = parse_arguments(whole)
        return {"INVALID_JSON": whole} if arguments is None else arguments


class BlocksAnswer(AnswerWithCalls):
    """An answer in blocks.

    `begun_usage` is what was counted when the answer began, which is all of the prompt. The tokens' price is multiplied
    by `price_factor`, and `surcharge_usd` comes on top. `paused` is the part before, where the answer came in several,
    and `parts` how many there are.
    """

    blocks: list[Block] = msgspec.field(default_factory=list[Block])
    begun_usage: Usage | None = None
    price_factor: float = 1.0
    surcharge_usd: float = 0.0
    paused: Completion | None = None
    parts: int = 1

    def message(self) -> Message:
        """The answer as the message that the conversation goes on with."""
        message = super().message()
        blocks = [sent for block in self.blocks if (sent := block.as_sent()) is not None]
        if blocks:
            message["content_blocks"] = blocks
        return message

    def estimate(self, config: CompletionConfig) -> Usage:
        """See `ModelAnswer`."""
        estimated, begun = super().estimate(config), self.begun_usage
        if begun is None:
            return estimated
        completion = max(estimated["completion_tokens"], begun["completion_tokens"])
        total = begun["prompt_tokens"] + completion
        return {**begun, "completion_tokens": completion, "total_tokens": total, "estimated": True}

    def cost_usd(self, facts: ModelFacts | None, usage: Usage, service_tier: str | None) -> float | None:
        """See `ModelAnswer`."""
        cost_usd = super().cost_usd(facts, usage, service_tier)
        return None if cost_usd is None else round(cost_usd * self.price_factor + self.surcharge_usd, 10)

    def complete(self, *, read_json: ReadJson | None, **known: Any) -> Completion:
        """See `ModelAnswer`. Of a paused answer the JSON is not there yet."""
        completion = super().complete(read_json=None if self._is_paused else read_json, **known)
        self.paused = completion if self.paused is None else together(self.paused, completion)
        return self.paused

    def rest(self, config: CompletionConfig) -> CompletionConfig | None:
        """See `ModelAnswer`.

        Raises:
            StreamInterrupted: it has been paused too often.
        """
        if not self._is_paused:
            return None
        if self.parts == _MOST_PARTS:
            raise StreamInterrupted(f"The provider has paused the answer {_MOST_PARTS} times.")
        given = config.get("messages", [])
        # In the place of what came before, as it holds all of that.
        return {**config, "messages": [*(given if self.parts == 1 else given[:-1]), self.message()]}

    def go_on_from(self, before: ModelAnswer) -> None:
        """See `ModelAnswer`."""
        self.text += before.text
        self.reasoning += before.reasoning
        self.annotations |= before.annotations
        if isinstance(before, BlocksAnswer):
            self.blocks += before.blocks
            self.paused = before.paused
            self.parts = before.parts + 1

    @property
    def _is_paused(self) -> bool:
        return self.finish_reason == PAUSED and bool(self.server)


def together(before: Completion, last: Completion) -> Completion:
    """The last part of an answer that came in two as the whole, with what both have used."""
    first_token_ms, total_ms = before["timing"]["first_token_ms"], before["timing"]["total_ms"]
    own = last["timing"]["first_token_ms"]
    if first_token_ms is None and own is not None:
        first_token_ms = round(total_ms + own, 3)
    return {
        **last,
        "usage": sum_of(before["usage"], last["usage"]),
        "cost_usd": sum_of_costs(before["cost_usd"], last["cost_usd"]),
        "timing": {"first_token_ms": first_token_ms, "total_ms": round(total_ms + last["timing"]["total_ms"], 3)},
    }
