"""What the decoders of all APIs' streams share: from bytes to events, the end, and errors with what had arrived.

https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
"""

from app.llm.answer import ModelAnswer
from app.llm.errors import StreamMalformed
from app.llm.failures import error_in_stream, known_error
from app.llm.lenient_json import replace_surrogates
from app.llm.types import Piece
from app.runtime.errors import ServiceError

_BOM = b"\xef\xbb\xbf"
_LF, _CR = b"\n"[0], b"\r"[0]
_LONGEST_DONE = 20


class EventTooLarge(Exception):
    """A single event is larger than the limit given to the decoder."""


class SSEDecoder:
    """Turns the bytes of a response, cut anywhere, into `(event name, data)` pairs, both as bytes.

    The event name is empty unless the server sent one. `id:` and `retry:` are ignored: a completion cannot be resumed.
    What is left over at the end of the input is an event that was never finished and is dropped, as the standard says.
    """

    __slots__ = ("_after_cr", "_data", "_first", "_max_bytes", "_name", "_size", "_unfinished")

    def __init__(self, max_event_bytes: int) -> None:
        self._max_bytes = max_event_bytes
        self._size = 0
        self._name = b""
        self._data: list[bytes] = []
        # Pieces of a line are collected and joined once, so that a long line that comes in many reads stays linear.
        self._unfinished: list[bytes] = []
        self._after_cr = False
        self._first = True

    def feed(self, chunk: bytes) -> list[tuple[bytes, bytes]]:
        """Takes the next bytes and gives the events that they complete.

        Raises:
            EventTooLarge: an event grows beyond the limit, complete or not.
        """
        if self._after_cr and chunk:
            self._after_cr = False
            if chunk[0] == _LF:  # the second half of a CRLF that was cut in two
                chunk = chunk[1:]
        if not chunk:
            return []
        self._size += len(chunk)
        # bytes.splitlines() knows CR, LF and CRLF and, unlike str.splitlines(), nothing else.
        lines = chunk.splitlines()
        self._after_cr = chunk[-1] == _CR
        rest = b"" if chunk[-1] in (_CR, _LF) else lines.pop()
        events: list[tuple[bytes, bytes]] = []
        if lines:
            if self._unfinished:
                lines[0] = b"".join((*self._unfinished, lines[0]))
                self._unfinished.clear()
            if self._first:
                self._first = False
                lines[0] = lines[0].removeprefix(_BOM)
            events = self._interpret(lines)
        if rest:
            self._unfinished.append(rest)
        if events or not (self._unfinished or self._data or self._name):
            self._size = len(rest)
        elif self._size > self._max_bytes:
            raise EventTooLarge
        return events

    def _interpret(self, lines: list[bytes]) -> list[tuple[bytes, bytes]]:
        name, data = self._name, self._data
        events: list[tuple[bytes, bytes]] = []
        for line in lines:
            if line[:6] == b"data: ":
                data.append(line[6:])
            elif not line:
                if data:
                    events.append((name, data[0] if len(data) == 1 else b"\n".join(data)))
                    data.clear()
                name = b""
            elif line[:7] == b"event: ":
                name = line[7:]
            else:
                field, _, value = line.partition(b":")
                if field == b"data":
                    data.append(value.removeprefix(b" "))
                elif field == b"event":
                    name = value.removeprefix(b" ")
        self._name = name
        return events


class AnswerStream:
    """Turns the bytes of a stream, cut anywhere, into pieces of text (`str`) and of function calls.

    `answer` holds what has arrived. After the last `feed()`, `check_end()` says whether that was a stream at all.
    """

    __slots__ = ("_half", "_max_bytes", "_sse", "answer", "content_seen", "ended", "failure", "thinking", "unread")

    def __init__(self, answer: ModelAnswer, *, max_event_bytes: int) -> None:
        self.answer = answer
        self.ended = False
        """Whether the stream's last event has been read."""
        self.content_seen: int = 0
        """How many events show that the model is at work: the sign of life that the idle deadline goes by."""
        self.thinking = False
        """Whether the model has said that it reasons, so that silence is to be expected."""
        self.failure: ServiceError | None = None
        """What ended the stream, where the same bytes had something to pass on before; to be raised after that."""
        self.unread: bytearray | None = bytearray()
        """What came instead of events; None once there was one."""
        self._sse = SSEDecoder(max_event_bytes)
        self._max_bytes = max_event_bytes
        self._half = ""

    def feed(self, data: bytes) -> list[Piece]:
        """Takes the next bytes and gives what they complete. How the bytes are cut makes no difference to that: what
        comes before an error is given, and the error is then in `failure`.

        Raises:
            StreamMalformed: the bytes are not what the API sends.
            ServiceError: the provider reports an error inside the stream; the class says which.
        """
        produced: list[Piece] = []
        if self.unread is not None and len(self.unread) < self._max_bytes:
            self.unread += data
        try:
            for name, payload in self._sse.feed(data):
                if self.ended or not self._take_middle(name, payload, produced):
                    self._take_event(name, payload, produced)
                else:
                    self.content_seen += 1
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

    def read_whole(self, body: bytes) -> ModelAnswer:
        """What an answer in one piece says, instead of a stream.

        Raises:
            StreamMalformed: the body is no answer.
            ServiceError: the provider reports an error in an answer that claims to be fine.
        """
        raise NotImplementedError

    def check_end(self) -> None:
        """To be called when the bytes have ended.

        Raises:
            StreamMalformed: there was not a single event, so the answer was an HTML page, plain JSON, or empty.
            ServiceError: `failure`, or instead of a stream came an error that says what it is.
        """
        if self.failure is not None:
            raise self.failure
        if self.unread is not None and not self.content_seen:
            raise known_error(bytes(self.unread)) or StreamMalformed("The answer holds no server-sent events.")

    def failed(self, error: ServiceError) -> ServiceError:
        """Adds what had arrived to an error."""
        text = "".join(self.answer.text)
        error.details.setdefault("received_characters", len(text))
        if hasattr(error, "partial_text"):
            setattr(error, "partial_text", text)  # noqa: B010
        return error

    def whole_characters(self, text: str) -> str:
        """The next piece of the text, where a pair of surrogates may be cut in two: JavaScript counts in them."""
        text = self._half + text
        self._half = text[-1] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return replace_surrogates(text.removesuffix(self._half) if self._half else text)

    def _take_event(self, name: bytes, payload: bytes, produced: list[Piece]) -> None:
        if not payload.strip() or self.ended:
            return
        self.unread = None
        if payload == b"[DONE]" or (len(payload) < _LONGEST_DONE and _is_done(payload)):
            self.ended = True
            self.content_seen += 1
        elif name == b"error":
            raise self.failed(error_in_stream(payload))
        else:
            self._take(name, payload, produced)

    def _take_middle(self, name: bytes, payload: bytes, produced: list[Piece]) -> bool:
        """The short way of an event from the middle of an answer, as most are: does what `_take()` would do. False for
        any other, with nothing done. What it saves is a quarter of the decoding of a token.
        """
        return False

    def _take(self, name: bytes, payload: bytes, produced: list[Piece]) -> None:
        """Reads one event and adds what it says to `answer`, and to `produced` what is to be passed on."""
        raise NotImplementedError


def _is_done(payload: bytes) -> bool:
    """Whether an event says [DONE] with blanks around it or in quotes, as some servers write it."""
    return payload.strip(b' \t"').upper() == b"[DONE]"
