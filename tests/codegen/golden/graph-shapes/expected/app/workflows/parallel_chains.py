"""parallel-chains: Two chains that run side by side."""

import asyncio
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.functions import left_first, left_second, right
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function


class ParallelChainsInput(BaseModel):
    """What POST /parallel-chains takes."""

    model_config = ConfigDict(strict=True, extra="allow")


async def run(ctx: ExecutionContext, inputs: ParallelChainsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def left_first_branch() -> Any:
        left_first_result: Any = await call_function(ctx, "left_first", left_first.work, given="left")
        return await call_function(ctx, "left_second", left_second.work, given=left_first_result["node"])

    async with asyncio.TaskGroup() as tasks:
        left_first_task = tasks.create_task(left_first_branch())
        right_task = tasks.create_task(call_function(ctx, "right", right.work, given="right"))
    left_second_result = left_first_task.result()
    right_result = right_task.result()
    return Reply({"left": left_second_result, "right": right_result})
