"""Faults of time and of the end: answers that come late, stop, break off, or end without having been finished."""

import gzip
from typing import Any

from tests import responses_upstream as responses
from tests.faults.scene import GOOD, HELD, JSON, WAYS, Fault
from tests.faults.scripts import everywhere, streamed, streams
from tests.upstream import DONE, FINISH, HELLO, USAGE_CHUNK, Step, chunk, event, head, text

CHAT_HEL = text("Hel")
RESPONSES_HEL = responses.BEGUN + responses.text("Hel")
CHAT_HELLO = text("Hello")
RESPONSES_HELLO = responses.BEGUN + responses.text("Hello")
CALL: dict[str, Any] = {"index": 0, "id": "call_a", "function": {"name": "get_order", "arguments": '{"number": "7"}'}}
CALLED = chunk({"tool_calls": [CALL]})
HEL = {"received_characters": 3}
WRONG_LENGTH = head(content_length="5000")


def _quick(**limits: float) -> dict[str, Any]:
    return {"timeout": limits, "max_retries": 0}


def _pings(ping: bytes, apart: float = 0.05) -> list[Step]:
    return [step for _ in range(60) for step in (ping, apart)]


def _gzipped(body: bytes, cut: int) -> list[Step]:
    packed = gzip.compress(body)
    return [head(content_encoding="gzip") + packed[: len(packed) - cut]]


ENDINGS: dict[str, Fault] = {
    "connection closed without an answer": Fault(scripts=everywhere([], None), text="Hello", requests=2),
    "connection reset without an answer": Fault(
        scripts=everywhere(["reset"]),
        code="upstream_unreachable",
        requests=2,
        details={"reason": "reset"},
        config={"max_retries": 1},
    ),
    "slow headers": Fault(
        scripts=everywhere([HELD]),
        code="upstream_timeout",
        details={"phase": "first_byte"},
        config=_quick(first_byte=0.2, total=0.4),
        estimated=True,
    ),
    "slow headers are not tried again": Fault(
        scripts=everywhere([HELD]),
        code="upstream_timeout",
        details={"phase": "total"},
        config={"timeout": 0.2, "max_retries": 2},
    ),
    "no first token": Fault(
        scripts=streams([head(), HELD]),
        code="upstream_timeout",
        details={"phase": "first_byte"},
        config=_quick(first_byte=0.2),
        estimated=True,
    ),
    "an announced response is no first token": Fault(
        scripts=streamed(None, responses.CREATED),
        code="upstream_timeout",
        details={"phase": "first_byte"},
        config=_quick(first_byte=0.3, idle=0.1),
        estimated=True,
    ),
    "slow body": Fault(
        scripts={"chat_whole": [[JSON + b"{", HELD]], "responses_whole": [[JSON + b"{", HELD]]},
        code="upstream_timeout",
        details={"phase": "total"},
        config=_quick(total=0.3),
        estimated=True,
    ),
    "stall mid-stream": Fault(
        scripts=streamed(CHAT_HEL, RESPONSES_HEL),
        code="upstream_timeout",
        text="Hel",
        details={"phase": "idle", **HEL},
        config=_quick(idle=0.2),
        estimated=True,
    ),
    "stall in the middle of a call": Fault(
        scripts=streamed(
            CHAT_HEL + chunk({"tool_calls": [{**CALL, "function": {"name": "get_order", "arguments": '{"nu'}}]}),
            RESPONSES_HEL + responses.added(1, responses.call("c", "get_order", "")) + responses.arguments('{"nu', 1),
        ),
        code="upstream_timeout",
        text="Hel",
        details={"phase": "idle", **HEL},
        config=_quick(idle=0.2),
        estimated=True,
    ),
    "keep-alive comments only": Fault(
        scripts={
            "chat_stream": [[head() + CHAT_HEL, *_pings(b": keep-alive\n\n"), HELD]],
            "responses_stream": [[head() + RESPONSES_HEL, *_pings(b": keep-alive\n\n"), HELD]],
        },
        code="upstream_timeout",
        text="Hel",
        details={"phase": "idle", **HEL},
        config=_quick(idle=0.3),
        within=2.5,
    ),
    "keep-alive events only": Fault(
        scripts={
            "responses_stream": [
                [
                    head() + RESPONSES_HEL,
                    *_pings(responses.named("keepalive", sequence_number=1) + responses.CREATED),
                    HELD,
                ]
            ]
        },
        code="upstream_timeout",
        text="Hel",
        details={"phase": "idle", **HEL},
        config=_quick(idle=0.3),
        within=2.5,
    ),
    "keep-alive comments before the first token": Fault(
        scripts=streams([head(), *_pings(b": OPENROUTER PROCESSING\n\n"), HELD]),
        code="upstream_timeout",
        details={"phase": "first_byte"},
        config=_quick(first_byte=0.3, idle=0.1),
        within=2.5,
    ),
    "total deadline in a stream that goes on": Fault(
        scripts={
            "chat_stream": [[head(), *_pings(text("x"), 0.1), HELD]],
            "responses_stream": [[head() + responses.BEGUN, *_pings(responses.text("x"), 0.1), HELD]],
        },
        code="upstream_timeout",
        text="x",
        text_goes_on=True,
        details={"phase": "total"},
        config=_quick(total=0.5),
        within=2.5,
    ),
    "reset before finish_reason": Fault(
        scripts={
            "chat_stream": [[WRONG_LENGTH + CHAT_HEL, 0.05, "reset"]],
            "chat_whole": [[WRONG_LENGTH + b'{"choices": [', 0.05, "reset"]],
            "responses_stream": [[WRONG_LENGTH + RESPONSES_HEL, 0.05, "reset"]],
            "responses_whole": [[WRONG_LENGTH + b'{"output": [', 0.05, "reset"]],
        },
        code="stream_interrupted",
        text="Hel",
        details=HEL,
        estimated=True,
    ),
    "cut before finish_reason": Fault(
        scripts={
            "chat_stream": [[WRONG_LENGTH + CHAT_HEL]],
            "chat_whole": [[WRONG_LENGTH + GOOD["chat_whole"].partition(b"\r\n\r\n")[2]]],
            "responses_stream": [[WRONG_LENGTH + RESPONSES_HEL]],
            "responses_whole": [[WRONG_LENGTH + GOOD["responses_whole"].partition(b"\r\n\r\n")[2]]],
        },
        code="stream_interrupted",
        text="Hel",
        details=HEL,
        estimated=True,
    ),
    "cut after finish_reason": Fault(
        scripts={"chat_stream": [[WRONG_LENGTH + CHAT_HELLO + FINISH]]},
        text="Hello",
        estimated=True,
        cut_after_finish=True,
    ),
    "reset after finish_reason": Fault(
        scripts={"chat_stream": [[WRONG_LENGTH + CHAT_HELLO + FINISH, 0.05, "reset"]]},
        text="Hello",
        estimated=True,
        cut_after_finish=True,
    ),
    "cut after the last event": Fault(
        scripts={
            "chat_stream": [[WRONG_LENGTH + HELLO]],
            "responses_stream": [[WRONG_LENGTH + responses.HELLO]],
        },
        text="Hello",
        estimated=False,
    ),
    "silence after the last event": Fault(
        scripts=streamed(HELLO, responses.HELLO), text="Hello", estimated=False, within=2.5
    ),
    "clean end without finish_reason": Fault(
        scripts=streamed(
            CHAT_HEL + USAGE_CHUNK, RESPONSES_HEL + responses.done(0, responses.message("Hel")), held=False
        ),
        code="stream_interrupted",
        text="Hel",
        details=HEL,
    ),
    "[DONE] without finish_reason": Fault(
        scripts=streamed(CHAT_HEL + DONE, RESPONSES_HEL + DONE),
        code="stream_interrupted",
        text="Hel",
        details=HEL,
        estimated=True,
    ),
    "[DONE] without finish_reason after a call: no tools run": Fault(
        scripts=streamed(
            CALLED + DONE, responses.BEGUN + responses.done(1, responses.call("c", "get_order", "{}")) + DONE
        ),
        code="stream_interrupted",
        begun=True,
        tools=True,
    ),
    "response.completed of a response that is not": Fault(
        scripts={
            "responses_stream": [
                [
                    head()
                    + RESPONSES_HEL
                    + responses.named("response.completed", response=responses.response(status="incomplete")),
                    HELD,
                ]
            ]
        },
        text="Hel",
        finish_reason="length",
        estimated=False,
    ),
    "finish_reason, then no [DONE]": Fault(
        scripts=streamed(CHAT_HELLO + FINISH + USAGE_CHUNK, held=False), text="Hello", estimated=False
    ),
    "half an event at the end": Fault(
        scripts=streamed(CHAT_HEL + FINISH[:-1], RESPONSES_HEL + responses.ended()[:-1], held=False),
        code="stream_interrupted",
        text="Hel",
        details=HEL,
    ),
    "half an event after finish_reason": Fault(
        scripts=streamed(CHAT_HELLO + FINISH + b'data: {"usa', held=False), text="Hello", estimated=True
    ),
    "a retry after tokens have left": Fault(
        scripts={
            "chat_stream": [[WRONG_LENGTH + CHAT_HEL, 0.05, "reset"], None],
            "responses_stream": [[WRONG_LENGTH + RESPONSES_HEL, 0.05, "reset"], None],
        },
        code="stream_interrupted",
        text="Hel",
        details=HEL,
    ),
    "gzip": Fault(
        scripts={
            way: [
                [
                    GOOD[way].partition(b"\r\n\r\n")[0] + b"\r\ncontent-encoding: gzip\r\n\r\n" + packed[:20],
                    0.02,
                    packed[20:],
                ]
            ]
            for way in WAYS
            for packed in [gzip.compress(GOOD[way].partition(b"\r\n\r\n")[2])]
        },
        text="Hello",
        estimated=False,
    ),
    "cut gzip": Fault(
        scripts={"chat_stream": [_gzipped(CHAT_HEL, 4)], "responses_stream": [_gzipped(RESPONSES_HEL, 4)]},
        code="stream_interrupted",
        text="Hel",
        details=HEL,
    ),
    "gzip cut to nothing": Fault(
        scripts=everywhere([head(content_encoding="gzip")]), code="stream_interrupted", estimated=True
    ),
    "gzip cut after finish_reason": Fault(
        scripts={"chat_stream": [_gzipped(CHAT_HELLO + FINISH, 4)]},
        text="Hello",
        estimated=True,
        cut_after_finish=True,
    ),
    "broken gzip": Fault(
        scripts=everywhere([head(content_encoding="gzip") + b"no gzip at all", HELD]), code="stream_malformed"
    ),
    "gzip that unpacks without end": Fault(
        scripts=everywhere([head(content_encoding="gzip") + gzip.compress(b" " * 40_000_000), HELD]),
        code="stream_malformed",
    ),
    "compression that was not asked for": Fault(
        scripts=everywhere([head(content_encoding="br") + b"xxxx", HELD]), code="stream_malformed"
    ),
    "an event of 8 MB": Fault(
        scripts=streamed(
            CHAT_HEL + event({"x": "x" * (8 << 20)}), RESPONSES_HEL + responses.named("x", x="x" * (8 << 20))
        ),
        code="stream_malformed",
        text="Hel",
        details=HEL,
    ),
    "an event of 8 MB that does not end": Fault(
        scripts=streamed(CHAT_HEL + b"data: " + b"x" * (8 << 20), RESPONSES_HEL + b"data: " + b"x" * (8 << 20)),
        code="stream_malformed",
        text="Hel",
        details=HEL,
    ),
}
