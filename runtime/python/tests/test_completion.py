"""The completion against the simulated OpenAI: streamed or whole, with functions or tools, the answer is the same."""

from contextlib import aclosing
from typing import Any, Literal

import pytest

from app.nodes.llm.openai import (
    Done,
    FunctionCallDelta,
    FunctionCallReady,
    FunctionSpec,
    OpenAIConfig,
    OpenAIEvent,
    UsageReported,
    complete,
    execute_openai_completion,
    stream_openai_completion,
    stream_openai_events,
)
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import context_for, head, upstream, whole

GET_ORDER: FunctionSpec = {
    "name": "get_order",
    "description": "Finds an order by its number.",
    "parameters": {
        "type": "object",
        "required": ["number"],
        "properties": {"number": {"type": "string"}},
    },
}
ORDER: Any = [{"role": "user", "content": "Where is order 1234?"}]
ASKS: dict[str, Any] = {
    "text": {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Tell me about rain."}]},
    "json": {
        "model": "gpt-4o",
        "messages": [{"role": "user", "content": "Colours as JSON."}],
        "response_format": "json_object",
    },
    "functions": {"model": "gpt-4o", "messages": ORDER, "functions": [GET_ORDER]},
    "functions_as_tools": {"model": "gpt-5.4-mini", "messages": ORDER, "functions": [GET_ORDER]},
    "tools": {"model": "gpt-5.4-mini", "messages": ORDER, "tools": [{"type": "function", "function": GET_ORDER}]},
}


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
async def test_streamed_and_whole_are_the_same(
    simulated_openai: RunningSimulation, ask: OpenAIConfig, api: Literal["chat", "responses"]
) -> None:
    ask = {**ask, "api": api}
    async with context_for(simulated_openai.base_url) as ctx:
        completion = await execute_openai_completion(ctx, ask)
        events: list[OpenAIEvent] = [event async for event in stream_openai_events(ctx, ask)]
        done = events[-1]
        assert isinstance(done, Done)
        assert isinstance(events[-2], UsageReported)
        assert "".join(event for event in events if isinstance(event, str)) == (completion["content"] or "")
        ready = [event.call for event in events if isinstance(event, FunctionCallReady)]
        pieces = "".join(event.arguments for event in events if isinstance(event, FunctionCallDelta))
        assert ready == done.completion["tool_calls"]
        assert bool(pieces) == bool(ready)
        # Ids and times are made anew for each answer.
        for result in (completion, done.completion):
            result["id"] = ""
            assert ("message" in result) == bool({"functions", "tools"} & set(ask))
            result.pop("message", None)
            for call in result["tool_calls"]:
                call["id"] = ""
        assert {**completion, "timing": None} == {**done.completion, "timing": None}
        assert ctx.usage.calls == 2
        if "response_format" in ask:
            assert isinstance(completion["parsed"], dict)
        if call := completion["function_call"]:
            assert call["name"] == "get_order"
            assert isinstance(call["arguments"]["number"], str)
            assert completion["tool_calls"][0]["arguments"] == call["arguments"]
        else:
            assert not ({"functions", "tools"} & set(ask))


async def test_text_only(simulated_openai: RunningSimulation) -> None:
    async with context_for(simulated_openai.base_url) as ctx:
        text = "".join([piece async for piece in stream_openai_completion(ctx, ASKS["text"])])
        answer = await complete(ctx, ASKS["text"], node="answer", streamed=True)
        assert text == answer["content"]
        assert list(ctx.node_timings) == ["answer"]


async def test_a_stream_that_is_left_early_is_closed(simulated_openai: RunningSimulation) -> None:
    async with (
        context_for(simulated_openai.base_url) as ctx,
        aclosing(stream_openai_completion(ctx, ASKS["text"])) as texts,
    ):
        assert await anext(texts)
        await texts.aclose()
        assert ctx.usage.calls == 1


WITHOUT_ID: list[tuple[dict[str, Any], list[Any]]] = [
    (
        {"tool_calls": [{"type": "function", "function": {"name": "f", "arguments": "{}"}}]},
        [{"id": "call_0", "name": "f", "arguments": {}}],
    ),
    (
        {"function_call": {"name": "f", "arguments": '{"a": 1}'}},
        [{"id": "call_0", "name": "f", "arguments": {"a": 1}}],
    ),
]


@pytest.mark.parametrize(("message", "calls"), WITHOUT_ID)
async def test_calls_without_an_id(message: dict[str, Any], calls: list[Any]) -> None:
    script = head(content_type="application/json") + whole(message)
    async with upstream([script]) as server, context_for(server.url) as ctx:
        completion = await execute_openai_completion(ctx, ASKS["text"])
        assert completion["tool_calls"] == calls
        assert completion["finish_reason"] == "tool_calls"
