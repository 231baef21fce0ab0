"""What the caller of a run sees of a completion, as server-sent events."""

from collections.abc import Awaitable, Sequence
from typing import Protocol

from msgspec.structs import asdict

from app.llm.provider import PartialJson
from app.llm.types import Completion, FunctionCallDelta, Piece, ReasoningDelta
from app.runtime.events import EventSink
from app.runtime.usage import Usage


class Writer(Protocol):
    """Takes an answer as it comes: what each read has brought, which it may be slow about, and the end."""

    def write(self, events: Sequence[Piece]) -> Awaitable[None]: ...  # noqa: D102

    async def end(self, completion: Completion) -> None: ...  # noqa: D102


class AnswerWriter:
    """Writes the events of one answer of `node` as it comes; with `partial`, also the value of its JSON as it grows."""

    def __init__(self, sink: EventSink, node: str, partial: PartialJson | None) -> None:
        self._sink = sink
        self._node = node
        self._text = sink.text_frames(node)
        self._token_count = 0
        self._partial = partial

    def write(self, events: Sequence[Piece]) -> Awaitable[None]:
        """Sends all that one read has brought at once; to be awaited, which is what slows the reading down."""
        frames = b""
        for event in events:
            if isinstance(event, str):
                self._token_count += 1
                frames += self._text(event)
            else:
                frames += self._frame(event)
        if self._partial is not None:
            frames += self._partial.after(events)
        self._sink.begun.add(self._node)
        return self._sink.write(frames)

    async def end(self, completion: Completion) -> None:
        """Sends what only the complete answer tells: the whole value, and the function calls."""
        frames = b""
        if self._partial is not None and completion["parsed"] is not None:
            frames += self._partial.end(completion["parsed"])
        if completion["annotations"] or completion["extras"]:
            beside = {name: completion[name] for name in ("annotations", "extras")}
            frames += self._sink.frame("annotations", {"node": self._node, **beside})
        for call in completion["tool_calls"]:
            frames += self._sink.frame("function_call", {"node": self._node, **call})
        if frames:
            await self._sink.write(frames)
        self._sink.streamed(completion["content"] or "", token_count=self._token_count)

    def _frame(self, event: FunctionCallDelta | ReasoningDelta) -> bytes:
        if isinstance(event, ReasoningDelta):
            return self._sink.frame("reasoning", {"text": event.text, "node": self._node})
        return self._sink.frame("function_call_delta", {"node": self._node, **asdict(event)})


def hold_usage(sink: EventSink, node: str, usage: Usage, cost_usd: float | None) -> None:
    """Tells what a call has used, with the next events."""
    sink.hold(sink.frame("usage", {"node": node, **usage, "cost_usd": cost_usd}))
