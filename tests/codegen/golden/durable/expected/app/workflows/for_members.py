"""for-members: Answers members, and counts what they use."""

from pydantic import BaseModel, ConfigDict

from app.durable.steps import DurableStep
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini"}
ANSWER_STEP = DurableStep("answer")


class ForMembersInput(BaseModel):
    """What POST /durable/members takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: ForMembersInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await ANSWER_STEP.run(
        complete, ctx, {**ANSWER, "messages": [{"role": "user", "content": inputs.message}]}, node="answer"
    )
    return Reply({"to": ctx.caller["name"], "answer": answer["content"]})
