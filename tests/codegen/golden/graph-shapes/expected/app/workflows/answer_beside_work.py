"""answer-beside-work: Work beside a branch is done before any of its ways answers."""

import asyncio
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.functions import deep, first_2, log
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import MISSING
from app.runtime.functions import call_function


class AnswerBesideWorkInput(BaseModel):
    """What POST /answer-beside-work takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    a: bool = True
    b: bool = True


async def run(ctx: ExecutionContext, inputs: AnswerBesideWorkInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    first_result: Any = await call_function(ctx, "first", first_2.work, given="first")

    async def check_branch() -> tuple[bool, Any]:
        deep_result: Any = MISSING
        check = inputs.a
        if not check:
            deep_result = await call_function(ctx, "deep", deep.work, given="deep")
        return (check, deep_result)

    async with asyncio.TaskGroup() as tasks:
        check_task = tasks.create_task(check_branch())
        tasks.create_task(call_function(ctx, "log", log.work, given=first_result["node"]))
    (check, deep_result) = check_task.result()
    if check:
        return Reply(first_result["node"])
    return Reply(deep_result["node"])
