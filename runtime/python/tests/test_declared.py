"""Calls of functions that a step declares, before a workflow goes on with them."""

from typing import Any

import pytest

from app.llm.calls import InvalidToolArguments
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig, complete
from tests.test_tools import calling, saying
from tests.upstream import context_for, upstream

PARAMETERS = {"type": "object", "required": ["email"], "properties": {"email": {"type": "string"}}}
BOOK: dict[str, Any] = {"name": "book", "parameters": PARAMETERS}
ASKED: list[dict[str, Any]] = [
    {"functions": [BOOK]},
    {"tools": [{"type": "function", "function": BOOK}]},
]


def find(number: str) -> str:
    """Finds."""
    return number


async def asked(declared: dict[str, Any], calls: list[tuple[str, str]], *, stream: bool, loop: bool) -> Any:
    config: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Go"}], **declared}  # pyright: ignore[reportAssignmentType]
    script = [calling(calls, stream=False), saying(stream=False)]
    async with upstream(*script) as server, context_for(server.url) as ctx:
        if loop:
            return await complete_with_tools(ctx, OPENAI, config, node="step", tools=[Tool.of(find, node="find")])
        return await complete(ctx, config, node="step")


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("declared", ASKED, ids=["functions", "tools"])
async def test_a_call_that_fits_goes_on(declared: dict[str, Any], loop: bool) -> None:
    answer = await asked(declared, [("book", '{"email": "a@b.c"}')], stream=False, loop=loop)
    assert answer["function_call"] == {"name": "book", "arguments": {"email": "a@b.c"}}


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("declared", ASKED, ids=["functions", "tools"])
@pytest.mark.parametrize("arguments", ["{}", '{"email": 7}'])
async def test_arguments_that_break_the_schema_can_be_asked_for_again(
    declared: dict[str, Any], arguments: str, loop: bool
) -> None:
    with pytest.raises(InvalidToolArguments, match="email") as caught:
        await asked(declared, [("book", arguments)], stream=False, loop=loop)
    error = caught.value
    assert (error.retryable, error.node, error.details["function"]) == (True, "step", "book")
    assert error.details["errors"]


@pytest.mark.parametrize("declared", ASKED, ids=["functions", "tools"])
async def test_a_function_that_nobody_declared_is_not_called(declared: dict[str, Any]) -> None:
    with pytest.raises(InvalidToolArguments, match="delete_all, which is no function that it was offered") as caught:
        await asked(declared, [("delete_all", "{}")], stream=False, loop=False)
    assert (caught.value.retryable, caught.value.node) == (True, "step")


async def test_in_a_loop_the_model_is_told_that_there_is_no_such_function() -> None:
    answer = await asked(ASKED[1], [("delete_all", "{}")], stream=False, loop=True)
    assert (answer["content"], answer["function_call"]) == ("Hello", None)
