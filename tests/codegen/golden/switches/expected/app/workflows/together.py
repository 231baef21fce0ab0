"""together: Neighbouring ways of a switch lead to one step, the last ones to another."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.functions import file, hurry
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable


class TogetherInput(BaseModel):
    """What POST /together takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    kind: Literal["bill", "bug", "other"]
    urgent: bool
    text: str
    amount: Omittable[float] = None
    note: str | None = None


async def run(ctx: ExecutionContext, inputs: TogetherInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    hurry_result: str | None = None
    file_result: str | None = None
    if inputs.kind == "bill" or inputs.urgent:
        hurry_result = await call_function(ctx, "hurry", hurry.run, text=inputs.text)
    elif inputs.kind != "bug":
        file_result = await call_function(ctx, "file", file.run, text=inputs.text.upper())
    return Reply(hurry_result if hurry_result is not None else file_result if file_result is not None else "A bug.")
