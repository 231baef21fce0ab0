"""bare-text: The text of a model as it comes."""

from pydantic import BaseModel, ConfigDict

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.raw_answers import text_answer

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini"}


class BareTextInput(BaseModel):
    """What POST /bare-text takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    text: str


async def run(ctx: ExecutionContext, inputs: BareTextInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete(
        ctx, {**ANSWER, "messages": [{"role": "user", "content": inputs.text}]}, node="answer", streamed=ctx.streaming
    )
    return text_answer(answer["content"], content_type="text/markdown; charset=utf-8")
