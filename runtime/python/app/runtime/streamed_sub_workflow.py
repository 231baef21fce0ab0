"""Called workflows whose text goes to the caller of their caller, as it arrives."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.runtime.context import ExecutionContext
from app.runtime.events import EventSink, Place, encode
from app.runtime.sub_workflow import Input, SubWorkflow


@dataclass(frozen=True, slots=True)
class StreamedSubWorkflow(SubWorkflow[Input]):
    """A called workflow that says what it streams to whoever listens; steps in it are named `node/step`."""

    def _sink(self, ctx: ExecutionContext, node: str) -> EventSink | None:
        """As in SubWorkflow."""
        return None if ctx.sink is None else CalledSink(ctx.sink, ctx.place(node))


class CalledSink(EventSink):
    """Passes the events of a called workflow on, and notes that the step which calls it has begun to answer."""

    def __init__(self, outer: EventSink, caller: Place) -> None:  # The answer is the outer one's.
        self._outer = outer
        self._caller = encode(caller)
        self.listens = outer.listens
        self.begun: set[bytes] = set()

    @property
    def started(self) -> bool:  # pyright: ignore[reportIncompatibleVariableOverride]
        """Whether the caller has been told something."""
        return self._outer.started

    @property
    def finish_reason(self) -> str | None:
        """Why the last model call ended."""
        return self._outer.finish_reason

    @finish_reason.setter
    def finish_reason(self, reason: str | None) -> None:  # pyright: ignore[reportIncompatibleVariableOverride]
        self._outer.finish_reason = reason

    def frame(self, event: str, data: dict[str, Any]) -> bytes:
        """As in EventSink."""
        return self._outer.frame(event, data)

    def text_frames(self, place: Place) -> Callable[[str], bytes]:
        """As in EventSink."""
        return self._outer.text_frames(place)

    def hold(self, frames: bytes) -> None:
        """As in EventSink."""
        self._outer.hold(frames)

    def hold_usage(self, place: Place, usage: Mapping[str, Any], cost_usd: float | None) -> None:
        """As in EventSink."""
        self._outer.hold_usage(place, usage, cost_usd)

    def write(self, frames: bytes, *, more: bool = True) -> Awaitable[None]:
        """As in EventSink."""
        self._outer.begun.add(self._caller)
        return self._outer.write(frames, more=more)

    def note_begun(self) -> None:
        """As in EventSink."""
        self._outer.begun.add(self._caller)
        self._outer.note_begun()

    def streamed(self, text: str, *, token_count: int) -> None:
        """As in EventSink."""
        self._outer.streamed(text, token_count=token_count)

    def close(self) -> None:
        """As in EventSink; there are no pings."""
