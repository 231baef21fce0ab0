"""live-chat: A conversation over a WebSocket: answers come word by word and can be stopped."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.llm.conversation import conversation
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import plain

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 500}


class LiveChatInputHistoryItem(BaseModel):
    """An object of the input: input history item."""

    model_config = ConfigDict(strict=True, extra="allow")
    role: Literal["user", "assistant"]
    content: str = Field(min_length=1)


class LiveChatInput(BaseModel):
    """What POST /live-chat takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str = Field(min_length=1, max_length=4000)
    history: list[LiveChatInputHistoryItem] = Field(default=[], validate_default=True)


async def run(ctx: ExecutionContext, inputs: LiveChatInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete(
        ctx,
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": "You chat, in few words."},
                *conversation(plain(inputs.history), "{{ input.history }}"),
                {"role": "user", "content": inputs.message},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
    )
    return Reply(answer["content"])
