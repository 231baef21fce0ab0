"""Faults of HTTP itself: how an answer's head and body are delimited, cut, and packed. RFC 9112."""

import gzip
import zlib
from collections.abc import Callable, Mapping, Sequence

from tests import messages_upstream as messages
from tests import responses_upstream as responses
from tests.faults.scene import GOOD, WAYS, Fault, Scripts, Way
from tests.faults.scripts import everywhere
from tests.upstream import DONE, HELLO, Step, text

TEXT = {way: GOOD[way].partition(b"\r\n\r\n")[2] for way in WAYS}
"""The bodies of good answers."""
CHUNKED = b"transfer-encoding: chunked\r\n"
HEL = {
    "chat_stream": text("Hel"),
    "responses_stream": responses.BEGUN + responses.text("Hel"),
    "messages_stream": messages.BEGUN + messages.text("Hel"),
}
OK = b"HTTP/1.1 200 OK\r\n"


def _type(way: Way) -> bytes:
    kind = "text/event-stream" if way.endswith("stream") else "application/json"
    return f"content-type: {kind}\r\nconnection: close\r\n".encode()


def chunked(body: bytes, size: int = 1 << 16, extension: bytes = b"") -> bytes:
    """A body in chunks of that size, without the last one, which is empty."""
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(part), extension, part) for part in parts)


def endless(size: bytes) -> bytes:
    """A chunk that claims that size, and what may follow it."""
    return size + b"\r\n" + DONE + b"\r\n0\r\n\r\n"


def _answers(write: Callable[[Way, bytes], Sequence[Step]]) -> Mapping[Way, Scripts]:
    return {way: [write(way, TEXT[way])] for way in WAYS}


def _fine(write: Callable[[Way, bytes], Sequence[Step]]) -> Fault:
    return Fault(scripts=_answers(write), text="Hello", estimated=False)


def _cut(write: Callable[[bytes], bytes], code: str = "stream_interrupted") -> Fault:
    """A stream that breaks off after "Hel", and a whole answer that breaks off before its end."""
    bodies = {**HEL, **{way: TEXT[way][:40] for way in WAYS if way.endswith("whole")}}
    scripts: dict[Way, Scripts] = {way: [[OK + _type(way) + CHUNKED + b"\r\n" + write(bodies[way])]] for way in WAYS}
    details = {"received_characters": 3} if code == "stream_interrupted" else {}
    return Fault(scripts=scripts, code=code, text="Hel", details=details, estimated=True)


def _in_pieces(stream: bytes, size: int) -> list[Step]:
    steps: list[Step] = []
    for at in range(0, len(stream), size):
        steps += [stream[at : at + size], 0.002]
    return steps


def _refused(answer: bytes, code: str, **more: object) -> Fault:
    return Fault(scripts=everywhere([answer]), code=code, config={"max_retries": 0}, **more)  # pyright: ignore[reportArgumentType]


FRAMING: dict[str, Fault] = {
    "chunked": _fine(lambda way, body: [OK + _type(way) + CHUNKED + b"\r\n" + chunked(body) + b"0\r\n\r\n"]),
    "chunked, every byte by itself": _fine(
        lambda way, body: [OK + _type(way) + CHUNKED + b"\r\n" + chunked(body, 1) + b"0\r\n\r\n"]
    ),
    "chunked with extensions and trailers": _fine(
        lambda way, body: [
            OK
            + _type(way)
            + CHUNKED
            + b"trailer: x-sum\r\n\r\n"
            + chunked(body, 100, b";a=b")
            + b"0\r\nx-sum: 1\r\n\r\n"
        ]
    ),
    "chunked, size lines and heads cut by reads": _fine(
        lambda way, body: _in_pieces(OK + _type(way) + CHUNKED + b"\r\n" + chunked(body, 200) + b"0\r\n\r\n", 37)
    ),
    "chunked, sizes with zeros before them and capitals": _fine(
        lambda way, body: [
            OK + _type(way) + CHUNKED + b"\r\n" + b"%05X\r\n%b\r\n" % (len(body), body) + b"0\r\n\r\n",
        ]
    ),
    "chunked, cut in a size line": _cut(lambda body: chunked(body) + b"1f"),
    "chunked, cut in the data": _cut(lambda body: chunked(body) + b"ff\r\ndata"),
    "chunked, cut before the last chunk": _cut(chunked),
    "chunked, cut before the last chunk of a whole answer": Fault(
        scripts={
            way: [[OK + _type(way) + CHUNKED + b"\r\n" + chunked(TEXT[way])]] for way in WAYS if way.endswith("whole")
        },
        code="stream_interrupted",
        estimated=True,
    ),
    "chunked, cut after the last event": Fault(
        scripts={
            "chat_stream": [[OK + _type("chat_stream") + CHUNKED + b"\r\n" + chunked(HELLO)]],
            "responses_stream": [[OK + _type("responses_stream") + CHUNKED + b"\r\n" + chunked(responses.HELLO)]],
        },
        text="Hello",
        estimated=False,
    ),
    "chunked, a size that is no number": _cut(lambda body: chunked(body) + b"size\r\ndata\r\n"),
    "chunked, a size of 2^63": _cut(lambda body: chunked(body) + endless(b"8000000000000000"), "stream_malformed"),
    "chunked, a size of 2^64 - 1": _cut(lambda body: chunked(body) + endless(b"FFFFFFFFFFFFFFFF"), "stream_malformed"),
    "chunked, a size of 2^64 + 5": _cut(lambda body: chunked(body) + endless(b"10000000000000005"), "stream_malformed"),
    "chunked, a size of 2^63 after zeros and before words": _cut(
        lambda body: chunked(body) + endless(b"0008000000000000000;a=b"), "stream_malformed"
    ),
    "chunked, a size of 2^63 and nothing after it": _cut(
        lambda body: chunked(body) + b"8000000000000000\r\n", "stream_malformed"
    ),
    "chunked, a size of 2^63 whose line is cut by reads, and the connection stays": Fault(
        scripts={
            way: [
                [
                    OK + _type(way) + CHUNKED + b"\r\n" + chunked(HEL.get(way, TEXT[way][:40])) + b"80000000",
                    0.05,
                    b"00000000\r",
                    0.05,
                    b"\n" + TEXT[way],
                    10.0,
                ]
            ]
            for way in WAYS
        },
        code="stream_malformed",
        text="Hel",
        text_goes_on=True,
        estimated=None,
    ),
    "chunked, data that look like a size": _fine(
        lambda way, body: (
            _in_pieces(
                OK + _type(way) + CHUNKED + b"\r\n" + chunked(b"\r\n8000000000000000\r\n" + body, 61) + b"0\r\n\r\n", 37
            )
            if way.endswith("stream")
            else [OK + _type(way) + CHUNKED + b"\r\n" + chunked(b"\r\n \r\n" + body, 61) + b"0\r\n\r\n"]
        )
    ),
    "deflate without a header": _fine(
        lambda way, body: [OK + _type(way) + b"content-encoding: deflate\r\n\r\n" + zlib.compress(body)[2:-4]]
    ),
    "gzip in chunks": _fine(
        lambda way, body: [
            OK
            + _type(way)
            + CHUNKED
            + b"content-encoding: gzip\r\n\r\n"
            + chunked(gzip.compress(body), 11)
            + b"0\r\n\r\n"
        ]
    ),
    "a length": _fine(lambda way, body: [OK + _type(way) + b"content-length: %d\r\n\r\n" % len(body) + body]),
    "a body without a length, until the connection closes": _fine(
        lambda way, body: [OK + _type(way) + b"\r\n" + body[:50], 0.01, body[50:]]
    ),
    "HTTP/1.0": _fine(lambda way, body: [b"HTTP/1.0 200 OK\r\n" + _type(way) + b"\r\n" + body]),
    "a status line without words": _fine(lambda way, body: [b"HTTP/1.1 200\r\n" + _type(way) + b"\r\n" + body]),
    "100 before the answer": _fine(
        lambda way, body: [b"HTTP/1.1 100 Continue\r\n\r\n", 0.01, OK + _type(way) + b"\r\n" + body]
    ),
    "103 before the answer": _fine(
        lambda way, body: [b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n" + OK + _type(way) + b"\r\n" + body]
    ),
    "headers that come piece by piece": _fine(
        lambda way, body: [*_in_pieces(OK + _type(way) + b"x-a: b\r\n\r\n", 7), body]
    ),
    "many headers": _fine(
        lambda way, body: [
            OK + _type(way) + b"".join(b"x-header-%d: %b\r\n" % (at, b"v" * 500) for at in range(60)) + b"\r\n" + body
        ]
    ),
    "headers in odd notation": _fine(
        lambda way, body: [
            OK + _type(way).replace(b"content-type: ", b"CONTENT-TYPE:").replace(b"\r\n", b"  \r\n", 1) + b"\r\n" + body
        ]
    ),
    "junk after the answer": _fine(
        lambda way, body: [
            OK + _type(way) + b"content-length: %d\r\n\r\n" % len(body) + body + b"HTTP/1.1 500 No\r\n\r\n"
        ]
    ),
    "Transfer-Encoding: gzip, chunked": _refused(
        OK + b"transfer-encoding: gzip, chunked\r\n\r\n" + chunked(gzip.compress(b"{}")) + b"0\r\n\r\n",
        "stream_malformed",
    ),
    "101": _refused(
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n", "stream_malformed"
    ),
    "a refusal in a compression that nobody asked for": _refused(
        b"HTTP/1.1 503 Later\r\ncontent-encoding: br\r\nconnection: close\r\n\r\n\x0b", "upstream_unavailable"
    ),
    "204": _refused(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n", "stream_malformed"),
    "an answer that is no HTTP": _refused(b"220 mail.example.com ESMTP sk-secret\r\n\r\n", "stream_malformed"),
    "a header without end": _refused(OK + b"x-endless: " + b"sk-secret" * 400_000, "stream_malformed"),
    "a length that is no number": _refused(OK + b"content-length: many\r\n\r\n{}", "stream_malformed"),
    "lengths that disagree": _refused(OK + b"content-length: 2\r\ncontent-length: 5\r\n\r\n{}   ", "stream_malformed"),
    "the head cut": _refused(OK + b"content-type: te", "upstream_unreachable", details={"reason": "reset"}),
}
