"""The Responses API over real sockets: its deadlines, its ends, and every fault of the simulated OpenAI."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from app.nodes.llm.openai import (
    Done,
    FunctionCallReady,
    OpenAICompletion,
    OpenAIConfig,
    complete,
    execute_openai_completion,
    stream_openai_completion,
    stream_openai_events,
)
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import ServiceError
from simulated_openai.faults import FAULTS
from simulated_openai.settings import Answer
from simulated_openai.testing import RunningSimulation, simulate
from tests.responses_upstream import (
    BEGUN,
    CREATED,
    HELLO,
    REASONING,
    added,
    done,
    ended,
    failed,
    incomplete,
    message,
    named,
    text,
    whole,
)
from tests.test_completion import ASKS, GET_ORDER
from tests.upstream import CONFIG, Step, head, settings_for, upstream

BY_RESPONSES: OpenAIConfig = {**CONFIG, "api": "responses"}
JSON = head(content_type="application/json")


async def received(*script: Step, **settings: Any) -> tuple[str, ServiceError | None, ExecutionContext]:
    """The text of a stream, the error at its end, and the context with what was counted."""
    pieces: list[str] = []
    async with upstream(script) as server, open_context(settings=settings_for(server.url, **settings)) as ctx:
        try:
            async for piece in stream_openai_completion(ctx, BY_RESPONSES):
                pieces.append(piece)  # noqa: PERF401
        except ServiceError as error:
            return "".join(pieces), error, ctx
        assert server.heads[0].startswith("POST /v1/responses ")
        return "".join(pieces), None, ctx


async def test_usage_is_counted() -> None:
    got, error, ctx = await received(head() + HELLO)
    assert (got, error) == ("Hello", None)
    total = ctx.usage.total()
    assert (total["prompt_tokens"], total["completion_tokens"], total["cached_tokens"]) == (9, 2, 4)
    assert total["reasoning_tokens"] == 1
    assert "estimated" not in total


async def test_an_announced_response_is_no_first_token() -> None:
    limits = {"first_byte_timeout_seconds": 0.4, "idle_timeout_seconds": 0.1}
    _, error, _ = await received(head() + CREATED, 5.0, **limits)
    assert error is not None
    assert (error.code, error.details["phase"]) == ("upstream_timeout", "first_byte")


async def test_a_model_that_reasons_may_be_silent_longer() -> None:
    limits = {"first_byte_timeout_seconds": 0.8, "idle_timeout_seconds": 0.15}
    thinking: list[Step] = [head() + CREATED + added(0, REASONING), 0.4, done(0, REASONING) + text("Hello", 1)]
    got, error, _ = await received(*thinking, ended(), **limits)
    assert (got, error) == ("Hello", None)
    got, error, _ = await received(*thinking, 5.0, **limits)
    assert error is not None
    assert (got, error.details["phase"]) == ("Hello", "idle")
    _, error, _ = await received(*thinking[:1], 5.0, **limits)
    assert error is not None
    assert error.details["phase"] == "first_byte"


@pytest.mark.parametrize(
    "idle", [b": keep-alive\n\n", named("keepalive", sequence_number=1), CREATED], ids=["comment", "event", "created"]
)
async def test_keep_alive_does_not_count_as_content(idle: bytes) -> None:
    pings: list[Step] = [step for _ in range(40) for step in (idle, 0.05)]
    started = time.monotonic()
    got, error, ctx = await received(head() + BEGUN + text("Hel"), *pings, idle_timeout_seconds=0.3)
    assert error is not None
    assert (got, error.code, error.details["phase"]) == ("Hel", "upstream_timeout", "idle")
    assert time.monotonic() - started < 1.5
    assert ctx.usage.total().get("estimated") is True


async def test_content_keeps_the_idle_deadline_away() -> None:
    slow: list[Step] = [step for _ in range(8) for step in (text("x"), 0.1)]
    got, error, _ = await received(head() + BEGUN, *slow, ended(), idle_timeout_seconds=0.3)
    assert (got, error) == ("xxxxxxxx", None)


@pytest.mark.parametrize("after", [[], ["reset"], [10.0]], ids=["cut", "reset", "silence"])
async def test_what_comes_after_the_terminal_event_does_not_matter(after: list[Step]) -> None:
    started = time.monotonic()
    got, error, ctx = await received(head(content_length="9999") + HELLO, *after)
    assert (got, error) == ("Hello", None)
    assert "estimated" not in ctx.usage.total()
    assert time.monotonic() - started < 2


async def test_an_answer_without_usage_is_estimated() -> None:
    got, error, ctx = await received(head() + BEGUN + text("Hello") + ended(usage=None))
    assert (got, error) == ("Hello", None)
    assert ctx.usage.total().get("estimated") is True


ENDS: dict[str, tuple[bytes, bytes, str]] = {
    "filtered": (
        BEGUN + text("Hel") + incomplete("content_filter"),
        whole(message("Hel"), status="incomplete", incomplete_details={"reason": "content_filter"}),
        "content_filtered",
    ),
    "failed": (
        BEGUN + text("Hel") + failed("server_error"),
        whole(status="failed", error={"code": "server_error", "message": "sk-secret"}),
        "upstream_unavailable",
    ),
    "refused": (ended(message(refusal="No.")), whole(message(refusal="No.")), "refused"),
}


@pytest.mark.parametrize(("stream", "body", "code"), ENDS.values(), ids=ENDS.keys())
async def test_ends_of_a_step(stream: bytes, body: bytes, code: str) -> None:
    got, error, _ = await received(head() + CREATED + stream)
    assert (None if error is None else error.code) == (None if code == "refused" else code)
    async with upstream([JSON + body]) as server, open_context(settings=settings_for(server.url)) as ctx:
        with pytest.raises(ServiceError) as caught:
            await complete(ctx, BY_RESPONSES, node="answer")
    assert (caught.value.code, caught.value.node) == (code, "answer")
    assert "sk-" not in f"{got} {caught.value.problem()}"


async def drained(ctx: ExecutionContext) -> OpenAICompletion:
    """The result of a stream."""
    last = [event async for event in stream_openai_events(ctx, BY_RESPONSES)][-1]
    assert isinstance(last, Done)
    return last.completion


@pytest.mark.parametrize(
    "first", [b"", head() + CREATED, head() + BEGUN + text("Hel")], ids=["early", "begun", "later"]
)
async def test_cancel_closes_the_upstream_connection(first: bytes) -> None:
    async with upstream([first, 10.0]) as server, open_context(settings=settings_for(server.url)) as ctx:
        task = asyncio.create_task(drained(ctx))
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.wait_for(server.client_gone.wait(), 1)
        assert ctx.usage.total().get("estimated") is True


async def test_a_stream_of_50_000_deltas() -> None:
    got, error, _ = await received(head() + BEGUN, *[text("x") * 1000] * 50, ended())
    assert error is None
    assert got == "x" * 50_000


async def test_connections_are_used_again() -> None:
    keep = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    script: list[Step] = [keep + b"%x\r\n%b\r\n" % (len(HELLO), HELLO), 0.01, b"0\r\n\r\n", "keep"]
    async with upstream(script) as server, open_context(settings=settings_for(server.url)) as ctx:
        for _ in range(20):
            assert [piece async for piece in stream_openai_completion(ctx, BY_RESPONSES)] == ["Hel", "lo"]
        assert (len(server.requests), server.connections) == (20, 1)


# Faults whose outcome depends on the API: this one's own, or one that it cannot tell from another.
OTHER_THAN_CHAT = {
    "empty_deltas_only": ("upstream_timeout", "stop"),
    "finish_reason_error": ("upstream_unavailable", "upstream_unavailable"),
    "failed_server_error": ("upstream_unavailable", "upstream_unavailable"),
    "failed_rate_limit": ("rate_limited", "rate_limited"),
    "context_length_in_stream": ("context_length_exceeded", "stop"),
    "empty_choices": ("stop", "stop"),
    "missing_choices": ("stop", "stop"),
    "null_choices": ("stop", "stop"),
}


@pytest.fixture(scope="module")
def simulation() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"many_chunks"}))
async def test_a_fault_comes_to_the_same_as_in_chat_completions(simulation: RunningSimulation, fault: str) -> None:
    limits = {"idle_timeout_seconds": 0.2, "first_byte_timeout_seconds": 0.3, "total_timeout_seconds": 0.6}
    simulation.settings.fault = fault
    settings = settings_for(simulation.base_url, max_retries=0, **limits)
    async with open_context(settings=settings) as ctx:
        chat = (await ending(ctx, "chat", stream=True), await ending(ctx, "chat", stream=False))
        responses = (await ending(ctx, "responses", stream=True), await ending(ctx, "responses", stream=False))
        assert responses == OTHER_THAN_CHAT.get(fault, chat)


async def ending(ctx: ExecutionContext, api: Literal["chat", "responses"], *, stream: bool) -> str:
    """The finish_reason, or the code of the error."""
    config: OpenAIConfig = {**CONFIG, "api": api}
    try:
        if not stream:
            return (await execute_openai_completion(ctx, config))["finish_reason"]
        events = [event async for event in stream_openai_events(ctx, config)]
    except ServiceError as error:
        return error.code
    last = events[-1]
    assert isinstance(last, Done)
    assert "".join(event for event in events if isinstance(event, str)) == (last.completion["content"] or "")
    return last.completion["finish_reason"]


CALL_FAULTS = ["none", "tool_interleaved", "tool_without_id", "items_out_of_order", "types_missing", "names_missing"]


@pytest.mark.parametrize("fault", [*CALL_FAULTS, "delta_without_item_id", "unknown_event", "terminal_without_output"])
async def test_several_calls_while_the_model_reasons(simulated_openai: RunningSimulation, fault: str) -> None:
    calls = [("get_order", {"number": str(number)}) for number in range(3)]
    simulated_openai.settings.answers = [Answer(calls=tuple(calls))]
    simulated_openai.settings.fault = fault
    config: OpenAIConfig = {
        "model": "gpt-5.4-mini",
        "api": "auto",
        "messages": [{"role": "user", "content": "Where are my orders?"}],
        "tools": [{"type": "function", "function": GET_ORDER}],
        "reasoning_effort": "low",
    }
    async with open_context(settings=settings_for(simulated_openai.base_url)) as ctx:
        events = [event async for event in stream_openai_events(ctx, config)]
    ready = [event.call for event in events if isinstance(event, FunctionCallReady)]
    assert [(call["name"], call["arguments"]) for call in ready] == calls
    assert len({call["id"] for call in ready}) == 3
    last = events[-1]
    assert isinstance(last, Done)
    assert (last.completion["tool_calls"], last.completion["finish_reason"]) == (ready, "tool_calls")
    assert last.completion["usage"]["reasoning_tokens"] > 0


async def test_a_conversation_with_a_tool_goes_on(simulated_openai: RunningSimulation) -> None:
    asking: OpenAIConfig = ASKS["tools"]
    config: OpenAIConfig = {**asking, "api": "responses"}
    async with open_context(settings=settings_for(simulated_openai.base_url)) as ctx:
        asked = (await execute_openai_completion(ctx, config))["tool_calls"][0]
        call = {"id": asked["id"], "type": "function", "function": {"name": asked["name"], "arguments": "{}"}}
        messages: Any = [
            {"role": "system", "content": "Be brief."},
            *asking.get("messages", []),
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": asked["id"], "content": "It arrives on Monday."},
        ]
        answer = await execute_openai_completion(ctx, {**config, "messages": messages})
    assert "Monday" in (answer["content"] or "")
    assert simulated_openai.requests[-1].json["instructions"] == "Be brief."
