"""two-drafts: Two models answer the same prompt at once; how long the answer was decides, which nobody knows before a run."""

import asyncio

from pydantic import BaseModel, ConfigDict

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

ONE: OpenAIConfig = {"model": "gpt-5.4-mini"}
TWO: OpenAIConfig = {"model": "gpt-4-turbo"}


class TwoDraftsInput(BaseModel):
    """What POST /drafts takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    topic: str


async def run(ctx: ExecutionContext, inputs: TwoDraftsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    async with asyncio.TaskGroup() as tasks:
        one_task = tasks.create_task(
            complete(ctx, {**ONE, "messages": [{"role": "user", "content": inputs.topic}]}, node="one")
        )
        two_task = tasks.create_task(
            complete(ctx, {**TWO, "messages": [{"role": "user", "content": inputs.topic}]}, node="two")
        )
    one = one_task.result()
    two = two_task.result()
    if one["usage"]["completion_tokens"] > 50:
        return Reply(one["content"])
    return Reply([one["content"], two["content"]])
