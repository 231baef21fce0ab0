"""What the decoders of both APIs' streams share: from bytes to events, the end, and errors with what had arrived."""

from typing import Any

from app.nodes.llm.failures import error_in_stream, known_error
from app.nodes.llm.lenient_json import replace_surrogates
from app.nodes.llm.model_answer import ModelAnswer
from app.nodes.llm.openai_types import FunctionCallDelta
from app.nodes.llm.sse import EventTooLarge, SSEDecoder
from app.runtime.errors import ServiceError, StreamMalformed

_LONGEST_DONE = 20


class AnswerStream:
    """Turns the bytes of a stream, cut anywhere, into pieces of text (`str`) and of function calls.

    `answer` holds what has arrived. After the last `feed()`, `check_end()` says whether that was a stream at all.
    """

    __slots__ = (
        "_half_character",
        "_max_bytes",
        "_sse",
        "_start",
        "answer",
        "content_seen",
        "ended",
        "events_seen",
        "failure",
        "thinking",
    )

    def __init__(self, model: str, *, max_event_bytes: int) -> None:
        self.answer = ModelAnswer(model)
        self.ended = False
        """Whether the stream's last event has been read."""
        self.events_seen = 0
        """How many events with data there were."""
        self.content_seen: int = 0
        """How many of them show that the model is at work: the sign of life that the idle deadline goes by."""
        self.thinking = False
        """Whether the model has said that it reasons, so that silence is to be expected."""
        self.failure: ServiceError | None = None
        """What ended the stream, where the same bytes had something to pass on before; to be raised after that."""
        self._sse = SSEDecoder(max_event_bytes)
        self._max_bytes = max_event_bytes
        # Until the first event, what came may still be something else than a stream.
        self._start = bytearray()
        self._half_character = ""

    def feed(self, data: bytes) -> list[str | FunctionCallDelta]:
        """Takes the next bytes and gives what they complete. How the bytes are cut makes no difference to that: what
        comes before an error is given, and the error is then in `failure`.

        Raises:
            StreamMalformed: the bytes are not what the API sends.
            ServiceError: the provider reports an error inside the stream; the class says which.
        """
        produced: list[str | FunctionCallDelta] = []
        if not self.events_seen:
            self._keep_start(data)
        try:
            self._take_events(self._sse.feed(data), produced)
        except EventTooLarge:
            raise self.failed(
                StreamMalformed(
                    "An event of the stream is larger than allowed.", hint="MAX_EVENT_BYTES sets the largest event."
                )
            ) from None
        except ServiceError as error:
            if not produced:
                raise
            self.failure = error
        return produced

    @property
    def unread(self) -> bytes:
        """What came instead of events; empty once there was one."""
        return bytes(self._start)

    def check_end(self) -> None:
        """To be called when the bytes have ended.

        Raises:
            StreamMalformed: there was not a single event, so the answer was an HTML page, plain JSON, or empty.
            ServiceError: `failure`, or instead of a stream came an error that says what it is.
        """
        if self.failure is not None:
            raise self.failure
        if not self.events_seen:
            raise known_error(bytes(self._start)) or StreamMalformed("The answer holds no server-sent events.")

    def failed(self, error: ServiceError) -> ServiceError:
        """Adds what had arrived to an error."""
        text = "".join(self.answer.text)
        error.details.setdefault("received_characters", len(text))
        partial: Any = error
        if hasattr(error, "partial_text"):
            partial.partial_text = text
        return error

    def _keep_start(self, data: bytes) -> None:
        if len(self._start) < self._max_bytes:
            self._start += data

    def _take_events(self, events: list[tuple[bytes, bytes]], produced: list[str | FunctionCallDelta]) -> None:
        for name, payload in events:
            if self.ended or not self._take_middle(name, payload, produced):
                self._take_event(name, payload, produced)
                continue
            self.events_seen += 1
            self.content_seen += 1

    def _take_event(self, name: bytes, payload: bytes, produced: list[str | FunctionCallDelta]) -> None:
        if not payload.strip() or self.ended:
            return
        self.events_seen += 1
        self._start.clear()
        if payload == b"[DONE]" or (len(payload) < _LONGEST_DONE and _is_done(payload)):
            self.ended = True
            self.content_seen += 1
        elif name == b"error":
            raise self.failed(error_in_stream(payload))
        else:
            self._take(name, payload, produced)

    def whole_characters(self, text: str) -> str:
        """The next piece of the text, where a pair of surrogates may be cut in two: JavaScript counts in them."""
        text = self._half_character + text
        self._half_character = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return replace_surrogates(text.removesuffix(self._half_character) if self._half_character else text)

    def _take_middle(self, name: bytes, payload: bytes, produced: list[str | FunctionCallDelta]) -> bool:
        """The short way of an event from the middle of an answer, as most are: does what `_take()` would do. False for
        any other, with nothing done.
        """
        return False

    def _take(self, name: bytes, payload: bytes, produced: list[str | FunctionCallDelta]) -> None:
        """Reads one event and adds what it says to `answer`, and to `produced` what is to be passed on."""
        raise NotImplementedError


def _is_done(payload: bytes) -> bool:
    """Whether an event says [DONE] with blanks around it or in quotes, as some servers write it."""
    return payload.strip(b' \t"').upper() == b"[DONE]"
