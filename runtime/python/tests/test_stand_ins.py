"""What the tests of a generated project lean on: functions that stand in, and what a model was told of its calls."""

from typing import Any

import pytest

import tests.test_stand_ins as this_module
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import FunctionSpec, Message, OpenAIConfig, execute_openai_completion
from app.runtime.context import open_context
from app.runtime.functions import FunctionFailed, call_function
from tests.service import StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import context_for

HERE = this_module.__name__


async def get_order(number: str, *, verbose: bool = False) -> dict[str, str]:
    """Finds an order by its number."""
    raise AssertionError("Something else stands in for it.")


GET_ORDER_TOOL = Tool.of(get_order, node="orders")


async def test_a_function_is_stood_in_for(stand_in: StandInFor) -> None:
    stood_in = stand_in(f"{HERE}.get_order", {"status": "shipped"})
    async with open_context() as ctx:
        given = await call_function(ctx, "orders", this_module.get_order, number="A-1")
    assert given == {"status": "shipped"}
    assert stood_in.calls == [{"number": "A-1"}]


@pytest.mark.parametrize("given", [{}, {"number": "A-1", "colour": "red"}])
async def test_it_takes_only_what_the_function_takes(stand_in: StandInFor, given: dict[str, Any]) -> None:
    stood_in = stand_in(f"{HERE}.get_order", None)
    async with open_context() as ctx:
        with pytest.raises(FunctionFailed):
            await call_function(ctx, "orders", this_module.get_order, **given)
    assert stood_in.calls == []


@pytest.mark.parametrize("api", ["chat", "responses"])
async def test_what_a_model_was_told_of_its_calls(
    simulated_openai: RunningSimulation, stand_in: StandInFor, api: Any
) -> None:
    stood_in = stand_in(f"{HERE}.GET_ORDER_TOOL", {"status": "shipped"})
    simulated_openai.settings.answers = [
        Answer(calls=(("get_order", None), ("get_order", {"number": "B-2"}))),
        Answer("Both are shipped."),
    ]
    config: OpenAIConfig = {"model": "gpt-4o", "api": api, "messages": [{"role": "user", "content": "Order A-1042?"}]}
    async with context_for(simulated_openai.base_url) as ctx:
        answer = await complete_with_tools(ctx, OPENAI, config, node="agent", tools=[this_module.GET_ORDER_TOOL])
    assert answer["content"] == "Both are shipped."
    assert simulated_openai.questions == ["Order A-1042?", "Order A-1042?"]
    assert simulated_openai.offered == ["get_order"]
    assert stood_in.calls == [{"number": "A-1042"}, {"number": "B-2"}]
    assert simulated_openai.tool_results == [("get_order", given, '{"status":"shipped"}') for given in stood_in.calls]


async def test_what_models_were_asked_and_offered(simulated_openai: RunningSimulation) -> None:
    picture: Any = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
    said: list[Message] = [
        {"role": "user", "content": "First."},
        {"role": "user", "content": [{"type": "text", "text": "What is it?"}, picture]},
        {"role": "assistant", "content": "A cat."},
    ]
    functions: list[FunctionSpec] = [{"name": "look"}, {"name": "listen"}]
    async with context_for(simulated_openai.base_url) as ctx:
        await execute_openai_completion(ctx, {"model": "gpt-4o", "messages": said, "functions": functions[:1]})
        await execute_openai_completion(
            ctx,
            {
                "model": "gpt-4o",
                "api": "responses",
                "messages": said[:1],
                "tools": [{"type": "function", "function": each} for each in functions],
            },
        )
        await execute_openai_completion(ctx, {"model": "gpt-4o", "messages": [{"role": "system", "content": "Hi."}]})
    assert simulated_openai.questions == ["What is it?", "First.", ""]
    assert simulated_openai.offered == ["look", "listen"]
