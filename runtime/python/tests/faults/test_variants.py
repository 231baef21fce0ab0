"""At least a thousand variants of every class of fault, by each API: the same answer, or the right typed error.

The decoders do no I/O, so that this takes seconds; some variants of each class go over sockets too.
"""

import random
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from app.llm.stream import AnswerStream
from app.llm.types import Done
from app.llm.upstream import Inflater
from app.nodes.llm.openai import OpenAIConfig, stream_openai_events
from app.runtime.errors import ServiceError
from tests import responses_upstream as responses
from tests.decoders import chat_stream, responses_stream
from tests.faults.asking import BY_RESPONSES
from tests.faults.decoding import Decoded, decode, recut
from tests.faults.scene import STATUS
from tests.faults.variants import CLASSES, Events, Variant
from tests.upstream import CONFIG, DONE, USAGE_CHUNK, Step, call_delta, chunk, context_for, head, text, upstream

EACH = 1000
OVER_SOCKETS = 6
LIMIT = 50_000
TEXT = "Gr\u00fc\u00dfe \U0001f600 und \u2028 mehr \u65e5\u672c\u8a9e, "
ARGUMENTS = ('{"number": "1", "note": "\u00e4"}', '{"number": "2"}')


def _raw(event: bytes) -> bytes:
    """With its characters as UTF-8 instead of escapes, as servers other than Python's send them."""
    return event.decode("unicode-escape").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _pieces(text: str, size: int) -> Iterable[str]:
    return (text[at : at + size] for at in range(0, len(text), size))


def _chat_events() -> list[bytes]:
    said = [text(piece) for piece in _pieces(TEXT * 2, 5)]
    calls = [
        call_delta(index=at, id=f"call_{at}", function={"name": "get_order", "arguments": ""}) for at in range(2)
    ] + [call_delta(index=at, function={"arguments": piece}) for at in range(2) for piece in _pieces(ARGUMENTS[at], 6)]
    opening = chunk({"role": "assistant", "content": ""})
    return [opening, *(_raw(each) for each in said), *calls, chunk({}, "tool_calls"), USAGE_CHUNK, DONE]


def _responses_events() -> list[bytes]:
    message = responses.message(TEXT * 2)
    calls = [responses.call(f"call_{at}", "get_order", ARGUMENTS[at], f"fc_{at}") for at in range(2)]
    events = [*(event + b"\n\n" for event in responses.BEGUN.split(b"\n\n")[:-1])]
    events += [_raw(responses.text(piece)) for piece in _pieces(TEXT * 2, 5)]
    events.append(responses.done(0, message))
    for at, call in enumerate(calls, start=1):
        events.append(responses.added(at, call))
        events += [responses.arguments(piece, at, f"fc_{at - 1}") for piece in _pieces(ARGUMENTS[at - 1], 6)]
        events.append(responses.done(at, call))
    return [*events, responses.ended(message, *calls), b": the end\n\n", b": of it\n\n"]


@dataclass(frozen=True, slots=True)
class Api:
    """How one of the APIs streams the same answer, and where in it the model has finished."""

    events: Events
    finished: int
    open_stream: Callable[[], AnswerStream]
    config: OpenAIConfig


APIS = {
    "chat": Api(_chat_events(), -2, lambda: chat_stream("m", max_event_bytes=LIMIT), CONFIG),
    "responses": Api(_responses_events(), -2, lambda: responses_stream("m", max_event_bytes=LIMIT), BY_RESPONSES),
}
WHOLE = {name: decode(api.open_stream, api.events) for name, api in APIS.items()}


def unpacked(reads: Iterable[bytes]) -> Iterable[bytes]:
    """As a model call unpacks what it reads."""
    inflater = Inflater()
    for read in reads:
        yield inflater.feed(read)
    yield inflater.feed(b"")


def outcome(api: Api, variant: Variant, dice: random.Random) -> Decoded:
    reads = recut(variant.stream, dice) if variant.stream else []
    if not variant.packed:
        return decode(api.open_stream, reads)
    try:
        return decode(api.open_stream, unpacked(reads))
    except zlib.error:
        raise AssertionError("An exception that is none of ours") from None


def judge(got: Decoded, variant: Variant, api: str) -> None:
    """Asserts that a variant has come to what it may come to."""
    whole = WHOLE[api]
    assert got.code is None or got.code in STATUS
    match variant.expectation:
        case "same":
            assert got == whole
        case "cut":
            assert got.code in (None, "stream_interrupted", "stream_malformed")
            if got.code is None:
                assert got._replace(prompt_tokens=whole.prompt_tokens) == whole
            assert whole.text.startswith(got.text)
        case "typed":
            assert got.code is not None or got.finish_reason is not None
        case code:
            assert got.code == code
            assert whole.text.startswith(got.text)


@pytest.mark.parametrize("api", APIS)
def test_the_whole_stream(api: str) -> None:
    calls = [("get_order", {"number": "1", "note": "\u00e4"}), ("get_order", {"number": "2"})]
    assert WHOLE[api] == Decoded(TEXT * 2, calls, "tool_calls", None, 9)


@pytest.mark.parametrize("api", APIS)
def test_cut_at_every_byte(api: str) -> None:
    events, open_stream = APIS[api].events, APIS[api].open_stream
    stream = b"".join(events)
    finished = len(b"".join(events[: APIS[api].finished]))
    for end in range(len(stream)):
        got = decode(open_stream, [stream[:end]], cut=True)
        if end >= finished:
            assert got._replace(prompt_tokens=9) == WHOLE[api]
        else:
            assert got.code == "stream_interrupted"
            assert got.calls == []
            assert WHOLE[api].text.startswith(got.text)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("name", CLASSES)
def test_a_thousand_variants(name: str, api: str) -> None:
    dice = random.Random(f"{name} {api}")
    for _ in range(EACH):
        variant = CLASSES[name](APIS[api].events, dice)
        judge(outcome(APIS[api], variant, dice), variant, api)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("name", CLASSES)
async def test_some_of_them_over_sockets(name: str, api: str) -> None:
    dice = random.Random(f"sockets {name} {api}")
    for _ in range(OVER_SOCKETS):
        variant = CLASSES[name](APIS[api].events, dice)
        more = {"content_encoding": "gzip"} if variant.packed else {}
        script: list[Step] = [head(**more)]
        for read in recut(variant.stream, dice)[:20] if variant.stream else ():
            script += [read, 0.0005]
        got = variant.stream[: sum(len(step) for step in script[1:] if isinstance(step, bytes))]
        script.append(variant.stream[len(got) :])
        settings = {"max_event_bytes": LIMIT, "max_retries": 0, "idle_timeout_seconds": 5.0}
        async with upstream(script) as server, context_for(server.url, **settings) as ctx:
            pieces: list[str] = []
            code: str | None = None
            done: Done | None = None
            try:
                async for event in stream_openai_events(ctx, APIS[api].config):
                    if isinstance(event, str):
                        pieces.append(event)
                    elif isinstance(event, Done):
                        done = event
            except ServiceError as error:
                code = error.code
        calls = [] if done is None else [(c["name"], c["arguments"]) for c in done.completion["tool_calls"]]
        reason = None if done is None else done.completion["finish_reason"]
        judge(Decoded("".join(pieces), calls, reason, code, WHOLE[api].prompt_tokens), variant, api)
