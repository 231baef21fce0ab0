"""order-told: Passes on what another workflow says, as it says it."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.openai_api.requests import Given
from app.runtime.context import ExecutionContext, Reply
from app.runtime.streamed_sub_workflow import StreamedSubWorkflow
from app.workflows import explain

EXPLAIN = StreamedSubWorkflow("explain", explain.run, explain.ExplainInput)


class OrderToldInput(BaseModel):
    """What POST /order-told takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


def from_openai(request: Given) -> dict[str, Any]:
    """The input, of what a client of the OpenAI API says."""
    return {"message": request["text"]}


async def run(ctx: ExecutionContext, inputs: OrderToldInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    explain_result: str = await EXPLAIN.call(ctx, "explain", {"message": inputs.message})
    return Reply(explain_result)
