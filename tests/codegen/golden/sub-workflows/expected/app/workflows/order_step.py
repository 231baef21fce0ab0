"""order-step: Looks an order up before it answers."""

from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.budget import Budget, limited
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text
from app.runtime.sub_workflow import SubWorkflow
from app.workflows import find_order

FIND_ORDER = SubWorkflow("find-order", limited(find_order.run, Budget(max_tokens=50000)), find_order.FindOrderInput)
ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini"}


class OrderStepInput(BaseModel):
    """What POST /order-step takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str
    number: str = "A-1042"


class FindOrderOutput1(TypedDict):
    """The shape of find order output 1."""

    number: str
    status: Any
    text: str


class FindOrderOutput2(TypedDict):
    """The shape of find order output 2."""

    number: str
    status: Any


async def run(ctx: ExecutionContext, inputs: OrderStepInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    find_order_result: FindOrderOutput1 | FindOrderOutput2 = await FIND_ORDER.call(
        ctx, "find_order", {"number": inputs.number, "detail": "full", "customer": {"name": inputs.message.strip()}}
    )
    again: FindOrderOutput1 | FindOrderOutput2 = await FIND_ORDER.call(
        ctx, "again", {"number": find_order_result["number"]}
    )
    answer = await complete(
        ctx,
        {
            **ANSWER,
            "messages": [
                {
                    "role": "system",
                    "content": f"The order {find_order_result['number'].lower()} is {as_text(again['status'])}.",
                },
                {"role": "user", "content": inputs.message},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
    )
    return Reply({"text": answer["content"], "order": find_order_result})
