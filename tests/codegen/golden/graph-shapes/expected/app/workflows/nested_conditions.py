"""nested-conditions: A branch in a branch."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.functions.deepest import work
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import MISSING
from app.runtime.functions import call_function


class NestedConditionsInput(BaseModel):
    """What POST /nested-conditions takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    a: bool = True
    b: bool = True


async def run(ctx: ExecutionContext, inputs: NestedConditionsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    inner: bool = False
    deepest: Any = MISSING
    if outer := inputs.a:
        if inner := not inputs.b:
            deepest = await call_function(ctx, "deepest", work, given="deepest")
    if (outer and not inner) or not outer:
        return Reply("nothing")
    return Reply(deepest["node"])
