"""missing-values: Expressions that read what is not there."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.functions import argument, data_2
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text, present
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable


class MissingValuesInput(BaseModel):
    """What POST /missing-values takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    which: Literal["nothing", "value", "text", "input", "argument"]
    nick: Omittable[str] = None


async def run(ctx: ExecutionContext, inputs: MissingValuesInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    data: Any = await call_function(ctx, "data", data_2.work, given={"items": []})
    if inputs.which == "value":
        return Reply({"x": data["given"]["absent"]})
    if inputs.which == "text":
        return Reply(f"It is {inputs.which} and {as_text(data['given']['items'][3]['name'])}.")
    if inputs.which == "input":
        return Reply([present(inputs.nick, "input.nick")])
    if inputs.which == "argument":
        argument_result: Any = await call_function(ctx, "argument", argument.work, given=data["given"]["gone"])
        return Reply(argument_result)
    return Reply("fine")
