"""shares: Shares its calls among two models, nine to one."""

from pydantic import BaseModel, ConfigDict

from app.llm.parts import ANTHROPIC, OPENAI
from app.llm.router.orders import as_written
from app.nodes.llm.anthropic import AnthropicConfig
from app.nodes.llm.openai import OpenAIConfig
from app.nodes.llm.router import Candidate, Router, complete_routed
from app.runtime.context import ExecutionContext, Reply

ANSWER_OPENAI = Candidate[OpenAIConfig](OPENAI, {"model": "gpt-5.4-mini"}, weight=9)
ANSWER_ANTHROPIC = Candidate[AnthropicConfig](ANTHROPIC, {"model": "claude-haiku-5-5", "max_tokens": 300}, weight=1)
ANSWER_ROUTER = Router(as_written)


class SharesInput(BaseModel):
    """What POST /share takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: SharesInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete_routed(
        ctx,
        ANSWER_ROUTER,
        [ANSWER_OPENAI, ANSWER_ANTHROPIC],
        {"messages": [{"role": "user", "content": inputs.message}]},
        node="answer",
        streamed=ctx.streaming,
    )
    return Reply(answer["content"])
