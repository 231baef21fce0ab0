"""diamond: A branch whose ways meet again."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.functions import after, no, yes
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import MISSING, first_present, get
from app.runtime.functions import call_function


class DiamondInput(BaseModel):
    """What POST /diamond takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    a: bool = True
    b: bool = True


async def run(ctx: ExecutionContext, inputs: DiamondInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    yes_result: Any = MISSING
    no_result: Any = MISSING
    if inputs.a:
        yes_result = await call_function(ctx, "yes", yes.work, given="yes")
    else:
        no_result = await call_function(ctx, "no", no.work, given="no")
    after_result: Any = await call_function(
        ctx, "after", after.work, given=first_present(lambda: get(yes_result, "given"), lambda: get(no_result, "given"))
    )
    return Reply(after_result["given"])
