"""summary-tool: Sums a text up in so many sentences."""

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 600}


class SummaryToolInput(BaseModel):
    """What POST /summary takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    text: str = Field(min_length=1, max_length=20000)
    sentences: int = Field(default=2, ge=1, le=10)


async def run(ctx: ExecutionContext, inputs: SummaryToolInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete(
        ctx,
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": f"You sum texts up in {inputs.sentences} sentences."},
                {"role": "user", "content": inputs.text},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
    )
    return Reply({"summary": answer["content"], "sentences": inputs.sentences})
