"""pushed-and-kept: Keeps what it hears of pushes."""

from pydantic import BaseModel, ConfigDict

from app.durable.steps import DurableStep
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

NOTE: OpenAIConfig = {"model": "gpt-5.4-mini"}
NOTE_STEP = DurableStep("note")


class PushedAndKeptInput(BaseModel):
    """What POST /durable/github takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    ref: str


async def run(ctx: ExecutionContext, inputs: PushedAndKeptInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    note = await NOTE_STEP.run(
        complete, ctx, {**NOTE, "messages": [{"role": "user", "content": f"What is {inputs.ref}?"}]}, node="note"
    )
    return Reply({"by": ctx.caller["name"], "note": note["content"]})
