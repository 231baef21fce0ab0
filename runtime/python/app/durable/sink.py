"""What durable runs say to those who listen: into their journal, from where any number of listeners read."""

from collections.abc import Awaitable, Callable

from app.durable.records import Streamed, split_events
from app.runtime.events import EventSink

Tell = Callable[[list[bytes]], None]


async def _told() -> None:
    """Nobody has to be waited for."""


class JournalSink(EventSink):
    """Takes the events of a run, or of one of its steps, whose texts it notes."""

    def __init__(self, tell: Tell) -> None:  # The answer that its base class writes is another's.
        self.tell = tell
        self.started = True
        self.text: list[str] = []
        self.token_count = 0
        self.begun: set[bytes] = set()
        self.finish_reason: str | None = None

    def hold(self, frames: bytes) -> None:
        """As in EventSink."""
        self.tell(split_events(frames))

    def write(self, frames: bytes, *, more: bool = True) -> Awaitable[None]:
        """As in EventSink."""
        self.tell(split_events(frames))
        return _told()

    def streamed_so_far(self) -> Streamed | None:
        """The texts, if there are any."""
        if not self.text and not self.token_count and self.finish_reason is None:
            return None
        return Streamed(self.text, self.token_count, self.finish_reason)

    def add(self, streamed: Streamed) -> None:
        """Notes what a step has streamed."""
        self.text += streamed.texts
        self.token_count += streamed.token_count
        self.finish_reason = streamed.finish_reason or self.finish_reason

    def close(self) -> None:
        """As in EventSink; there are no pings."""
