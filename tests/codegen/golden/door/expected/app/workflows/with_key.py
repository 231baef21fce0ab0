"""with-key: Answers callers who have a key, and counts what they use."""

from pydantic import BaseModel, ConfigDict

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini"}


class WithKeyInput(BaseModel):
    """What POST /door/key takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: WithKeyInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete(ctx, {**ANSWER, "messages": [{"role": "user", "content": inputs.message}]}, node="answer")
    return Reply({"caller": ctx.caller["name"], "scopes": ctx.caller["scopes"], "answer": answer["content"]})
