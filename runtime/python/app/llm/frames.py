"""What the caller of a run sees of a completion, as server-sent events."""

from collections.abc import Awaitable, Sequence
from typing import Any, Final, cast

from app.llm.partial_json import PartialFrames
from app.llm.types import FunctionCallDelta, OpenAICompletion
from app.runtime.events import CallFrames, EventSink, TokenFrames, frame
from app.runtime.usage import Usage

_TEXT_ONLY: Final = {str}


class AnswerFrames:
    """Encodes the events of one node; `token_count` counts the `token` events made."""

    __slots__ = ("_calls", "_node", "_tokens", "token_count")

    def __init__(self, node: str) -> None:
        self._node = node
        self._tokens = TokenFrames(node)
        self._calls: CallFrames | None = None
        self.token_count = 0

    def pieces(self, events: Sequence[str | FunctionCallDelta]) -> bytes:
        """All that one read has brought, to leave in one send."""
        if len(events) == 1:
            [event] = events
            if type(event) is str:
                self.token_count += 1
                return self._tokens.one(event)
            return self._piece(event)
        if set(map(type, events)) == _TEXT_ONLY:
            self.token_count += len(events)
            return self._tokens.many(cast("Sequence[str]", events))
        return b"".join([self._piece(event) for event in events])

    def end(self, completion: OpenAICompletion) -> bytes:
        """The complete function calls."""
        return b"".join([frame("function_call", {"node": self._node, **call}) for call in completion["tool_calls"]])

    def tool_result(self, call_id: str, name: str, came: dict[str, Any]) -> bytes:
        """What a called function gave: `came` is its `result` or the `error` that the model is told."""
        return frame("tool_result", {"node": self._node, "id": call_id, "name": name, **came})

    def usage(self, usage: Usage, cost_usd: float | None) -> bytes:
        """What the call has used."""
        return frame("usage", {"node": self._node, **usage, "cost_usd": cost_usd})

    def _piece(self, event: str | FunctionCallDelta) -> bytes:
        if isinstance(event, str):
            self.token_count += 1
            return self._tokens.one(event)
        calls = self._calls = self._calls or CallFrames(self._node)
        return calls.one(event.id, event.name, event.arguments)


class AnswerWriter:
    """Writes the events of one answer of `node`; with `partial`, also the value of its JSON while it grows."""

    __slots__ = ("_frames", "_partial", "_sink")

    def __init__(self, sink: EventSink, node: str, *, partial: bool) -> None:
        self._sink = sink
        self._frames = AnswerFrames(node)
        self._partial = PartialFrames(node) if partial else None

    def write(self, events: Sequence[str | FunctionCallDelta]) -> Awaitable[None]:
        """Sends what one read has brought; to be awaited, which is what slows the reading down."""
        frames = self._frames.pieces(events)
        if self._partial is not None:
            frames += self._partial.after(events)
        return self._sink.write(frames)

    async def end(self, completion: OpenAICompletion) -> None:
        """Sends what only the complete answer tells: the whole value, and the function calls."""
        if self._partial is not None and completion["parsed"] is not None:
            last = self._partial.end(completion["parsed"])
            if last:
                await self._sink.write(last)
        if completion["tool_calls"]:
            await self._sink.write(self._frames.end(completion))
        self._sink.streamed(completion["content"] or "", token_count=self._frames.token_count)
