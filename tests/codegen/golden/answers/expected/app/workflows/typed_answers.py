"""typed-answers: What models answer in JSON, read with its types."""

from typing import Literal, NotRequired, TypedDict

from pydantic import BaseModel, ConfigDict

from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text, get

EXTRACT: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "order",
            "strict": True,
            "schema": {
                "type": "object",
                "description": "An order, read out of a text.",
                "properties": {
                    "customer": {
                        "type": "object",
                        "properties": {"name": {"type": "string"}, "e_mail": {"type": ["string", "null"]}},
                        "required": ["name", "e_mail"],
                        "additionalProperties": False,
                    },
                    "lines": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"product": {"type": "string"}, "count": {"type": "integer"}},
                            "required": ["product", "count"],
                            "additionalProperties": False,
                        },
                    },
                    "status": {"type": "string", "enum": ["new", "paid", "sent"]},
                    "total": {"type": "number"},
                    "ship_to": {
                        "anyOf": [
                            {
                                "type": "object",
                                "properties": {"city": {"type": "string"}},
                                "required": ["city"],
                                "additionalProperties": False,
                            },
                            {"type": "null"},
                        ]
                    },
                    "first-name": {"type": "string"},
                    "contact": {
                        "anyOf": [
                            {
                                "type": "object",
                                "properties": {"kind": {"const": "phone"}, "phone": {"type": "string"}},
                                "required": ["kind", "phone"],
                                "additionalProperties": False,
                            },
                            {
                                "type": "object",
                                "properties": {"kind": {"const": "mail"}, "mail": {"type": "string"}},
                                "required": ["kind", "mail"],
                                "additionalProperties": False,
                            },
                        ]
                    },
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "paid": {"type": "boolean"},
                },
                "required": [
                    "customer",
                    "lines",
                    "status",
                    "total",
                    "ship_to",
                    "first-name",
                    "contact",
                    "tags",
                    "paid",
                ],
                "additionalProperties": False,
            },
        },
    },
}
REVIEW: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "answer",
            "strict": False,
            "schema": {
                "type": "object",
                "properties": {
                    "text": {"type": "string"},
                    "note": {"type": "string"},
                    "mark": {"type": ["integer", "null"]},
                    "self": {"type": "object", "properties": {"str": {"type": "string"}, "int": {"type": "integer"}}},
                    "scores": {"type": "object", "additionalProperties": {"type": "number"}},
                    "author": {
                        "type": "object",
                        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
                        "required": ["name"],
                    },
                },
                "required": ["text"],
            },
        },
    },
}


class TypedAnswersInput(BaseModel):
    """What POST /typed-answers takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


class OrderCustomer(TypedDict):
    """The shape of order customer."""

    name: str
    e_mail: str | None


class OrderLinesItem(TypedDict):
    """The shape of order lines item."""

    product: str
    count: int


class OrderShipTo(TypedDict):
    """The shape of order ship to."""

    city: str


class OrderContact1(TypedDict):
    """The shape of order contact 1."""

    kind: Literal["phone"]
    phone: str


class OrderContact2(TypedDict):
    """The shape of order contact 2."""

    kind: Literal["mail"]
    mail: str


Order = TypedDict(
    "Order",
    {
        "customer": OrderCustomer,
        "lines": list[OrderLinesItem],
        "status": Literal["new", "paid", "sent"],
        "total": float,
        "ship_to": OrderShipTo | None,
        "first-name": str,
        "contact": OrderContact1 | OrderContact2,
        "tags": list[str],
        "paid": bool,
    },
)
ReviewSelf = TypedDict("ReviewSelf", {"str": NotRequired[str], "int": NotRequired[int]})


class ReviewAuthor(TypedDict):
    """The shape of review author."""

    name: str
    age: NotRequired[int]


class Review(TypedDict):
    """The shape of review."""

    text: str
    note: NotRequired[str]
    mark: NotRequired[int | None]
    self: NotRequired[ReviewSelf]
    scores: NotRequired[dict[str, float]]
    author: NotRequired[ReviewAuthor]


async def run(ctx: ExecutionContext, inputs: TypedAnswersInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    extract: CompletionOf[Order] = await complete(
        ctx, {**EXTRACT, "messages": [{"role": "user", "content": inputs.message}]}, node="extract"
    )
    if extract["parsed"]["paid"] and extract["parsed"]["total"] >= 10:
        return Reply({"status": extract["parsed"]["status"].upper()})
    review: CompletionOf[Review] = await complete(
        ctx,
        {
            **REVIEW,
            "messages": [
                {
                    "role": "user",
                    "content": f"Review {extract['parsed']['customer']['name']} ({as_text(extract['parsed']['customer']['e_mail'])})",
                }
            ],
        },
        node="review",
    )
    return Reply(
        {
            "name": extract["parsed"]["first-name"].strip(),
            "product": extract["parsed"]["lines"][0]["product"] if extract["parsed"]["lines"] else "nothing",
            "lines": len(extract["parsed"]["lines"]),
            "city": extract["parsed"]["ship_to"]["city"]
            if extract["parsed"]["ship_to"] is not None and "city" in extract["parsed"]["ship_to"]
            else "unknown",
            "kind": extract["parsed"]["contact"]["kind"],
            "phone": get(extract["parsed"]["contact"], "phone", default="none"),
            "tags": ", ".join(extract["parsed"]["tags"]),
            "text": review["parsed"]["text"].lower(),
            "note": review["parsed"].get("note", "-"),
            "mark": get(review["parsed"], "mark", default=0),
            "str": review["parsed"]["self"]["str"]
            if "self" in review["parsed"] and "str" in review["parsed"]["self"]
            else "",
            "score": review["parsed"]["scores"]["style"]
            if "scores" in review["parsed"] and "style" in review["parsed"]["scores"]
            else 0,
            "author": review["parsed"]["author"]["name"] if "author" in review["parsed"] else "nobody",
            "whole": extract["parsed"],
        }
    )
