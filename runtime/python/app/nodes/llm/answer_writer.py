"""Writes a streamed answer to the caller of a run, as it comes."""

from collections.abc import Awaitable, Sequence

from app.nodes.llm.answer_frames import AnswerFrames
from app.nodes.llm.openai_types import FunctionCallDelta, OpenAICompletion
from app.nodes.llm.partial_frames import PartialFrames
from app.runtime.sink import EventSink


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
