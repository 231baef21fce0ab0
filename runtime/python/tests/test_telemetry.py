"""Spans and metrics of model calls with OpenTelemetry's SDK, and none of it without."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest
from opentelemetry import trace

from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig, complete, stream_openai_events
from app.runtime.context import open_context
from app.runtime.errors import MissingEnv, ServiceError
from app.runtime.events import EventSink
from app.runtime.telemetry import ContinuedTraces, telemetry
from tests import recorded_telemetry
from tests.recorded_telemetry import CAPTURE, Recorded
from tests.simulated_providers.testing import RunningSimulation
from tests.test_tools import Heard, calling, saying
from tests.upstream import CONFIG, DONE, HELLO, answer, chunk, context_for, event, head, problem, text, upstream, whole

recorded = recorded_telemetry.recorded


async def ask(script: Any, *, stream: bool = False, **config: Any) -> None:
    asked: OpenAIConfig = {**CONFIG, **config}  # pyright: ignore[reportAssignmentType]
    async with upstream(script) as server, context_for(server.url, max_retries=0) as ctx:
        if stream:
            ctx.sink = EventSink(Heard().send, ping_seconds=60)
        await complete(ctx, asked, node="answer", streamed=stream)


async def test_the_trace_goes_on_at_who_is_asked(recorded: Recorded) -> None:
    async with upstream(saying(stream=False)) as server, context_for(server.url) as ctx:
        await complete(ctx, CONFIG, node="answer")
        span = recorded.span.get_span_context()
        assert f"traceparent: 00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}\r\n" in server.heads[0]


async def test_a_span_and_its_metrics(recorded: Recorded) -> None:
    await ask(saying(stream=False), temperature=0.5, stop="END", max_tokens=20)
    assert recorded.span.name == "chat gpt-5.4-mini"
    assert recorded.span.kind is trace.SpanKind.CLIENT
    attributes = dict(recorded.span.attributes)
    assert attributes.pop("server.port") > 0
    assert attributes == {
        "server.address": "127.0.0.1",
        "openai.api.type": "chat_completions",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5.4-mini",
        "gen_ai.request.stream": False,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.request.max_tokens": 20,
        "gen_ai.request.stop_sequences": ("END",),
        "gen_ai.response.model": "gpt-x",
        "gen_ai.response.id": "chatcmpl-1",
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.usage.input_tokens": 9,
        "gen_ai.usage.output_tokens": 2,
        "gen_ai.usage.cache_read.input_tokens": 4,
        "gen_ai.usage.reasoning.output_tokens": 1,
        "app.workflow.node": "answer",
    }
    points = recorded.metrics()
    assert {point.attributes["gen_ai.token.type"]: point.sum for point in points["gen_ai.client.token.usage"]} == {
        "input": 9,
        "output": 2,
    }
    assert points["gen_ai.client.operation.duration"][0].count == 1


@pytest.mark.parametrize("is_cut", [False, True])
async def test_a_key_of_a_file_that_a_server_takes_for_its_own_names_is_nowhere(
    recorded: Recorded,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    is_cut: bool,
) -> None:
    caplog.set_level("INFO", logger="app")
    monkeypatch.chdir(tmp_path)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    key = "house-0123456789"
    told = {"id": f"c-{key}", "model": f"m-{key}", "service_tier": key, "system_fingerprint": key}
    first = event({**told, "choices": [{"index": 0, "delta": {"content": "Hello"}}]})
    script: list[Any] = [head() + first, "reset"] if is_cut else [head() + first + chunk({}, f"stop-{key}") + DONE]
    sink = EventSink(Heard().send, ping_seconds=60)
    async with upstream(script) as server:
        (tmp_path / ".env").write_text(f"OPENAI_API_KEY={key}\nOPENAI_BASE_URL={server.url}\n")
        async with open_context() as ctx:
            ctx.sink = sink
            result: Any = None
            with suppress(ServiceError):
                result = await complete(ctx, CONFIG, node="answer", streamed=True)
        assert f"bearer {key}" in server.heads[0].lower()
    assert (result is None) == is_cut
    assert recorded.span.attributes["gen_ai.response.id"] == "c-…"
    assert key not in f"{result} {caplog.text} {dict(recorded.span.attributes)}"


async def test_a_failed_call(recorded: Recorded) -> None:
    with pytest.raises(ServiceError):
        await ask(answer("401 Unauthorized", problem("invalid_api_key")))
    assert recorded.span.attributes["error.type"] == "invalid_api_key"
    assert recorded.span.status.status_code is trace.StatusCode.ERROR


@pytest.mark.parametrize("wish", ["true", "false"])
async def test_content_is_recorded_only_when_asked_for(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    monkeypatch.setenv(CAPTURE, wish)
    await ask(saying(stream=False))
    shown = str(dict(recorded.span.attributes))
    assert ("Say hello." in shown) == ("Hello" in shown) == (wish == "true")


FORMATS: list[tuple[dict[str, Any], str | None]] = [
    ({}, None),
    ({"response_format": "text"}, "text"),
    ({"response_format": "json_object"}, "json"),
    ({"response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}}, "json"),
]


@pytest.mark.parametrize(("config", "kind"), FORMATS)
async def test_what_only_some_requests_have(recorded: Recorded, config: dict[str, Any], kind: str | None) -> None:
    messages = [{"role": "user", "content": "Say it in JSON."}]
    script: list[Any] = [head(content_type="application/json") + whole({"content": "{}"})]
    await ask(script, messages=messages, seed=7, service_tier="flex", **config)
    assert recorded.span.attributes.get("gen_ai.output.type") == kind
    assert recorded.span.attributes["gen_ai.request.seed"] == 7
    assert recorded.span.attributes["openai.request.service_tier"] == "flex"


@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_how_the_answer_was_processed(recorded: Recorded, simulated_openai: RunningSimulation, api: Any) -> None:
    async with context_for(simulated_openai.base_url) as ctx:
        await complete(ctx, {**CONFIG, "api": api, "service_tier": "priority"}, node="answer")
    attributes = recorded.span.attributes
    assert attributes["openai.api.type"] == {"chat": "chat_completions", "responses": "responses"}[api]
    assert attributes["openai.response.service_tier"] == "priority"
    assert attributes.get("openai.response.system_fingerprint", "").startswith("fp_") == (api == "chat")


async def test_the_time_to_the_first_chunk_of_a_stream(recorded: Recorded) -> None:
    async with (
        upstream([head(), 0.05, HELLO]) as server,
        context_for(server.url) as ctx,
    ):
        async for _ in stream_openai_events(ctx, CONFIG):
            pass
    assert recorded.span.attributes["gen_ai.request.stream"] is True
    assert recorded.span.attributes["gen_ai.response.time_to_first_chunk"] >= 0.05
    (point,) = recorded.metrics()["gen_ai.client.operation.time_to_first_chunk"]
    assert point.sum >= 0.05
    assert point.attributes["gen_ai.response.model"] == "gpt-x"


async def test_estimates_are_not_counted(recorded: Recorded) -> None:
    with pytest.raises(ServiceError):
        await ask([head() + text("Hel")], stream=True)
    points = recorded.metrics()
    assert "gen_ai.client.token.usage" not in points
    assert points["gen_ai.client.operation.duration"][0].attributes["error.type"] == "stream_interrupted"


async def tools(recorded: Recorded, *calls: tuple[str, str], functions: list[Callable[..., Any]]) -> Any:
    """The spans of a loop with one round of calls, and of the request around it."""
    async with (
        upstream(calling(list(calls), stream=False), saying(stream=False)) as server,
        context_for(server.url) as ctx,
    ):
        offered = [Tool.of(function, node=function.__name__) for function in functions]
        with trace.get_tracer("caller").start_as_current_span("request"):
            await complete_with_tools(ctx, OPENAI, CONFIG, node="answer", tools=offered)
    return recorded.exporter.get_finished_spans()


def lookup(number: int) -> str:
    """Looks a number up."""
    with trace.get_tracer("function").start_as_current_span(f"query {number}"):
        time.sleep(0.05)
    return f"number {number}"


async def fetch(number: int) -> str:
    """Fetches a number."""
    with trace.get_tracer("function").start_as_current_span(f"request {number}"):
        await asyncio.sleep(0.05)
    return f"number {number}"


def broken(number: int) -> str:
    raise LookupError("secret")


async def test_parallel_calls_have_spans_with_their_own_children(recorded: Recorded) -> None:
    calls = [("lookup", '{"number": 1}'), ("fetch", '{"number": 2}'), ("lookup", '{"number": 3}')]
    spans = await tools(recorded, *calls, functions=[lookup, fetch])
    by_id = {span.context.span_id: span for span in spans}
    paths: list[tuple[str, ...]] = []
    for span in spans:
        path = [span]
        while path[0].parent is not None:
            path.insert(0, by_id[path[0].parent.span_id])
        paths.append(tuple(one.name for one in path))
    agent = ("request", "invoke_agent answer")
    assert sorted(paths) == sorted(
        [
            ("request",),
            agent,
            (*agent, "chat gpt-5.4-mini"),
            (*agent, "chat gpt-5.4-mini"),
            (*agent, "execute_tool lookup"),
            (*agent, "execute_tool fetch"),
            (*agent, "execute_tool lookup"),
            (*agent, "execute_tool lookup", "query 1"),
            (*agent, "execute_tool fetch", "request 2"),
            (*agent, "execute_tool lookup", "query 3"),
        ]
    )
    fetched = next(span for span in spans if span.name == "execute_tool fetch")
    assert fetched.kind is trace.SpanKind.INTERNAL
    assert dict(fetched.attributes) == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "fetch",
        "gen_ai.tool.call.id": "call_fetch_1",
        "gen_ai.tool.type": "function",
        "gen_ai.tool.description": "Fetches a number.",
    }


FAILING = {
    "it_raises": (("broken", '{"number": 1}'), "function_failed"),
    "wrong_arguments": (("broken", '{"number": "one"}'), "invalid_tool_arguments"),
    "no_such_function": (("brokn", "{}"), "invalid_tool_arguments"),
}


@pytest.mark.parametrize(("call", "error"), FAILING.values(), ids=FAILING.keys())
async def test_a_call_that_fails(recorded: Recorded, call: tuple[str, str], error: str) -> None:
    spans = await tools(recorded, call, functions=[broken])
    failed = next(span for span in spans if span.name == f"execute_tool {call[0]}")
    assert failed.attributes["error.type"] == error
    assert failed.status.status_code is trace.StatusCode.ERROR
    assert "secret" not in str(dict(failed.attributes)) + str(failed.events)
    agent = next(span for span in spans if span.name == "invoke_agent answer")
    assert agent.status.status_code is trace.StatusCode.UNSET


def misconfigured(number: int) -> str:
    raise MissingEnv("REGION is not set.")


async def test_an_error_that_ends_the_run(recorded: Recorded) -> None:
    with pytest.raises(MissingEnv):
        await tools(recorded, ("misconfigured", '{"number": 1}'), functions=[misconfigured])
    spans = {span.name: span for span in recorded.exporter.get_finished_spans()}
    for name in ("execute_tool misconfigured", "invoke_agent answer"):
        assert dict(spans[name].attributes or {})["error.type"] == "missing_env"


@pytest.mark.parametrize("wish", ["true", "false"])
async def test_what_is_passed_to_functions_is_recorded_only_when_asked_for(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch, wish: str
) -> None:
    monkeypatch.setenv(CAPTURE, wish)
    spans = await tools(recorded, ("fetch", '{"number": 12}'), functions=[fetch])
    attributes = next(span for span in spans if span.name == "execute_tool fetch").attributes
    chats: list[Any] = [span.attributes for span in spans if span.name.startswith("chat")]
    if wish == "false":
        assert not [name for name in attributes if "arguments" in name or "result" in name]
        assert not [name for chat in chats for name in chat if name.endswith(("messages", "definitions"))]
        return
    assert attributes["gen_ai.tool.call.arguments"] == '{"number":12}'
    assert attributes["gen_ai.tool.call.result"] == '"number 12"'
    asked = {"type": "tool_call", "id": "call_fetch_0", "name": "fetch", "arguments": {"number": 12}}
    assert json.loads(chats[0]["gen_ai.output.messages"]) == [
        {"role": "assistant", "parts": [asked], "finish_reason": "tool_calls"}
    ]
    assert json.loads(chats[1]["gen_ai.input.messages"])[1:] == [
        {"role": "assistant", "parts": [asked]},
        {
            "role": "tool",
            "parts": [{"type": "tool_call_response", "id": "call_fetch_0", "response": "number 12"}],
        },
    ]
    (definition,) = json.loads(chats[0]["gen_ai.tool.definitions"])
    assert (definition["type"], definition["name"]) == ("function", "fetch")


async def test_images_are_named_and_not_recorded(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CAPTURE, "true")
    parts = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "file", "file": {"file_data": "AAAA"}},
    ]
    await ask(saying(stream=False), messages=[{"role": "user", "content": parts}])
    (message,) = json.loads(recorded.span.attributes["gen_ai.input.messages"])
    assert message["parts"] == [
        {"type": "text", "content": "What is it?"},
        {"type": "uri", "modality": "image", "uri": "https://example.com/a.png"},
        {"type": "image"},
        {"type": "file"},
    ]


WITHOUT = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("opentelemetry.sdk"):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
from app.runtime.telemetry import telemetry
before = set(sys.modules)
assert telemetry() is None
assert not [name for name in set(sys.modules) - before if name.startswith("opentelemetry.sdk")]
"""


def test_without_the_packages_there_is_nothing() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT], check=True, timeout=60)


@pytest.mark.parametrize(("told", "continued"), [(1, True), (2, False), (0, False)])
async def test_a_trace_of_who_asks_goes_on(recorded: Recorded, told: int, continued: bool) -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    seen: list[str] = []

    async def app(*_: object) -> None:
        started = telemetry()
        assert started is not None
        seen.append(format(started.start("chat", {}).get_span_context().trace_id, "032x"))

    async def nothing(*_: object) -> None:
        pass

    scope: dict[str, Any] = {"type": "http", "headers": [(b"traceparent", parent.encode())] * told}
    await ContinuedTraces(app)(scope, cast("Any", nothing), nothing)
    assert (seen == ["0af7651916cd43dd8448eb211c80319c"]) is continued


async def test_a_span_of_the_request_is_the_parent(recorded: Recorded) -> None:
    started = telemetry()
    assert started is not None

    async def app(*_: object) -> None:
        started.start("chat", {}).end()

    async def nothing(*_: object) -> None:
        pass

    headers = [(b"traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    with started.current("POST /chat", {}) as request:
        await ContinuedTraces(app)({"type": "http", "headers": headers}, cast("Any", nothing), nothing)
    told = recorded.exporter.get_finished_spans()[0]
    assert told.parent is not None
    assert (told.name, told.parent.span_id) == ("chat", request.get_span_context().span_id)
