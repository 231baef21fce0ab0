"""What durable runs say to those who listen: into their journal, from where any number of listeners read."""

from collections.abc import Awaitable, Callable

from app.durable.records import Streamed, split_events
from app.runtime.events import EventSink, nothing

Tell = Callable[[list[bytes]], None]


class JournalSink(EventSink):
    """Takes the events of a run, or of one of its steps, whose texts it notes. `around` is what the step was given."""

    def __init__(self, tell: Tell, around: EventSink | None = None) -> None:  # What its base class writes is another's.
        self.tell = tell
        self._around = around
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
        self.note_begun()
        self.tell(split_events(frames))
        return nothing()

    def note_begun(self) -> None:
        """As in EventSink."""
        if self._around is not None:
            self._around.note_begun()

    def streamed_so_far(self) -> Streamed | None:
        """The texts, if there are any."""
        if not self.text and not self.token_count and self.finish_reason is None:
            return None
        return Streamed(self.text, self.token_count, self.finish_reason)

    def close(self) -> None:
        """As in EventSink; there are no pings."""
