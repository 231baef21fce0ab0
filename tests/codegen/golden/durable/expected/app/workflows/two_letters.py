"""two-letters: Writes a letter, waits for days, and writes another."""

from pydantic import BaseModel, ConfigDict

from app.durable import ambient
from app.durable.steps import DurableStep
from app.durable.times import delay
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

FIRST: OpenAIConfig = {"model": "gpt-5.4-mini"}
FIRST_STEP = DurableStep("first")
SECOND: OpenAIConfig = {"model": "gpt-5.4-mini"}
SECOND_STEP = DurableStep("second")


class TwoLettersInput(BaseModel):
    """What POST /two-letters takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    to: str


async def run(ctx: ExecutionContext, inputs: TwoLettersInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    first_result = await FIRST_STEP.run(
        complete, ctx, {**FIRST, "messages": [{"role": "user", "content": f"Write to {inputs.to}."}]}, node="first"
    )
    await delay(ctx, "wait", 0.01)
    second = await SECOND_STEP.run(
        complete,
        ctx,
        {**SECOND, "messages": [{"role": "user", "content": f"Remind {inputs.to} of: {first_result['content']}"}]},
        node="second",
    )
    return Reply({"letters": [first_result["content"], second["content"]], "at": ambient.now()})
