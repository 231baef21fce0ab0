"""nested-forks: A fork in the arm of a fork."""

import asyncio
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.functions import joined, one, three, three_a, three_b, two
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function


class NestedForksInput(BaseModel):
    """What POST /nested-forks takes."""

    model_config = ConfigDict(strict=True, extra="allow")


async def run(ctx: ExecutionContext, inputs: NestedForksInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def parallel_branch() -> Any:
        async with asyncio.TaskGroup() as tasks:
            one_task = tasks.create_task(call_function(ctx, "one", one.work, given="1"))
            two_task = tasks.create_task(call_function(ctx, "two", two.work, given="2"))
        one_result = one_task.result()
        two_result = two_task.result()
        return await call_function(ctx, "joined", joined.work, given=[one_result["node"], two_result["node"]])

    async def three_branch() -> tuple[Any, Any]:
        three_result: Any = await call_function(ctx, "three", three.work, given="3")
        async with asyncio.TaskGroup() as tasks:
            three_a_task = tasks.create_task(call_function(ctx, "three_a", three_a.work, given=three_result["node"]))
            three_b_task = tasks.create_task(call_function(ctx, "three_b", three_b.work, given=three_result["node"]))
        three_a_result = three_a_task.result()
        three_b_result = three_b_task.result()
        return (three_a_result, three_b_result)

    async with asyncio.TaskGroup() as tasks:
        parallel_task = tasks.create_task(parallel_branch())
        three_task = tasks.create_task(three_branch())
    joined_result = parallel_task.result()
    (three_a_result, three_b_result) = three_task.result()
    return Reply([joined_result["given"], three_a_result["node"], three_b_result["node"]])
