"""The tools loop, over real sockets: what the model is sent, what the tools get, what comes of it."""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import FunctionSpec, OpenAICompletion, OpenAIConfig
from app.runtime.errors import MissingEnv, ServiceError
from app.runtime.events import EventSink
from app.runtime.functions import FunctionFailed
from app.runtime.loops import in_round
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import (
    CONFIG,
    DONE,
    HELLO,
    USAGE_CHUNK,
    Step,
    call_delta,
    chunk,
    context_for,
    head,
    upstream,
    whole,
)

PING: FunctionSpec = {"name": "ping", "parameters": {"type": "object", "properties": {}}}


class Order(BaseModel):
    number: int
    status: str


def get_order(number: Annotated[int, Field(description="Digits only.")], *, verbose: bool = False) -> Order:
    """Finds an order
    by its number.

    Args:
        number: Said at the parameter already.
        verbose: Whether to say more.

    Returns:
        Nothing that a model must know.
    """
    return Order(number=number, status="shipped")


async def nap(seconds: float) -> str:
    await asyncio.sleep(seconds)
    return f"slept {seconds}"


def broken(number: int) -> None:
    raise LookupError("sk-secret")


def no_such_order(number: int) -> None:
    raise FunctionFailed(f"There is no order {number}.")


def misconfigured(number: int) -> None:
    raise MissingEnv("REGION is not set.")


def no_json(number: int) -> object:
    return object()


TOOLS = [Tool.of(function, node=f"{function.__name__}_node") for function in (get_order, nap, broken, no_such_order)]

Calls = list[tuple[str, str]]


def calling(calls: Calls, *, stream: bool, content: str = "", finish: str = "tool_calls") -> list[Step]:
    """A script: the model calls these functions, by name and the text of the arguments."""
    asked = [
        {"index": at, "id": f"call_{name}_{at}", "type": "function", "function": {"name": name, "arguments": text}}
        for at, (name, text) in enumerate(calls)
    ]
    if not stream:
        return [head(content_type="application/json") + whole({"content": content, "tool_calls": asked}, finish)]
    deltas = [call_delta(**call) for call in asked]
    return [head() + chunk({"content": content}) + b"".join(deltas) + chunk({}, finish) + USAGE_CHUNK + DONE]


def saying(*, stream: bool) -> list[Step]:
    return [head() + HELLO if stream else head(content_type="application/json") + whole({"content": "Hello"})]


class Heard:
    """What the caller of a run hears."""

    def __init__(self) -> None:
        self.received = b""

    async def send(self, message: Any) -> None:
        self.received += message.get("body", b"")

    def events(self) -> list[tuple[str, Any]]:
        frames = self.received.decode().split("\n\n")[:-1]
        return [(name[7:], json.loads(data[6:])) for name, data in (frame.split("\n") for frame in frames)]

    def named(self, name: str) -> list[Any]:
        return [data for event, data in self.events() if event == name]


class Outcome:
    def __init__(self) -> None:
        self.completion: OpenAICompletion | None = None
        self.error: ServiceError | None = None
        self.requests: list[dict[str, Any]] = []
        self.heard = Heard()
        self.calls = 0
        self.timings: dict[str, float] = {}

    @property
    def answer(self) -> OpenAICompletion:
        assert self.completion is not None, self.error
        return self.completion

    def told(self, request: int) -> list[str]:
        """What the tool messages of a request say."""
        return [message["content"] for message in self.requests[request]["messages"] if message["role"] == "tool"]


async def run(
    rounds: list[Calls],
    *,
    stream: bool = False,
    offered: list[Tool] | None = None,
    max_tool_rounds: int = 8,
    finish: str = "tool_calls",
    loops: Sequence[tuple[str, int]] = (),
    **config: Any,
) -> Outcome:
    """One run against an upstream that calls these functions round by round, then says Hello."""
    scripts = [calling(calls, stream=stream, finish=finish) for calls in rounds]
    given = Outcome()
    asked: OpenAIConfig = {**CONFIG, **config}  # pyright: ignore[reportAssignmentType]
    async with (
        upstream(*scripts, saying(stream=stream)) as server,
        context_for(server.url) as ctx,
    ):
        if stream:
            ctx.sink = EventSink(given.heard.send, ping_seconds=60)
        try:
            given.completion = await complete_with_tools(
                in_round(ctx, *loops) if loops else ctx,
                OPENAI,
                asked,
                node="answer",
                streamed=stream,
                tools=offered or TOOLS,
                max_tool_rounds=max_tool_rounds,
            )
        except ServiceError as error:
            given.error = error
        if ctx.sink is not None:
            await ctx.sink.end(b"")
        given.requests = server.requests
        given.calls = ctx.usage.calls
        given.timings = ctx.node_timings
    return given


def test_what_the_model_is_told_of_a_function() -> None:
    assert Tool.of(get_order, node="n").spec == {
        "type": "function",
        "function": {
            "name": "get_order",
            "description": "Finds an order by its number.",
            "parameters": {
                "type": "object",
                "additionalProperties": False,
                "required": ["number"],
                "properties": {
                    "number": {"type": "integer", "description": "Digits only."},
                    "verbose": {"type": "boolean", "default": False, "description": "Whether to say more."},
                },
            },
        },
    }
    strict = Tool.of(broken, node="n", strict=True).spec["function"]
    assert strict.get("strict") is True
    assert "description" not in strict


def test_a_function_with_unnamed_arguments_is_no_tool() -> None:
    def unnamed(number: int, /) -> None: ...

    with pytest.raises(ValueError, match="by name only"):
        Tool.of(unnamed, node="n")


async def test_streamed_and_whole_are_the_same() -> None:
    rounds: list[Calls] = [
        [("get_order", '{"number": "12"}')],
        [("nap", '{"seconds": 0}'), ("get_order", '{"number": 3}')],
    ]
    of_whole, of_stream = await run(rounds), await run(rounds, stream=True)
    for found in (of_whole, of_stream):
        assert found.calls == 3
        assert set(found.timings) == {"answer", "get_order_node", "nap_node"}
        assert [message["role"] for message in found.requests[-1]["messages"]] == [
            "user", "assistant", "tool", "assistant", "tool", "tool",
        ]  # fmt: skip
        assert found.told(2) == ['{"number":12,"status":"shipped"}', "slept 0.0", '{"number":3,"status":"shipped"}']
        assert found.answer["content"] == "Hello"
        assert found.answer["usage"] == {
            "prompt_tokens": 27,
            "completion_tokens": 6,
            "total_tokens": 33,
            "cached_tokens": 12,
            "reasoning_tokens": 3,
        }
        assert found.timings["answer"] == found.answer["timing"]["total_ms"]
    assert {**of_whole.answer, "timing": None} == {**of_stream.answer, "timing": None}
    assert [request["messages"] for request in of_whole.requests] == [r["messages"] for r in of_stream.requests]


async def test_in_a_loop_every_event_says_for_which_items() -> None:
    calls: list[Calls] = [[("get_order", '{"number": 12}'), ("get_order", '{"number": 13}')]]
    found = await run(calls, stream=True, loops=[("each", 3), ("again", 0)])
    names = {name for name, _ in found.heard.events()}
    assert names == {"function_call_delta", "function_call", "tool_result", "token", "usage"}
    items = [{"node": "each", "index": 3}, {"node": "again", "index": 0}]
    assert all(said["items"] == items for _, said in found.heard.events())
    outside = await run(calls, stream=True)
    assert all("items" not in said for _, said in outside.heard.events())


async def test_what_the_caller_hears() -> None:
    found = await run([[("get_order", '{"number": 12}')]], stream=True)
    assert [name for name, _ in found.heard.events()] == [
        "function_call_delta", "function_call", "usage", "tool_result", "token", "token", "usage",
    ]  # fmt: skip
    called, came = found.heard.named("function_call")[0], found.heard.named("tool_result")[0]
    assert called == {"node": "answer", "id": "call_get_order_0", "name": "get_order", "arguments": {"number": 12}}
    assert came == {
        "node": "answer",
        "id": "call_get_order_0",
        "name": "get_order",
        "result": {"number": 12, "status": "shipped"},
    }


async def test_parallel_calls_run_at_the_same_time() -> None:
    found = await run(
        [[("nap", '{"seconds": 0.3}'), ("nap", '{"seconds": 0.2}'), ("nap", '{"seconds": 0.1}')]], stream=True
    )
    assert found.told(1) == ["slept 0.3", "slept 0.2", "slept 0.1"]
    assert [came["result"] for came in found.heard.named("tool_result")] == ["slept 0.1", "slept 0.2", "slept 0.3"]


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (broken, "Error: The function broken raised LookupError."),
        (no_such_order, "Error: There is no order 12."),
        (no_json, "Error: The function no_json gave a value that has no JSON form."),
    ],
)
async def test_a_failing_tool_is_told_to_the_model(function: Callable[..., Any], told: str) -> None:
    found = await run([[(function.__name__, '{"number": 12}')]], stream=True, offered=[Tool.of(function, node="n")])
    assert found.told(1) == [told]
    assert found.answer["content"] == "Hello"
    assert [came["error"] for came in found.heard.named("tool_result")] == [told]


async def test_a_failing_tool_is_in_the_log_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    await run([[("broken", '{"number": 12}')]])
    line = next(json.loads(record.message) for record in caplog.records if "tool_call" in record.message)
    assert (line["function"], line["outcome"]) == ("broken", "function_failed")
    assert "LookupError" in line["traceback"]


@pytest.mark.parametrize("parallel", [False, True])
async def test_any_other_error_of_a_tool_ends_the_run(parallel: bool) -> None:
    calls = [("misconfigured", '{"number": 12}'), *([("nap", '{"seconds": 5}')] if parallel else [])]
    found = await run([calls], offered=[Tool.of(misconfigured, node="region"), TOOLS[1]])
    assert found.error is not None
    assert (found.error.code, found.error.node) == ("missing_env", "region")


WRONG = {
    "no_object": ("[1]", "not a complete JSON object"),
    "cut": ('{"number": 1', "not a complete JSON object"),
    "wrong_type": ('{"number": "twelve"}', "number: "),
    "missing": ("{}", "number: "),
    "unknown_argument": ('{"number": 1, "extra": 2}', "extra: "),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("arguments", "told"), WRONG.values(), ids=WRONG.keys())
async def test_wrong_arguments_are_told_twice(arguments: str, told: str, stream: bool) -> None:
    calls: Calls = [("get_order", arguments), ("nap", '{"seconds": 0}')]
    corrected = await run([calls, calls], stream=stream)
    assert corrected.answer["content"] == "Hello"
    assert corrected.answer["usage"]["total_tokens"] == 33
    assert told in corrected.told(1)[0]
    assert corrected.told(1)[1] == "slept 0.0"
    assert "get_order_node" not in corrected.timings
    if stream:
        assert len(corrected.heard.named("usage")) == 3
        assert (
            told in corrected.heard.named("tool_result")[0]["error"]
            or told in corrected.heard.named("tool_result")[1]["error"]
        )
    failed = await run([calls, calls, calls], stream=stream)
    assert failed.error is not None
    assert (failed.error.code, failed.error.node) == ("invalid_tool_arguments", "answer")
    assert len(failed.requests) == 3


async def test_arguments_cut_by_the_token_limit_are_never_run() -> None:
    found = await run([[("get_order", '{"number": 1')]] * 3, finish="length")
    assert found.error is not None
    assert found.error.code == "invalid_tool_arguments"
    assert "token limit" in found.error.detail
    assert "get_order_node" not in found.timings


async def test_a_function_that_does_not_exist() -> None:
    found = await run([[("get_ordr", "{}")]])
    assert found.told(1) == ["Error: there is no such function. There are: broken, get_order, nap, no_such_order."]


@pytest.mark.parametrize("limit", [0, 2])
async def test_the_limit(limit: int) -> None:
    found = await run([[("nap", '{"seconds": 0}')]] * 5, max_tool_rounds=limit)
    assert found.error is not None
    assert found.error.code == "tool_loop_limit"
    assert found.error.details == {"max_tool_rounds": limit, "functions": ["nap"]}
    assert len(found.requests) == limit + 1


@pytest.mark.parametrize("declared", [{"functions": [PING]}, {"tools": [{"type": "function", "function": PING}]}])
async def test_a_call_of_a_function_that_is_no_tool_ends_the_loop(declared: dict[str, Any]) -> None:
    found = await run([[("nap", '{"seconds": 0}')], [("nap", '{"seconds": 0}'), ("ping", "{}")]], **declared)
    assert found.answer["function_call"] == {"name": "ping", "arguments": {}}
    assert [call["name"] for call in found.answer["tool_calls"]] == ["nap", "ping"]
    assert found.answer["usage"]["total_tokens"] == 22
    assert {tool["function"]["name"] for tool in found.requests[0]["tools"]} == {"ping", *(tool.name for tool in TOOLS)}


async def test_wrong_arguments_for_a_function_that_is_no_tool_are_an_error() -> None:
    found = await run([[("ping", "{")]], functions=[PING])
    assert found.error is not None
    assert found.error.code == "invalid_tool_arguments"
    assert len(found.requests) == 1


async def test_a_forced_call_is_forced_once() -> None:
    found = await run([[("nap", '{"seconds": 0}')]], tool_choice="required")
    assert [request["tool_choice"] for request in found.requests] == ["required", "auto"]
    found = await run([[("nap", '{"seconds": 0}')]], function_call={"name": "nap"})
    assert [request["tool_choice"] for request in found.requests] == [
        {"type": "function", "function": {"name": "nap"}},
        "auto",
    ]


async def test_a_choice_among_some_tools_stays_one() -> None:
    allowed = {"mode": "required", "tools": [{"type": "function", "function": {"name": "nap"}}]}
    found = await run([[("nap", '{"seconds": 0}')]], tool_choice={"type": "allowed_tools", "allowed_tools": allowed})
    assert [request["tool_choice"]["allowed_tools"] for request in found.requests] == [
        allowed,
        {**allowed, "mode": "auto"},
    ]


async def test_cancelling_during_a_tool() -> None:
    started, ended = asyncio.Event(), asyncio.Event()

    async def hang(number: int) -> None:
        started.set()
        try:
            await asyncio.sleep(30)
        finally:
            ended.set()

    script = calling([("hang", '{"number": 1}'), ("hang", '{"number": 2}')], stream=False)
    async with upstream(script) as server, context_for(server.url) as ctx:
        task = asyncio.create_task(
            complete_with_tools(ctx, OPENAI, CONFIG, node="answer", tools=[Tool.of(hang, node="hang")])
        )
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()
        assert len(server.requests) == 1


@pytest.mark.parametrize("model", ["gpt-5.4-mini", "gpt-4o"])
async def test_against_the_simulated_openai(simulated_openai: RunningSimulation, model: str) -> None:
    config: OpenAIConfig = {"model": model, "messages": [{"role": "user", "content": "Where is order 1234?"}]}
    async with context_for(simulated_openai.base_url) as ctx:
        answer = await complete_with_tools(
            ctx, OPENAI, config, node="answer", tools=[Tool.of(get_order, node="get_order")]
        )
        assert answer["finish_reason"] == "stop"
        assert answer["content"]
        assert answer["tool_calls"] == []
        assert ctx.usage.total()["total_tokens"] == answer["usage"]["total_tokens"]
        assert "shipped" in simulated_openai.requests[-1].json["messages"][-1]["content"]


@pytest.mark.parametrize("stream", [False, True])
async def test_ids_are_unique_in_the_whole_conversation(stream: bool) -> None:
    """Some servers begin anew with every answer."""
    found = await run([[("get_order", '{"number": 1}')]] * 2, stream=stream)
    messages = found.requests[-1]["messages"]
    ids = [call["id"] for message in messages for call in message.get("tool_calls") or ()]
    assert len(ids) == len(set(ids)) == 2
    assert [message["tool_call_id"] for message in messages if message["role"] == "tool"] == ids


@pytest.mark.parametrize("arguments", ["", " "])
@pytest.mark.parametrize("stream", [False, True])
async def test_a_function_without_parameters_runs_without_arguments(stream: bool, arguments: str) -> None:
    def opening_hours() -> str:
        return "9 to 17"

    tools = [Tool.of(opening_hours, node="opening_hours")]
    found = await run([[("opening_hours", arguments)]], stream=stream, offered=tools)
    assert found.answer["content"] == "Hello"
    assert found.told(-1) == ["9 to 17"]
