"""What the ways to callers have in common who are told less of a run than its events say."""

from app.runtime.errors import ServiceError
from app.runtime.events import EventSink


class AnswerRestarted(ServiceError, code="answer_restarted", title="Answer begun anew", status=502):
    """A model's stream broke off, another began anew, and a caller of this kind cannot be told to forget the first."""

    hint = "Send the request again."
    for_caller = ()
    retryable = True


class SparseSink(EventSink):
    """Leaves out what has no place in the caller's language, which `frame` makes no bytes of; the end says the rest."""

    def unsaid(self, text: str) -> str:
        """What is left to say of the whole text; where something else was streamed, that stands."""
        said = "".join(self.text)
        return text.removeprefix(said) if text.startswith(said) else ""
