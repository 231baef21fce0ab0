"""ways: Every way of a switch leads somewhere else."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.functions import pay
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable


class WaysInput(BaseModel):
    """What POST /ways takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    kind: Literal["bill", "bug", "other"]
    urgent: bool
    text: str
    amount: Omittable[float] = None
    note: str | None = None


async def run(ctx: ExecutionContext, inputs: WaysInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    if inputs.kind == "bill":
        pay_result: str = await call_function(ctx, "pay", pay.run, text=inputs.text)
        return Reply(pay_result)
    if inputs.urgent and (inputs.amount if inputs.amount is not None else 0) > 10:
        return Reply("At once.")
    if inputs.kind == "bug":
        return Reply("A bug.")
    return Reply("Later.")
