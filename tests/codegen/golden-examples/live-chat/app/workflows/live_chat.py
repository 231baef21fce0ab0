"""live-chat: A conversation over a WebSocket: answers come word by word and can be stopped."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.llm.conversation import conversation
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 500}


class LiveChatInput(BaseModel):
    """What POST /live-chat takes."""

    model_config = ConfigDict(strict=True)
    message: str = Field(min_length=1, max_length=4000)
    history: list[dict[str, Any]] = []


async def run(ctx: ExecutionContext, inputs: LiveChatInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete(
        ctx,
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": "You chat, in few words."},
                *conversation(inputs.history, "{{ input.history }}"),
                {"role": "user", "content": inputs.message},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
    )
    return Reply(answer["content"])
