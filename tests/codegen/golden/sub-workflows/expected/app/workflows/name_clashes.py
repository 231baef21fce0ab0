"""name-clashes: Workflows and functions with the same names."""

import asyncio
from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict

from app.functions import mine
from app.runtime.budget import Budget, limited
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.sub_workflow import SubWorkflow
from app.workflows import complete_workflow, find_order, find_order_2

COMPLETE_WORKFLOW = SubWorkflow("complete", complete_workflow.run, complete_workflow.CompleteWorkflowInput)
FIND_ORDER_2 = SubWorkflow("find-order", find_order_2.run, find_order_2.FindOrder2Input)
FIND_ORDER = SubWorkflow("find-order", limited(find_order.run, Budget(max_tokens=50000)), find_order.FindOrderInput)


class NameClashesInput(BaseModel):
    """What POST /name-clashes takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    number: str


CompleteWorkflowOutput = TypedDict("CompleteWorkflowOutput", {"text": str, "class": int})


class FindOrderOutput1(TypedDict):
    """The shape of find order output 1."""

    number: str
    status: Any
    text: str


class FindOrderOutput2(TypedDict):
    """The shape of find order output 2."""

    number: str
    status: Any


async def run(ctx: ExecutionContext, inputs: NameClashesInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def complete_branch() -> tuple[CompleteWorkflowOutput, str, str]:
        complete_result: CompleteWorkflowOutput = await COMPLETE_WORKFLOW.call(
            ctx, "complete", {"text": inputs.number, "class": 7}
        )
        other: str = await FIND_ORDER_2.call(ctx, "other", {"number": complete_result["text"].upper()})
        mine_result: str = await call_function(ctx, "mine", mine.find_order, number=other)
        return (complete_result, other, mine_result)

    async with asyncio.TaskGroup() as tasks:
        complete_task = tasks.create_task(complete_branch())
        find_order_task = tasks.create_task(FIND_ORDER.call(ctx, "find_order", {"number": inputs.number}))
    (complete_result, other, mine_result) = complete_task.result()
    find_order_result: FindOrderOutput1 | FindOrderOutput2 = find_order_task.result()
    return Reply([complete_result["class"], find_order_result["status"], other, mine_result])
