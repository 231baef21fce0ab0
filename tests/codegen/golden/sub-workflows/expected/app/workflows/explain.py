"""explain: Explains something in words that anybody knows."""

from pydantic import BaseModel, ConfigDict

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

WORDS: OpenAIConfig = {"model": "gpt-5.4-mini"}


class ExplainInput(BaseModel):
    """What the workflow takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: ExplainInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    words = await complete(
        ctx,
        {**WORDS, "messages": [{"role": "user", "content": f"Explain: {inputs.message}"}]},
        node="words",
        streamed=ctx.streaming,
    )
    return Reply(words["content"])
