"""An answer of the Messages API: its blocks, as they go back where the conversation goes on with it."""

from dataclasses import dataclass, field
from typing import Any

from app.llm.answer import ModelAnswer
from app.llm.calls import AnswerWithCalls, CallParts, parse_arguments
from app.llm.types import JsonObject, Message

PAUSED = "pause_turn"
"""The stop reason of an answer that goes on once it is sent back."""


@dataclass(slots=True)
class Block:
    """A block of an answer while it comes: what its first event said, and its pieces."""

    index: int | None
    started: JsonObject
    kind: str
    pieces: list[str] = field(default_factory=list[str])
    signature: list[str] = field(default_factory=list[str])
    citations: list[JsonObject] = field(default_factory=list[JsonObject])
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


@dataclass(slots=True)
class BlocksAnswer(AnswerWithCalls):
    """An answer in blocks."""

    blocks: list[Block] = field(default_factory=list[Block])

    def message(self) -> Message:
        """The answer as the message that the conversation goes on with."""
        message = AnswerWithCalls.message(self)
        blocks = [sent for block in self.blocks if (sent := block.as_sent()) is not None]
        if blocks:
            message["content_blocks"] = blocks
        return message

    def pause(self) -> Message | None:
        """See `ModelAnswer`."""
        return self.message() if self.finish_reason == PAUSED and self.server else None

    def go_on_from(self, before: ModelAnswer) -> None:
        """See `ModelAnswer`."""
        AnswerWithCalls.go_on_from(self, before)
        if isinstance(before, BlocksAnswer):
            self.blocks += before.blocks
