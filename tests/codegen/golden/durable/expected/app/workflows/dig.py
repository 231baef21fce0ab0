"""dig: Digs for a topic."""

from pydantic import BaseModel, ConfigDict

from app.durable.steps import DurableStep
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

FOUND: OpenAIConfig = {"model": "gpt-5.4-mini"}
FOUND_STEP = DurableStep("found")


class DigInput(BaseModel):
    """What the workflow takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    topic: str


async def run(ctx: ExecutionContext, inputs: DigInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    found = await FOUND_STEP.run(
        complete, ctx, {**FOUND, "messages": [{"role": "user", "content": f"Dig for {inputs.topic}."}]}, node="found"
    )
    return Reply(found["content"])
