"""Calls of functions that a step declares, before a workflow goes on with them."""

from typing import Any

import pytest

from app.llm.errors import InvalidToolArguments
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


async def asked(
    declared: dict[str, Any], calls: list[tuple[str, str]], *, stream: bool, loop: bool, one_call: bool = False
) -> Any:
    config: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Go"}], **declared}  # pyright: ignore[reportAssignmentType]
    script = [calling(calls, stream=False), saying(stream=False)]
    async with upstream(*script) as server, context_for(server.url) as ctx:
        if loop:
            tools = [Tool.of(find, node="find")]
            return await complete_with_tools(ctx, OPENAI, config, node="step", tools=tools, one_call=one_call)
        return await complete(ctx, config, node="step", one_call=one_call)


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


BOTH = [("book", '{"email": "a@b.c"}'), ("book", '{"email": "d@e.f"}')]


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize("other", ["book", "find"])
async def test_where_a_run_goes_on_with_one_call_no_other_is_lost(loop: bool, other: str) -> None:
    calls = [BOTH[0], (other, '{"email": "d@e.f", "number": "7"}')]
    with pytest.raises(InvalidToolArguments, match=rf"2 calls at once \(book, {other}\)") as caught:
        await asked(ASKED[1], calls, stream=False, loop=loop, one_call=True)
    error = caught.value
    assert (error.retryable, error.node, error.details["functions"]) == (True, "step", ["book", other])
    assert "parallelToolCalls" in error.hint
    alone = await asked(ASKED[1], BOTH[:1], stream=False, loop=loop, one_call=True)
    assert alone["function_call"] == {"name": "book", "arguments": {"email": "a@b.c"}}


@pytest.mark.parametrize("loop", [False, True])
async def test_else_the_first_of_several_is_the_call_and_all_are_there(loop: bool) -> None:
    answer = await asked(ASKED[1], BOTH, stream=False, loop=loop)
    assert answer["function_call"] == {"name": "book", "arguments": {"email": "a@b.c"}}
    assert [call["arguments"]["email"] for call in answer["tool_calls"]] == ["a@b.c", "d@e.f"]


async def test_calls_of_tools_alone_are_run_however_many_there_are() -> None:
    find_both = [("find", '{"number": "1"}'), ("find", '{"number": "2"}')]
    answer = await asked(ASKED[1], find_both, stream=False, loop=True, one_call=True)
    assert answer["function_call"] is None
