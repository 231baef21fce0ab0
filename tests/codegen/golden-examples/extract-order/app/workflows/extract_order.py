"""extract-order: Turns an e-mail into order lines as JSON."""

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import get

EXTRACT: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 800, "response_format": "json_object"}


class ExtractOrderInput(BaseModel):
    """What POST /orders/extract takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    text: str = Field(max_length=20000)


async def run(ctx: ExecutionContext, inputs: ExtractOrderInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    extract = await complete(
        ctx,
        {
            **EXTRACT,
            "messages": [
                {
                    "role": "system",
                    "content": (
                        'Read the e-mail and answer with a JSON object that has the fields "product", "quantity" and '
                        '"city".'
                    ),
                },
                {"role": "user", "content": inputs.text},
            ],
        },
        node="extract",
    )
    return Reply(
        {
            "order": extract["parsed"],
            "city": get(extract["parsed"], "city", default="unknown"),
            "tokens": extract["usage"]["total_tokens"],
        }
    )
