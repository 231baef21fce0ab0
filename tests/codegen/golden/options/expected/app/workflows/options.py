"""options: Every option of the OpenAI node."""

from typing import TypedDict

from pydantic import BaseModel, ConfigDict

from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

DESCRIBE: OpenAIConfig = {
    "model": "gpt-4o",
    "temperature": 0.2,
    "top_p": 0.9,
    "stop": ["END", "STOP"],
    "seed": 7,
    "presence_penalty": 0.5,
    "frequency_penalty": -0.5,
    "logprobs": True,
    "top_logprobs": 2,
    "logit_bias": {"50256": -100},
    "service_tier": "default",
    "store": False,
    "prompt_cache_key": "options",
    "timeout": {"connect": 5, "first_byte": 30, "idle": 20, "total": 90},
    "max_retries": 1,
}
EXTRACT: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "safety_identifier": "user-1",
    "reasoning_effort": "low",
    "show_reasoning": True,
    "verbosity": "low",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "person",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "age": {"type": ["integer", "null"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["name", "age", "tags"],
                "additionalProperties": False,
            },
        },
    },
    "timeout": 60,
    "extra_body": {"modalities": ["text"]},
}


class OptionsInput(BaseModel):
    """What POST /options takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str
    image: str = "https://example.com/cat.png"
    limit: int = 200


class Person(TypedDict):
    """The shape of person."""

    name: str
    age: int | None
    tags: list[str]


async def run(ctx: ExecutionContext, inputs: OptionsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    describe = await complete(
        ctx,
        {
            **DESCRIBE,
            "max_tokens": inputs.limit,
            "user": ctx.env["TENANT"],
            "metadata": {"tenant": ctx.env["TENANT"], "purpose": "test"},
            "messages": [
                {"role": "developer", "content": "You look closely."},
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": inputs.message},
                        {"type": "image_url", "image_url": {"url": inputs.image, "detail": "low"}},
                    ],
                    "name": "visitor",
                },
                {"role": "assistant", "content": "Let me see."},
            ],
        },
        node="describe",
    )
    extract: CompletionOf[Person] = await complete(
        ctx,
        {
            **EXTRACT,
            "messages": [
                {"role": "system", "content": "Extract the person."},
                {"role": "user", "content": describe["content"]},
            ],
        },
        node="extract",
    )
    return Reply(
        {
            "name": extract["parsed"]["name"],
            "age": extract["parsed"]["age"],
            "first": extract["parsed"]["tags"][0] if extract["parsed"]["tags"] else "none",
            "cost": extract["cost_usd"],
        }
    )
