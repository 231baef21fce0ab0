"""model-router: Answers short questions with a fast model, long ones with a better one, and with a third when both are down."""

from pydantic import BaseModel, ConfigDict, Field

from app.llm.parts import ANTHROPIC, GROQ, OPENAI
from app.llm.router.orders import as_written
from app.llm.types import RequestConfig
from app.nodes.llm.anthropic import AnthropicConfig
from app.nodes.llm.groq import GroqConfig
from app.nodes.llm.openai import OpenAIConfig
from app.nodes.llm.router import Candidate, Router, complete_routed
from app.runtime.context import ExecutionContext, Reply

ANSWER_GROQ = Candidate[GroqConfig](GROQ, {"model": "openai/gpt-oss-20b", "temperature": 0}, reason="condition 1")
ANSWER_OPENAI = Candidate[OpenAIConfig](OPENAI, {"model": "gpt-5.4-mini"})
ANSWER_ANTHROPIC = Candidate[AnthropicConfig](ANTHROPIC, {"model": "claude-sonnet-5-5"})
ANSWER_ROUTER = Router(as_written, restarts=True)
ANSWER: RequestConfig = {"max_tokens": 500}


class ModelRouterInput(BaseModel):
    """What POST /ask takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str = Field(max_length=4000)
    user: str = "anyone"


async def run(ctx: ExecutionContext, inputs: ModelRouterInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete_routed(
        ctx,
        ANSWER_ROUTER,
        [ANSWER_GROQ if len(inputs.message) < 500 else None, ANSWER_OPENAI],
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": "Answer in a few sentences."},
                {"role": "user", "content": inputs.message},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
        fallback=ANSWER_ANTHROPIC,
    )
    return Reply(answer["content"])
