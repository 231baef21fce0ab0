"""meeting: Some ways of a switch meet again, and one leads nowhere."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.functions import agree, ask, both, deny
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import equal, present
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable


class MeetingInput(BaseModel):
    """What POST /meeting takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    kind: Literal["bill", "bug", "other"]
    urgent: bool
    text: str
    amount: Omittable[float] = None
    note: str | None = None


async def run(ctx: ExecutionContext, inputs: MeetingInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    agree_result: str | None = None
    deny_result: str | None = None
    pick_value = inputs.text.lower().strip()
    if pick_value == "yes":
        pick = "yes"
        agree_result = await call_function(ctx, "agree", agree.run, text=inputs.text)
    elif pick_value == "no":
        pick = "no"
        deny_result = await call_function(ctx, "deny", deny.run, text=inputs.text)
    elif inputs.note:
        pick = "unclear"
    elif pick_value == "":
        pick = "none"
    else:
        pick = "default"
    both_result: str | None = None
    both_runs = pick == "yes" or pick == "no"
    if both_runs:
        both_result = await call_function(
            ctx,
            "both",
            both.run,
            text=agree_result if agree_result is not None else present(deny_result, "nodes.deny.output"),
        )
    if both_runs or pick == "unclear" or pick == "default":
        ask_result: str | None = None
        sized_value = inputs.amount
        if not equal(sized_value, 0):
            ask_result = await call_function(
                ctx, "ask", ask.run, text=both_result if both_result is not None else "nothing"
            )
        return Reply(ask_result if ask_result is not None else both_result if both_result is not None else inputs.text)
    return Reply(None)
