"""expressions: Every kind of expression."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.functions.data import work
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text, equal, get, last, less, plain, to_float, to_int, to_json, trim
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable


class ExpressionsInputCustomer(BaseModel):
    """An object of the input: input customer."""

    model_config = ConfigDict(strict=True, extra="allow")
    city: str
    zip_code: Omittable[str] = Field(default=None, alias="zip code")


class ExpressionsInput(BaseModel):
    """What POST /expressions takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    age: int
    name: str
    tags: list[str] = []
    nick: Omittable[str] = None
    score: float | None = None
    customer: Omittable[ExpressionsInputCustomer] = None
    free: Any


async def run(ctx: ExecutionContext, inputs: ExpressionsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    data: Any = await call_function(
        ctx,
        "data",
        work,
        given={
            "items": [{"name": "first"}, {"name": "last"}],
            "count": 2,
            "yes": True,
            "none": None,
            "text": " Some Text ",
        },
    )
    return Reply(
        {
            "typed": inputs.age,
            "mixed": f"{inputs.name} is {inputs.age} of {as_text(inputs.free)}",
            "compare": inputs.age >= 18 and inputs.name != "Bob",
            "untyped": less(data["given"]["count"], 3),
            "equal": equal(data["given"]["count"], 2),
            "not_equal": not equal(data["given"]["yes"], 1),
            "is_null": data["given"]["none"] is None,
            "item": data["given"]["items"][1]["name"],
            "bracket": data["given"]["items"][0]["name"],
            "fallback": get(data, "given", "items", 7, "name", default="none"),
            "nick": (inputs.nick if inputs.nick is not None else inputs.name).upper(),
            "first_tag": inputs.tags[0] if inputs.tags else "no tag",
            "joined": "+".join(inputs.tags),
            "count": len(inputs.tags),
            "logic": (inputs.age > 3 or bool(inputs.free)) and not inputs.tags,
            "city": inputs.customer.city if inputs.customer is not None else "unknown",
            "zip": inputs.customer.zip_code
            if inputs.customer is not None and inputs.customer.zip_code is not None
            else "unknown",
            "whole": plain(inputs.customer) if inputs.customer is not None else None,
            "trim": trim(data["given"]["text"]).lower(),
            "json": to_json(data["given"]["items"]),
            "round": round(2.567, 1),
            "int": to_int("42"),
            "float": to_float("2.5"),
            "string": str(inputs.age),
            "last": last(data["given"]["items"]),
            "braces": "a {{ b }} c",
            "region": ctx.env["REGION"],
            "zone": ctx.env.get("ZONE", "none"),
            "score": inputs.score,
            "everything": plain(inputs),
        }
    )
