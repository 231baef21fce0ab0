"""Workflows that others call: what they share with their caller, what of them is told, what limits them."""

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from app.llm.errors import RateLimited
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import complete
from app.runtime.budget import Budget, BudgetExceeded, LimitedMeter, limited
from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import InternalError, MissingEnv, ServiceError
from app.runtime.functions import InvalidFunctionArguments
from app.runtime.sub_workflow import SubWorkflow
from tests.test_tools import calling, saying
from tests.upstream import CONFIG, context_for, upstream


class Ask(BaseModel):
    model_config = ConfigDict(strict=True)
    number: int
    region: str = "north"


async def find(ctx: ExecutionContext, inputs: Ask) -> Reply:
    ctx.node_timings["look"] = 1.0
    assert not ctx.streaming
    return Reply({"number": inputs.number, "region": inputs.region, "id": ctx.execution_id}, status=404)


FIND = SubWorkflow("find", find, Ask)


def failing(error: Exception) -> SubWorkflow[Ask]:
    async def run(ctx: ExecutionContext, inputs: Ask) -> Reply:
        raise error

    return SubWorkflow("failing", run, Ask)


async def test_a_call_gives_the_output_and_shares_the_run() -> None:
    async with context_for("http://127.0.0.1:9") as ctx:
        given = await FIND.call(ctx, "lookup", {"number": 7})
        assert given == {"number": 7, "region": "north", "id": ctx.execution_id}
        assert ctx.node_timings["lookup.look"] == 1.0
        assert list(ctx.node_timings) == ["lookup.look", "lookup"]


@pytest.mark.parametrize("given", [{}, {"number": "7"}, {"number": 7, "region": None}])
async def test_arguments_that_do_not_fit_run_nothing(given: dict[str, Any]) -> None:
    async with context_for("http://127.0.0.1:9") as ctx:
        with pytest.raises(InvalidFunctionArguments) as raised:
            await failing(AssertionError("it ran")).call(ctx, "lookup", given)
        assert raised.value.node == "lookup"
        assert [set(problem) for problem in raised.value.details["errors"]] == [{"argument", "detail"}]


async def test_a_failure_names_the_inner_step_its_workflow_and_the_way_there() -> None:
    inner = failing(RateLimited("Too many requests.", node="answer"))

    async def middle(ctx: ExecutionContext, inputs: Ask) -> Reply:
        return Reply(await inner.call(ctx, "ask", {"number": inputs.number}))

    async with context_for("http://127.0.0.1:9") as ctx:
        with pytest.raises(RateLimited) as raised:
            await SubWorkflow("middle", middle, Ask).call(ctx, "lookup", {"number": 1})
        problem = raised.value.problem()
        assert (problem["node"], problem["workflow"], problem["called_by"]) == ("answer", "failing", ["lookup", "ask"])
        assert set(ctx.node_timings) == {"lookup.ask", "lookup"}


async def test_an_unexpected_failure_keeps_its_cause_for_the_log() -> None:
    async with context_for("http://127.0.0.1:9") as ctx:
        with pytest.raises(InternalError) as raised:
            await failing(ZeroDivisionError("secret")).call(ctx, "lookup", {"number": 1})
        assert isinstance(raised.value.__cause__, ZeroDivisionError)
        assert "secret" not in str(raised.value.problem())


async def test_cancelling_the_caller_cancels_the_called_workflow() -> None:
    ended = asyncio.Event()

    async def wait(ctx: ExecutionContext, inputs: Ask) -> Reply:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return Reply(None)

    async with context_for("http://127.0.0.1:9") as ctx:
        task = asyncio.create_task(SubWorkflow("wait", wait, Ask).call(ctx, "lookup", {"number": 1}))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()


async def twice(ctx: ExecutionContext, inputs: Ask) -> Reply:
    for node in ("first", "second"):
        await complete(ctx, CONFIG, node=node)
    return Reply("done")


@pytest.mark.parametrize(
    ("own", "whole", "asked"),
    [
        (None, None, 2),
        (Budget(max_tokens=11), None, 1),
        (None, Budget(max_tokens=11), 1),
        (Budget(max_tokens=12), None, 2),
    ],
)
async def test_usage_counts_for_the_caller_and_both_budgets_hold(
    own: Budget | None, whole: Budget | None, asked: int
) -> None:
    script = saying(stream=False)
    async with upstream(script, script) as server, context_for(server.url) as ctx:
        if whole is not None:
            ctx.usage = LimitedMeter(whole)
        called = SubWorkflow("twice", twice if own is None else limited(twice, own), Ask)
        if asked == 2:
            assert await called.call(ctx, "lookup", {"number": 1}) == "done"
        else:
            with pytest.raises(BudgetExceeded) as raised:
                await called.call(ctx, "lookup", {"number": 1})
            assert raised.value.node == "second"
        assert len(server.requests) == ctx.usage.calls == asked
        assert ctx.usage.total()["total_tokens"] == 11 * asked


async def test_each_call_has_a_budget_of_its_own() -> None:
    script = saying(stream=False)
    async with upstream(*[script] * 4) as server, context_for(server.url) as ctx:
        called = SubWorkflow("twice", limited(twice, Budget(max_tokens=12)), Ask)
        for _ in range(2):
            assert await called.call(ctx, "lookup", {"number": 1}) == "done"
        assert ctx.usage.calls == 4


def tool_of(workflow: SubWorkflow[Ask]) -> Tool:
    return Tool("find", "Finds.", {"type": "object"}, workflow.call_as_tool, node="lookup")


async def told(workflow: SubWorkflow[Ask], arguments: str) -> str:
    """What the model is told of its call."""
    script = calling([("find", arguments)], stream=False)
    async with (
        upstream(script, saying(stream=False)) as server,
        context_for(server.url) as ctx,
    ):
        await complete_with_tools(ctx, OPENAI, CONFIG, node="answer", tools=[tool_of(workflow)])
        return str(server.requests[1]["messages"][-1]["content"])


async def test_a_model_is_told_the_result() -> None:
    assert '"region":"south"' in await told(FIND, '{"number": 7, "region": "south"}')


async def test_a_model_is_told_which_arguments_do_not_fit() -> None:
    assert await told(FIND, '{"number": "seven"}') == (
        "Error: the arguments do not fit: number: Input should be a valid integer"
    )


@pytest.mark.parametrize(
    "error",
    [
        RateLimited("sk-secret", node="answer"),
        BudgetExceeded("It has cost a lot.", node="answer"),
        InvalidFunctionArguments("Those of an inner step.", node="answer", errors=[{"argument": "a", "detail": "b"}]),
        ZeroDivisionError("secret"),
    ],
)
async def test_a_model_is_told_that_it_failed_without_the_details(error: Exception) -> None:
    title = error.title if isinstance(error, ServiceError) else "Internal error"
    assert await told(failing(error), '{"number": 7}') == f"Error: The workflow failing failed: {title}."


async def test_what_only_the_operator_can_mend_ends_the_run() -> None:
    script = calling([("find", '{"number": 7}')], stream=False)
    async with upstream(script) as server, context_for(server.url) as ctx:
        workflow = failing(MissingEnv("REGION is not set.", node="look"))
        with pytest.raises(MissingEnv) as raised:
            await complete_with_tools(ctx, OPENAI, CONFIG, node="answer", tools=[tool_of(workflow)])
        assert raised.value.details["called_by"] == ["lookup"]
        assert len(server.requests) == 1
