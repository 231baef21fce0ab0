"""once"""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import present
from app.runtime.inputs import Omittable


class OnceInput(BaseModel):
    """What POST /once takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    kind: Omittable[str] = None


async def run(ctx: ExecutionContext, inputs: OnceInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    pick_value = inputs.kind if inputs.kind is not None else "c"
    if pick_value == "a":
        return Reply("a")
    if pick_value == "b":
        return Reply("b")
    again_value = present(inputs.kind, "input.kind")
    if again_value == "c":
        return Reply("c")
    if again_value == "d":
        return Reply("d")
    return Reply(None)
