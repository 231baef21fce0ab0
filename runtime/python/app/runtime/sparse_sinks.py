"""What the ways to callers have in common who are told less of a run than its events say."""

from collections.abc import Awaitable

from app.runtime.errors import ServiceError
from app.runtime.events import EventSink


class AnswerRestarted(ServiceError, code="answer_restarted", title="Answer begun anew", status=502):
    """A model's stream broke off, another began anew, and a caller of this kind cannot be told to forget the first."""

    hint = "Send the request again."
    for_caller = ()
    retryable = True


async def nothing() -> None:
    """What sends nothing."""


class SparseSink(EventSink):
    """Leaves out what has no place in the caller's language, which `frame` makes no bytes of."""

    def write(self, frames: bytes, *, more: bool = True) -> Awaitable[None]:
        """As in EventSink; what says nothing does not leave."""
        return super().write(frames, more=more) if frames or not more else nothing()

    def unsaid(self, text: str) -> str:
        """What is left to say of the whole text; where something else was streamed, that stands."""
        said = "".join(self.text)
        return text.removeprefix(said) if text.startswith(said) else ""
