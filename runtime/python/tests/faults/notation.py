"""Faults of the stream's notation and of its events: what the SSE standard allows, and what no one may understand."""

from collections.abc import Mapping

from tests import responses_upstream as responses
from tests.faults.endings import CHAT_HEL, HEL, RESPONSES_HEL
from tests.faults.scene import Fault, Scripts, Way
from tests.faults.scripts import streamed, whole
from tests.upstream import DONE, FINISH, HELLO, USAGE_CHUNK, Step, chunk, event, head, problem, text

UMLAUTS = "Gr\u00fc\u00dfe \u65e5\u672c \U0001f600"
SEPARATORS = "a\u2028b\u2029c\u0085d"
LINE_ENDS = (b"\r\n\r\n", b"\n\n", b"\r\r", b"\n\r\n", b"\r\n\n")
ERROR = {"error": {"message": "words of the provider sk-secret", "type": "server_error", "code": None}}
ODD_ERROR = {"error": {"message": "words of the provider sk-secret", "code": "odd"}}
INVALID_UTF8 = b"\xff\xfe\xc3("


def _fine(chat: bytes, by_responses: bytes | None = None, text: str = "Hello") -> Fault:
    """Nothing but the notation is odd, so that the answer is what it is."""
    return Fault(scripts=streamed(chat, by_responses), text=text, estimated=False)


def _mixed(stream: bytes) -> bytes:
    events = stream.split(b"\n\n")[:-1]
    return b"".join(one.replace(b"\n", b"\r") + LINE_ENDS[at % len(LINE_ENDS)] for at, one in enumerate(events))


def _multi_line(stream: bytes) -> bytes:
    for member in (b', "choices"', b', "usage"', b', "output_index"', b', "response"'):
        stream = stream.replace(member, b",\ndata: " + member[2:])
    return stream


def _split_characters() -> Mapping[Way, Scripts]:
    """A read ends inside every character of several bytes."""
    bodies: tuple[tuple[Way, bytes], ...] = (
        ("chat_stream", b'data: {"choices": [{"delta": {"content": "%b"}}]}\n\n' + FINISH + USAGE_CHUNK + DONE),
        (
            "responses_stream",
            responses.BEGUN
            + b'data: {"type": "response.output_text.delta", "output_index": 0, "delta": "%b"}\n\n'
            + responses.ended(responses.message(UMLAUTS)),
        ),
    )
    scripts: dict[Way, Scripts] = {}
    for way, body in bodies:
        before, after = body.split(b"%b")
        said = UMLAUTS.encode()
        cuts = [at for at in range(1, len(said)) if said[at] & 0xC0 == 0x80]
        steps: list[Step] = [head() + before]
        for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True):
            steps += [said[start:end], 0.01]
        scripts[way] = [[*steps, after]]
    return scripts


def _error(code: str, event_bytes: bytes, **more: bytes) -> Fault:
    return Fault(
        scripts=streamed(CHAT_HEL + event_bytes, RESPONSES_HEL + event_bytes, **more),  # pyright: ignore[reportArgumentType]
        code=code,
        text="Hel",
        details=HEL,
        estimated=True,
    )


NOTATION: dict[str, Fault] = {
    "data: {error} inside the stream": _error("upstream_unavailable", event(ERROR)),
    "data: {error} of an unknown kind": _error("stream_interrupted", event(ODD_ERROR)),
    "data: {error} as text": _error("stream_interrupted", event({"error": "overloaded sk-secret"})),
    "data: {error} before the first token": Fault(
        scripts=streamed(event(ERROR), event(ERROR)), code="upstream_unavailable"
    ),
    "data: {error} after finish_reason": Fault(
        scripts=streamed(CHAT_HEL + FINISH + event(ERROR)), code="upstream_unavailable", text="Hel", details=HEL
    ),
    "event: error": _error("stream_interrupted", b'event: error\ndata: {"message": "sk-secret"}\n\n'),
    "event: error with an object": _error(
        "rate_limited", b"event: error\n" + event({"error": {"code": "rate_limit_exceeded"}})
    ),
    "event: error whose data is no JSON": _error("stream_interrupted", b"event: error\ndata: sk-secret\n\n"),
    'finish_reason "error"': Fault(
        scripts=streamed(
            CHAT_HEL + chunk({}, "error") + USAGE_CHUNK + DONE,
            RESPONSES_HEL + responses.failed("odd"),
        ),
        code="stream_interrupted",
        text="Hel",
        details=HEL,
        estimated=False,
    ),
    "an error object instead of a whole answer": Fault(
        scripts=whole(
            problem("rate_limit_exceeded"), responses.whole(status="failed", error={"code": "rate_limit_exceeded"})
        ),
        code="rate_limited",
    ),
    "malformed JSON in a chunk": _error("stream_malformed", b'data: {"choices": [}\n\n'),
    "malformed JSON in a whole answer": Fault(
        scripts=whole(b'{"choices": [}', b'{"output": [}'), code="stream_malformed", estimated=True
    ),
    "JSON that is no object in a chunk": _error("stream_malformed", b"data: 17\n\n"),
    "nesting without end in a chunk": _error("stream_malformed", b"data: " + b"[" * 50_000 + b"\n\n"),
    "invalid UTF-8": _error(
        "stream_malformed",
        b'data: {"delta": "%b", "choices": [{"delta": {"content": "%b"}}]}\n\n' % (INVALID_UTF8, INVALID_UTF8),
    ),
    "invalid UTF-8 in a whole answer": Fault(
        scripts=whole(
            b'{"choices": [{"message": {"content": "%b"}, "finish_reason": "stop"}]}' % INVALID_UTF8,
            b'{"status": "completed", "output": [{"type": "message", "content": [{"text": "%b"}]}]}' % INVALID_UTF8,
        ),
        code="stream_malformed",
    ),
    "UTF-8 split across reads": Fault(scripts=_split_characters(), text=UMLAUTS, estimated=False),
    "CRLF": _fine(HELLO.replace(b"\n", b"\r\n"), responses.HELLO.replace(b"\n", b"\r\n")),
    "CR": _fine(HELLO.replace(b"\n", b"\r"), responses.HELLO.replace(b"\n", b"\r")),
    "mixed line ends": _fine(_mixed(HELLO), _mixed(responses.HELLO)),
    "comments": _fine(
        HELLO.replace(b"data: ", b": one\n:\ndata: "), responses.HELLO.replace(b"event: ", b": one\n\n: two\nevent: ")
    ),
    "multi-line data": _fine(_multi_line(HELLO), _multi_line(responses.HELLO)),
    "data: without a space": _fine(
        HELLO.replace(b"data: ", b"data:"),
        responses.HELLO.replace(b"data: ", b"data:").replace(b"event: ", b"event:"),
    ),
    "U+2028 in data": _fine(
        b'data: {"choices": [{"delta": {"content": "%b"}}]}\n\n' % SEPARATORS.encode() + FINISH + USAGE_CHUNK + DONE,
        responses.BEGUN
        + b'data: {"type": "response.output_text.delta", "output_index": 0, "delta": "%b"}\n\n' % SEPARATORS.encode()
        + responses.ended(responses.message(SEPARATORS)),
        SEPARATORS,
    ),
    "byte order mark": _fine(b"\xef\xbb\xbf" + HELLO, b"\xef\xbb\xbf" + responses.HELLO),
    "event without data": _fine(
        text("Hel") + b"event: ping\n\n" + text("lo") + FINISH + USAGE_CHUNK + DONE,
        RESPONSES_HEL + b"event: ping\n\n" + responses.text("lo") + responses.ended(responses.message("Hello")),
    ),
    "event whose data is empty": _fine(
        b"data:\n\ndata\n\n" + HELLO, b"data:\n\nevent: response.completed\ndata:\n\n" + responses.HELLO
    ),
    "retry: only": _fine(b"retry: 3000\n\n" + HELLO, b"retry: 3000\n\n" + responses.HELLO),
    "id: only": _fine(b"id: 7\n\n" + HELLO, b"id: 7\n\n" + responses.HELLO),
    "events after [DONE]": _fine(
        HELLO + text("no") + event(ERROR), responses.HELLO + DONE + responses.text("no") + responses.failed("odd")
    ),
}
