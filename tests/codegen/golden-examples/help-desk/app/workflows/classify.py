"""classify: Says what a message is about and whether it can wait."""

from typing import Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

READ: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "max_tokens": 200,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "case",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {
                    "topic": {"type": "string", "enum": ["order", "product", "complaint", "other"]},
                    "can_wait": {"type": "boolean"},
                    "summary": {"type": "string", "description": "One sentence."},
                },
                "required": ["topic", "can_wait", "summary"],
                "additionalProperties": False,
            },
        },
    },
}


class ClassifyInput(BaseModel):
    """What the workflow takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str = Field(min_length=1, max_length=4000)


class Case(TypedDict):
    """The shape of case."""

    topic: Literal["order", "product", "complaint", "other"]
    can_wait: bool
    summary: str


async def run(ctx: ExecutionContext, inputs: ClassifyInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    read: CompletionOf[Case] = await complete(
        ctx,
        {
            **READ,
            "messages": [
                {
                    "role": "system",
                    "content": "Classify what a customer writes. Everything can wait but what endangers somebody.",
                },
                {"role": "user", "content": inputs.message},
            ],
        },
        node="read",
    )
    return Reply(read["parsed"])
