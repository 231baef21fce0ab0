"""find-order: Finds an order by its number."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.functions.orders import order_of
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import to_json
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable

DESCRIBE: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 200}


class FindOrderInputCustomer(BaseModel):
    """An object of the input: input customer."""

    model_config = ConfigDict(strict=True, extra="allow")
    name: str


class FindOrderInput(BaseModel):
    """What the workflow takes."""

    model_config = ConfigDict(strict=True, extra="allow", regex_engine="python-re")
    number: str = Field(pattern="^[A-Z]-[0-9]+$")
    detail: Literal["short", "full"] = "short"
    customer: Omittable[FindOrderInputCustomer] = None


async def run(ctx: ExecutionContext, inputs: FindOrderInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    order: dict[str, Any] = await call_function(ctx, "order", order_of, number=inputs.number)
    if inputs.detail == "full":
        describe = await complete(
            ctx,
            {
                **DESCRIBE,
                "messages": [
                    {"role": "user", "content": f"Describe the order {to_json(order)} of {ctx.env['SHOP_REGION']}."}
                ],
            },
            node="describe",
            streamed=ctx.streaming,
        )
        return Reply({"number": inputs.number, "status": order["status"], "text": describe["content"]})
    return Reply({"number": inputs.number, "status": order["status"]}, status=203)
