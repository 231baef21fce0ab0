"""find-order: Finds an order by its number, such as A-1042."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.functions.orders import get_order
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function


class FindOrderInput(BaseModel):
    """What the workflow takes."""

    model_config = ConfigDict(extra="allow")
    number: str = Field(max_length=20)


async def run(ctx: ExecutionContext, inputs: FindOrderInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    get_order_result: Any = await call_function(ctx, "get_order", get_order, number=inputs.number.strip().upper())
    if get_order_result is not None:
        return Reply({"number": get_order_result["number"], "status": get_order_result["status"]})
    return Reply({"error": f"There is no order {inputs.number}."}, status=404)
