"""partial-join: A step that some, not all, ways lead to."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.functions import other, shared
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import MISSING, get
from app.runtime.functions import call_function


class PartialJoinInput(BaseModel):
    """What POST /partial-join takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    a: bool = True
    b: bool = True


async def run(ctx: ExecutionContext, inputs: PartialJoinInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    inner: bool = False
    other_result: Any = MISSING
    if outer := inputs.a:
        inner = inputs.b
        if not inner:
            other_result = await call_function(ctx, "other", other.work, given="other")
    if not outer or (outer and inner):
        shared_result: Any = await call_function(ctx, "shared", shared.work, given="shared")
        return Reply({"shared": get(shared_result, "node", default="not run")})
    return Reply({"other": other_result["node"]})
