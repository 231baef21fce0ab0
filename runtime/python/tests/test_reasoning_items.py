"""Reasoning of the Responses API is given back with the results of the calls that it led to, in its order."""

import json
from typing import Any

import pytest

from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAICompletion, OpenAIConfig, complete, execute_openai_completion
from app.runtime.events import EventSink
from tests.openai_schema import check
from tests.responses_upstream import CREATED, HELLO, WHOLE, call, done, ended, message, response, whole
from tests.simulated_providers.testing import RunningSimulation
from tests.test_tools import Heard
from tests.upstream import CONFIG, Step, answer, context_for, head, upstream
from tests.upstream import whole as completion


def get_order(number: str) -> dict[str, str]:
    """Finds an order."""
    return {"number": number, "status": "shipped"}


def get_stock(product: str) -> int:
    """Tells how many there are."""
    return 3


TOOLS = [Tool.of(function, node=function.__name__) for function in (get_order, get_stock)]


async def run(url: str, *, stream: bool, **config: Any) -> OpenAICompletion:
    asked: OpenAIConfig = {**CONFIG, "api": "responses", **config}  # pyright: ignore[reportAssignmentType]
    async with context_for(url) as ctx:
        if stream:
            ctx.sink = EventSink(Heard().send, ping_seconds=60)
        answer = await complete_with_tools(ctx, OPENAI, asked, node="answer", streamed=stream, tools=TOOLS)
        if ctx.sink is not None:
            await ctx.sink.end(b"")
        return answer


def thought(number: int, **content: Any) -> dict[str, Any]:
    return {"id": f"rs_{number}", "type": "reasoning", "summary": [], **content}


THOUGHT, SECOND_THOUGHT = (thought(number, encrypted_content=f"gAAA{number}") for number in (1, 2))
OPEN_THOUGHT = thought(1, content=[{"type": "reasoning_text", "text": "Hm."}])
ORDER, STOCK = call("call_1", "get_order", '{"number":"7"}'), call("call_2", "get_stock", '{"product":"lamp"}', "fc_2")
SAID: dict[str, Any] = {
    **message(),
    "content": [{"type": "output_text", "text": "Let me see.", "annotations": [], "logprobs": []}],
}
WRONG = call("call_1", "get_order", "{")
USER: Any = {"role": "user", "content": "Say hello."}


def answering(items: list[dict[str, Any]], *, stream: bool) -> list[Step]:
    """One answer of these items; in the stream the later ones are complete first."""
    if not stream:
        return [head(content_type="application/json") + whole(*items)]
    events = [done(index, item) for index, item in enumerate(items)]
    return [head() + CREATED + b"".join(reversed(events)) + ended(*items)]


async def second_input(items: list[dict[str, Any]], *, stream: bool) -> list[dict[str, Any]]:
    """What the model is sent once its calls have been answered."""
    async with upstream(answering(items, stream=stream), [head() + HELLO] if stream else [WHOLE]) as server:
        answer = await run(server.url, stream=stream)
        first, second = server.requests
    assert answer["content"] == "Hello"
    assert "message" not in answer
    for request in (first, second):
        check("CreateResponse", request)
        assert request["include"] == ["reasoning.encrypted_content"]
        assert request["store"] is False
    assert second["input"][0] == USER
    return second["input"][1:]


def output(call_id: str, text: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": text}


ORDER_OUTPUT, STOCK_OUTPUT = output("call_1", '{"number":"7","status":"shipped"}'), output("call_2", "3")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("items", "outputs"),
    [
        ([THOUGHT, ORDER], [ORDER_OUTPUT]),
        ([THOUGHT, ORDER, SECOND_THOUGHT, STOCK], [ORDER_OUTPUT, STOCK_OUTPUT]),
        ([THOUGHT, SAID, ORDER, STOCK], [ORDER_OUTPUT, STOCK_OUTPUT]),
        ([OPEN_THOUGHT, ORDER], [ORDER_OUTPUT]),
        ([{**SAID, "phase": "commentary"}, {**ORDER, "from_elsewhere": {"key": [1]}}], [ORDER_OUTPUT]),
        ([THOUGHT, WRONG], [output("call_1", "Error: the arguments are not a complete JSON object.")]),
    ],
    ids=["one_call", "interleaved", "with_text", "not_encrypted", "without_reasoning", "a_wrong_call"],
)
async def test_items_are_sent_back_as_they_came(
    items: list[dict[str, Any]], outputs: list[dict[str, Any]], stream: bool
) -> None:
    assert await second_input(items, stream=stream) == [*items, *outputs]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("reasoning", [[thought(1)], [THOUGHT, thought(2, encrypted_content=None)]])
async def test_reasoning_that_cannot_be_read_again_is_left_out(reasoning: list[dict[str, Any]], stream: bool) -> None:
    called = {name: ORDER[name] for name in ("type", "call_id", "name", "arguments")}
    assert await second_input([*reasoning, ORDER], stream=stream) == [called, ORDER_OUTPUT]


async def test_items_that_only_the_end_of_the_stream_has() -> None:
    async with upstream([head() + CREATED + ended(THOUGHT, ORDER)], [head() + HELLO]) as server:
        await run(server.url, stream=True)
        assert server.requests[1]["input"] == [USER, THOUGHT, ORDER, ORDER_OUTPUT]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("effort", ["low", "high"])
async def test_against_the_simulated_openai(simulated_openai: RunningSimulation, effort: str, stream: bool) -> None:
    """It refuses reasoning that is missing, out of order or changed."""
    question: Any = [{"role": "user", "content": "Where is order 1234, and how many of product lamp are in stock?"}]
    answer = await run(
        simulated_openai.base_url, stream=stream, model="gpt-5.5", messages=question, reasoning_effort=effort
    )
    assert answer["content"]
    assert answer["usage"]["reasoning_tokens"] > 0
    sent = [item.get("type", "message") for item in simulated_openai.requests[-1].json["input"]]
    between = ["reasoning"] if effort == "high" else []
    calls = ["function_call", *between, "function_call"]
    assert sent == ["message", "reasoning", *calls, "function_call_output", "function_call_output"]


async def test_a_step_that_does_not_go_on_has_none() -> None:
    config: OpenAIConfig = {**CONFIG, "api": "responses", "tools": [tool.spec for tool in TOOLS]}
    async with (
        upstream(answering([THOUGHT, ORDER], stream=False)) as server,
        context_for(server.url) as ctx,
    ):
        answer = await complete(ctx, config, node="answer")
    assert answer["function_call"] == {"name": "get_order", "arguments": {"number": "7"}}
    assert "message" not in answer


async def test_by_hand() -> None:
    tools: Any = [tool.spec for tool in TOOLS]
    config: OpenAIConfig = {**CONFIG, "api": "responses", "tools": tools}
    body = json.dumps(response([THOUGHT, ORDER])).encode()
    async with (
        upstream([head(content_type="application/json") + body], [WHOLE]) as server,
        context_for(server.url) as ctx,
    ):
        first = await execute_openai_completion(ctx, config)
        message: Any = first.get("message")
        assert message["response_items"] == [THOUGHT, ORDER]
        messages: Any = [
            *CONFIG.get("messages", []),
            message,
            {"role": "tool", "tool_call_id": "call_1", "content": "shipped"},
        ]
        await execute_openai_completion(ctx, {**config, "messages": messages})
        assert server.requests[1]["input"] == [USER, THOUGHT, ORDER, output("call_1", "shipped")]


async def test_another_api_is_told_what_it_knows() -> None:
    tools: Any = [tool.spec for tool in TOOLS]
    config: OpenAIConfig = {**CONFIG, "tools": tools}
    async with (
        upstream(answering([THOUGHT, SAID, ORDER], stream=False), answer("200 OK", completion({}))) as server,
        context_for(server.url) as ctx,
    ):
        first = await execute_openai_completion(ctx, {**config, "api": "responses"})
        messages: Any = [*CONFIG.get("messages", []), first.get("message")]
        await execute_openai_completion(ctx, {**config, "messages": messages})
        assert server.requests[1]["messages"][1] == {
            "role": "assistant",
            "content": "Let me see.",
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "get_order", "arguments": '{"number":"7"}'}}
            ],
        }
