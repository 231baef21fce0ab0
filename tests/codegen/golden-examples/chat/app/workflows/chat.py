"""chat: Answers a message, token by token."""

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 500}


class ChatInput(BaseModel):
    """What POST /chat takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str = Field(min_length=1, max_length=4000)


async def run(ctx: ExecutionContext, inputs: ChatInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete(
        ctx,
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": "You answer briefly and plainly."},
                {"role": "user", "content": inputs.message},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
    )
    return Reply(answer["content"])
