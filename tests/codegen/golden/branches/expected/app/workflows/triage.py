"""triage: Sorts a ticket by what a model reads in it, by limits, and by what a function says of the customer."""

from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.functions.customers import find_customer
from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text, less_equal
from app.runtime.functions import call_function

READ: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "ticket",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {
                    "topic": {"enum": ["billing", "delivery", "other"]},
                    "urgency": {"type": "integer", "minimum": 1, "maximum": 5},
                },
                "required": ["topic", "urgency"],
                "additionalProperties": False,
            },
        },
    },
}


class TriageInput(BaseModel):
    """What POST /triage takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False, regex_engine="python-re")
    text: str = Field(min_length=1)
    customer: str = Field(pattern="^[A-Z]{2}-\\d{4}$")
    amount: float = Field(ge=0, le=10000)
    tags: list[str] = []


class Ticket(TypedDict):
    """The shape of ticket."""

    topic: Literal["billing", "delivery", "other"]
    urgency: int


async def run(ctx: ExecutionContext, inputs: TriageInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    read: CompletionOf[Ticket] = await complete(
        ctx,
        {
            **READ,
            "messages": [{"role": "system", "content": "Read the ticket."}, {"role": "user", "content": inputs.text}],
        },
        node="read",
    )
    if read["parsed"]["urgency"] > 3 and len(inputs.tags) >= 2:
        return Reply({"call": inputs.customer.lower()}, status=202)
    find_customer_result: dict[str, Any] = await call_function(
        ctx, "find_customer", find_customer, number=inputs.customer
    )
    if less_equal(10, find_customer_result["orders"]) and inputs.amount < 100.5:
        return Reply(f"{as_text(find_customer_result['name'])} gets {as_text(inputs.amount)}")
    if read["parsed"]["topic"] == "billing" and ctx.env["REGION"] == "north":
        return Reply({"topic": read["parsed"]["topic"], "id": read["id"]})
    return Reply([read["parsed"]["urgency"], inputs.amount >= 0])
