"""What happens when upstream misbehaves, over real sockets, row by row; each for a stream and for a whole answer."""

import asyncio
import gzip
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from app.nodes.llm.openai import (
    Done,
    OpenAICompletion,
    OpenAIConfig,
    execute_openai_completion,
    stream_openai_completion,
    stream_openai_events,
)
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import ServiceError
from tests import responses_upstream
from tests.upstream import (
    CONFIG,
    DONE,
    FINISH,
    HELLO,
    Step,
    answer,
    chunk,
    head,
    problem,
    settings_for,
    text,
    upstream,
    whole,
)

WHOLE = head(content_type="application/json") + whole({"content": "Hello"})
STREAM = head() + HELLO


async def streamed(ctx: ExecutionContext, config: OpenAIConfig) -> OpenAICompletion:
    """The result of a stream, which has to be the same as the pieces together."""
    pieces: list[str] = []
    completion: OpenAICompletion | None = None
    async for event in stream_openai_events(ctx, config):
        if isinstance(event, str):
            pieces.append(event)
        elif isinstance(event, Done):
            completion = event.completion
    assert completion is not None
    assert "".join(pieces) == (completion["content"] or "")
    return completion


Ask = Callable[[ExecutionContext, OpenAIConfig], Awaitable[OpenAICompletion]]


def by_responses(ask: Ask) -> Ask:
    """The same by the Responses API."""
    return lambda ctx, config: ask(ctx, {**config, "api": "responses"})


WAYS: dict[str, tuple[Ask, bytes]] = {
    "stream": (streamed, STREAM),
    "whole": (execute_openai_completion, WHOLE),
    "responses_stream": (by_responses(streamed), responses_upstream.STREAM),
    "responses_whole": (by_responses(execute_openai_completion), responses_upstream.WHOLE),
}


@dataclass
class Fault:
    """Scripts for one request each (None: a good answer), and what has to come of them."""

    scripts: Sequence[Sequence[Step] | None]
    code: str | None
    requests: int
    details: dict[str, Any] = field(default_factory=dict[str, Any])
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    config: dict[str, Any] = field(default_factory=dict[str, Any])


RATE_LIMIT = problem("rate_limit_exceeded")
SOON = {"retry_after_ms": "20"}
LIMITS = {"x_ratelimit_limit_requests": "60", "x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "1s"}
CONTEXT_OLD = (
    "This model's maximum context length is 8192 tokens. However, you requested 9100 tokens (8600 in the messages, "
    "500 in the completion). Please reduce the length of the messages or completion."
)
CONTEXT_NEW = "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300001 tokens."

FAULTS = {
    "401": Fault([answer("401 Unauthorized", problem("invalid_api_key"))], "invalid_api_key", 1),
    "401_without_a_body": Fault([answer("401 Unauthorized", b"")], "invalid_api_key", 1),
    "403": Fault([answer("403 Forbidden", problem("unsupported_country"))], "permission_denied", 1),
    "404_model": Fault(
        [answer("404 Not Found", problem("model_not_found"))], "model_not_found", 1, {"model": "gpt-5.4-mini"}
    ),
    "404_retired_model": Fault(
        [answer("404 Not Found", problem("model_not_found"))],
        "model_retired",
        1,
        {"model": "gpt-4-turbo-preview", "replacement": "gpt-5.4"},
        config={"model": "gpt-4-turbo-preview"},
    ),
    "400_invalid_parameter": Fault(
        [answer("400 Bad Request", problem("unsupported_value", param="temperature"))],
        "invalid_request",
        1,
        {"parameter": "temperature"},
    ),
    "400_unknown_parameter": Fault(
        [answer("400 Bad Request", problem(None, "Unrecognized request argument supplied: reasoning_effort"))],
        "invalid_request",
        1,
        {"parameter": "reasoning_effort"},
    ),
    "400_context_length_first_wording": Fault(
        [answer("400 Bad Request", problem("context_length_exceeded", CONTEXT_OLD))],
        "context_length_exceeded",
        1,
        {"limit": 8192, "prompt_tokens": 8600, "completion_tokens": 500, "requested_tokens": 9100},
    ),
    "400_context_length_second_wording": Fault(
        [answer("400 Bad Request", problem("context_length_exceeded", CONTEXT_NEW))],
        "context_length_exceeded",
        1,
        {"limit": 272000, "prompt_tokens": 300001},
    ),
    "400_content_filter": Fault([answer("400 Bad Request", problem("content_filter"))], "content_filtered", 1),
    "429_retry_after_ms": Fault([answer("429 Too Many Requests", RATE_LIMIT, **SOON), None], None, 2),
    "429_retry_after_seconds": Fault([answer("429 Too Many Requests", RATE_LIMIT, retry_after="0.02"), None], None, 2),
    "429_retry_after_date": Fault(
        [answer("429 Too Many Requests", RATE_LIMIT, retry_after=format_datetime(datetime.now(UTC))), None], None, 2
    ),
    "429_beyond_the_budget": Fault(
        [answer("429 Too Many Requests", RATE_LIMIT, retry_after="90", **LIMITS)],
        "rate_limited",
        1,
        {
            "retry_after_s": 90.0,
            "limits": {"limit_requests": "60", "remaining_requests": "0", "reset_requests": "1s"},
        },
    ),
    "429_again_and_again": Fault(
        [answer("429 Too Many Requests", RATE_LIMIT, **SOON)], "rate_limited", 3, {"retry_after_s": 0.02}
    ),
    "429_insufficient_quota": Fault(
        [answer("429 Too Many Requests", problem("insufficient_quota"), **SOON)], "quota_exceeded", 1
    ),
    "429_quota_by_type": Fault(
        [answer("429 Too Many Requests", problem(None, type="insufficient_quota"), **SOON)], "quota_exceeded", 1
    ),
    "500": Fault([answer("500 Internal Server Error", problem("x"), **SOON), None], None, 2),
    "503_again_and_again": Fault(
        [answer("503 Service Unavailable", b"", **SOON)], "upstream_unavailable", 3, {"upstream_status": 503}
    ),
    "529": Fault([answer("529 Overloaded", b"", **SOON), None], None, 2),
    "502_with_an_html_body": Fault(
        [answer("502 Bad Gateway", b"<html>sk-secret</html>", "text/html", **SOON)], "upstream_unavailable", 3
    ),
    "retries_switched_off": Fault(
        [answer("503 Service Unavailable", b"", **SOON)], "upstream_unavailable", 1, config={"max_retries": 0}
    ),
    "200_with_html": Fault([[head(content_type="text/html") + b"<html>hi</html>"]], "stream_malformed", 1),
    "200_with_other_json": Fault([[head(content_type="application/json") + b'{"hello": 1}']], "stream_malformed", 1),
    "200_with_an_empty_body": Fault([[head()]], "stream_malformed", 1),
    "200_with_an_error_inside": Fault(
        [[head(content_type="application/json") + problem("insufficient_quota")]], None, 1
    ),
    "redirect_to_another_host": Fault(
        [answer("307 Temporary Redirect", b"", location="http://127.0.0.1:9/v1/chat/completions")],
        "upstream_unreachable",
        1,
        {"reason": "redirect"},
    ),
    "connection_closed_without_an_answer": Fault([[], None], None, 2),
    "connection_reset_without_an_answer": Fault([["reset"]], "upstream_unreachable", 3, {"reason": "reset"}),
    "slow_headers": Fault(
        [[5.0]],
        "upstream_timeout",
        1,
        {"phase": "first_byte"},
        {"first_byte_timeout_seconds": 0.2, "total_timeout_seconds": 0.3},
    ),
    "total_deadline": Fault([[5.0]], "upstream_timeout", 1, {"phase": "total"}, {}, {"timeout": 0.2}),
    "cut_in_the_middle": Fault([[head(content_length="5000") + text("Hel")]], "stream_interrupted", 1),
    "reset_in_the_middle": Fault([[head(content_length="5000") + text("Hel"), 0.05, "reset"]], "stream_interrupted", 1),
    "unknown_compression": Fault([[head(content_encoding="br") + b"xxxx"]], "stream_malformed", 1),
    "broken_gzip": Fault([[head(content_encoding="gzip") + b"no gzip"]], "stream_malformed", 1),
    "compression_bomb": Fault(
        [[head(content_encoding="gzip") + gzip.compress(b" " * 40_000_000)]], "stream_malformed", 1
    ),
    "endless_error_body": Fault(
        [[head("400 Bad Request", content_length="10000000") + b"x" * 200_000, 1.0]], "invalid_request", 1
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_fault(fault: Fault, way: str) -> None:
    ask, good = WAYS[way]
    is_whole = way.endswith("whole")
    expected = fault.code
    if fault is FAULTS["200_with_an_error_inside"]:
        expected = "quota_exceeded" if is_whole else "stream_malformed"
    if is_whole and fault.details.get("phase") == "first_byte":
        fault = Fault(fault.scripts, fault.code, fault.requests, {"phase": "total"}, fault.settings)
    scripts = [[good] if script is None else script for script in fault.scripts]
    async with (
        upstream(*scripts) as server,
        open_context(settings=settings_for(server.url, **fault.settings)) as ctx,
    ):
        config: Any = {**CONFIG, **fault.config}
        code = None
        found: dict[str, Any] = {}
        try:
            assert (await ask(ctx, config))["content"] == "Hello"
        except ServiceError as error:
            code, found = error.code, error.problem()
        assert code == expected
        assert len(server.requests) == fault.requests
        assert {name: found.get(name) for name in fault.details} == fault.details
        assert "sk-" not in json.dumps(found)


async def test_retry_after_is_passed_on() -> None:
    async with (
        upstream(answer("429 Too Many Requests", RATE_LIMIT, retry_after="90")) as server,
        open_context(settings=settings_for(server.url)) as ctx,
    ):
        with pytest.raises(ServiceError) as caught:
            await execute_openai_completion(ctx, CONFIG)
        assert caught.value.headers == {"Retry-After": "90"}


async def test_retry_after_a_date_waits_for_it() -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2))
    async with (
        upstream(answer("429 Too Many Requests", RATE_LIMIT, retry_after=soon), [WHOLE]) as server,
        open_context(settings=settings_for(server.url)) as ctx,
    ):
        started = time.monotonic()
        await execute_openai_completion(ctx, CONFIG)
        assert 0.5 < time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:9/v1", "refused"),
        ("http://no-such-host.invalid/v1", "dns"),
    ],
)
async def test_unreachable(url: str, reason: str) -> None:
    async with open_context(settings=settings_for(url, max_retries=1)) as ctx:
        with pytest.raises(ServiceError) as caught:
            await execute_openai_completion(ctx, CONFIG)
        assert (caught.value.code, caught.value.details["reason"]) == ("upstream_unreachable", reason)


async def test_tls_is_not_retried_and_named() -> None:
    connections: list[asyncio.StreamWriter] = []

    async def speak_no_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        writer.write(b"this is no TLS\r\n")
        await reader.read(1)
        writer.close()

    async with await asyncio.start_server(speak_no_tls, "127.0.0.1", 0) as server:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        async with open_context(settings=settings_for(url)) as ctx:
            with pytest.raises(ServiceError) as caught:
                await execute_openai_completion(ctx, CONFIG)
    assert (caught.value.code, caught.value.details["reason"]) == ("upstream_unreachable", "tls")
    assert len(connections) == 1


async def interrupted(*script: Step, **settings: Any) -> tuple[str, ServiceError | None, ExecutionContext]:
    """The text of a stream, the error at its end, and the context with what was counted."""
    pieces: list[str] = []
    async with upstream(script) as server, open_context(settings=settings_for(server.url, **settings)) as ctx:
        try:
            async for piece in stream_openai_completion(ctx, CONFIG):
                pieces.append(piece)  # noqa: PERF401
        except ServiceError as error:
            return "".join(pieces), error, ctx
        return "".join(pieces), None, ctx


async def test_no_first_token() -> None:
    _, error, _ = await interrupted(head(), 5.0, first_byte_timeout_seconds=0.2)
    assert error is not None
    assert (error.code, error.details["phase"]) == ("upstream_timeout", "first_byte")


async def test_stall_mid_stream() -> None:
    text_before, error, ctx = await interrupted(head() + text("Hel"), 5.0, idle_timeout_seconds=0.2)
    assert error is not None
    assert (text_before, error.code, error.details["phase"]) == ("Hel", "upstream_timeout", "idle")
    assert ctx.usage.total().get("estimated") is True


async def test_keep_alive_comments_do_not_count_as_content() -> None:
    pings: list[Step] = [step for _ in range(40) for step in (b": keep-alive\n\n", 0.05)]
    started = time.monotonic()
    text_before, error, _ = await interrupted(head() + text("Hel"), *pings, idle_timeout_seconds=0.3)
    assert error is not None
    assert (text_before, error.code, error.details["phase"]) == ("Hel", "upstream_timeout", "idle")
    assert time.monotonic() - started < 1.5


async def test_content_keeps_the_idle_deadline_away() -> None:
    slow: list[Step] = [step for _ in range(8) for step in (text("x"), 0.1)]
    text_before, error, _ = await interrupted(head(), *slow, FINISH + DONE, idle_timeout_seconds=0.3)
    assert (text_before, error) == ("xxxxxxxx", None)


async def test_cut_after_finish_reason_is_a_success() -> None:
    got, error, ctx = await interrupted(head(content_length="9999") + text("Hello") + FINISH)
    assert (got, error) == ("Hello", None)
    assert ctx.usage.total().get("estimated") is True


async def test_silence_after_done_does_not_hold_the_answer_up() -> None:
    started = time.monotonic()
    got, error, _ = await interrupted(head() + HELLO, 10.0)
    assert (got, error) == ("Hello", None)
    assert time.monotonic() - started < 2


async def test_cut_gzip() -> None:
    packed = gzip.compress(head()[:0] + HELLO * 50)
    _, error, _ = await interrupted(head(content_encoding="gzip") + packed[: len(packed) - 12])
    assert error is None or error.code == "stream_interrupted"
    packed = gzip.compress(text("Hel"))
    _, error, _ = await interrupted(head(content_encoding="gzip") + packed[:-4])
    assert error is not None
    assert error.code == "stream_interrupted"


@pytest.mark.parametrize("way", WAYS)
async def test_gzip(way: str) -> None:
    ask, good = WAYS[way]
    body = gzip.compress(good.partition(b"\r\n\r\n")[2])
    async with (
        upstream([head(content_encoding="gzip") + body[:20], 0.02, body[20:]]) as server,
        open_context(settings=settings_for(server.url)) as ctx,
    ):
        assert (await ask(ctx, CONFIG))["content"] == "Hello"


async def test_a_retry_after_tokens_have_left_never_happens() -> None:
    async with (
        upstream([head() + text("Hel"), 0.05, "reset"], [STREAM]) as server,
        open_context(settings=settings_for(server.url)) as ctx,
    ):
        with pytest.raises(ServiceError):
            await streamed(ctx, CONFIG)
        assert len(server.requests) == 1


async def test_an_event_of_8_mb_is_refused() -> None:
    big = b"data: " + b"x" * (8 * 1024 * 1024) + b"\n\n"
    _, error, _ = await interrupted(head() + text("Hel"), big)
    assert error is not None
    assert error.code == "stream_malformed"


async def test_an_answer_beyond_the_limit_is_refused() -> None:
    async with (
        upstream([head(content_type="application/json") + b" " * 100_000]) as server,
        open_context(settings=settings_for(server.url, max_answer_bytes=50_000)) as ctx,
    ):
        with pytest.raises(ServiceError) as caught:
            await execute_openai_completion(ctx, CONFIG)
        assert caught.value.code == "stream_malformed"


async def test_a_stream_of_100_000_chunks() -> None:
    batch = text("x") * 1000
    got, error, _ = await interrupted(head(), *[batch] * 100, FINISH + DONE)
    assert error is None
    assert got == "x" * 100_000


async def test_connections_are_used_again() -> None:
    body = HELLO
    keep = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    script: list[Step] = [keep + b"%x\r\n%b\r\n" % (len(body), body), 0.01, b"0\r\n\r\n", "keep"]
    async with upstream(script) as server, open_context(settings=settings_for(server.url)) as ctx:
        for _ in range(20):
            await streamed(ctx, CONFIG)
        assert len(server.requests) == 20
        assert server.connections == 1


@pytest.mark.parametrize("first", [b"", head(), head() + text("Hel")], ids=["before_headers", "before_token", "later"])
async def test_cancel_closes_the_upstream_connection(first: bytes) -> None:
    async with upstream([first, 10.0]) as server, open_context(settings=settings_for(server.url)) as ctx:
        task = asyncio.create_task(streamed(ctx, CONFIG))
        await asyncio.sleep(0.2)
        task.cancel()
        started = time.monotonic()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(server.client_gone.wait(), 1)
        assert task.cancelled()
        assert time.monotonic() - started < 1
        assert ctx.usage.total().get("estimated") is True


async def test_leaving_the_loop_early_closes_the_upstream_connection() -> None:
    async with (
        upstream([head() + text("Hel"), 10.0]) as server,
        open_context(settings=settings_for(server.url)) as ctx,
    ):
        stream = stream_openai_completion(ctx, CONFIG)
        assert await anext(stream) == "Hel"
        await stream.aclose()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        await asyncio.wait_for(server.client_gone.wait(), 1)


async def test_a_slow_reader_of_ours_is_no_silent_upstream() -> None:
    async with (
        upstream([head() + text("Hel"), 0.4, text("lo") + FINISH + DONE]) as server,
        open_context(settings=settings_for(server.url, idle_timeout_seconds=0.3)) as ctx,
    ):
        pieces: list[str] = []
        async for piece in stream_openai_completion(ctx, CONFIG):
            pieces.append(piece)
            await asyncio.sleep(0.5)
        assert pieces == ["Hel", "lo"]


async def test_missing_key() -> None:
    settings = settings_for("http://127.0.0.1:9/v1").model_copy(update={"openai_api_key": None})
    async with open_context(settings=settings) as ctx:
        with pytest.raises(ServiceError) as caught:
            await execute_openai_completion(ctx, CONFIG)
        assert caught.value.code == "missing_api_key"
        assert "OPENAI_API_KEY" in caught.value.hint


@pytest.mark.parametrize("way", ["stream", "whole"])
async def test_content_filter_and_refusal(way: str) -> None:
    ask, _ = WAYS[way]
    filtered = head() + text("Hel") + chunk({}, "content_filter") + DONE
    refused = head() + chunk({"refusal": "No."}) + FINISH + DONE
    if way == "whole":
        filtered = head(content_type="application/json") + whole({"content": "Hel"}, "content_filter")
        refused = head(content_type="application/json") + whole({"refusal": "No."})
    async with upstream([filtered], [refused]) as server, open_context(settings=settings_for(server.url)) as ctx:
        with pytest.raises(ServiceError) as caught:
            await ask(ctx, CONFIG)
        assert caught.value.code == "content_filtered"
        assert (await ask(ctx, CONFIG))["refusal"] == "No."


async def test_cancelled_calls_leave_no_connection_behind() -> None:
    async with (
        upstream(*[[head() + text("Hel"), 10.0]] * 60, [STREAM]) as server,
        open_context(settings=settings_for(server.url, max_connections=4)) as ctx,
    ):
        for number in range(1, 16):
            tasks = [asyncio.create_task(streamed(ctx, CONFIG)) for _ in range(4)]
            while len(server.requests) < number * 4:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            await asyncio.sleep(0.01)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert len(server.requests) == 60
        assert (await streamed(ctx, CONFIG))["content"] == "Hello"


async def test_a_full_pool_says_so() -> None:
    settings = {"max_connections": 1, "connect_timeout_seconds": 0.3, "max_retries": 0}
    async with (
        upstream([head() + text("Hel"), 10.0]) as server,
        open_context(settings=settings_for(server.url, **settings)) as ctx,
    ):
        first = asyncio.create_task(streamed(ctx, CONFIG))
        await asyncio.sleep(0.1)
        with pytest.raises(ServiceError) as caught:
            await streamed(ctx, CONFIG)
        assert (caught.value.code, caught.value.details["phase"]) == ("upstream_timeout", "connect")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
