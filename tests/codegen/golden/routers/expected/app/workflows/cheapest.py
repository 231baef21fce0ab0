"""cheapest: Classifies a message with the cheapest model that can."""

from typing import TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.llm.parts import ANTHROPIC, GROQ, OPENAI
from app.llm.router.orders import by_cost
from app.llm.types import Message, RequestConfig
from app.nodes.llm.anthropic import AnthropicConfig
from app.nodes.llm.groq import GroqConfig
from app.nodes.llm.openai import OpenAIConfig
from app.nodes.llm.router import Candidate, RoutedCompletionOf, Router, complete_routed
from app.runtime.context import ExecutionContext, Reply

CLASSIFY_OPENAI = Candidate[OpenAIConfig](OPENAI, {"model": "gpt-5.4-mini", "reasoning_effort": "low"})
CLASSIFY_ANTHROPIC = Candidate[AnthropicConfig](ANTHROPIC, {"model": "claude-haiku-5-5"})
CLASSIFY_ROUTER = Router(by_cost)
CLASSIFY: RequestConfig = {
    "max_tokens": 200,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "topic",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"topic": {"type": "string"}, "urgent": {"type": "boolean"}},
                "required": ["topic", "urgent"],
                "additionalProperties": False,
            },
        },
    },
}


class CheapestInput(BaseModel):
    """What POST /classify takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    message: str = Field(max_length=4000)
    strictness: float = 0


class Topic(TypedDict):
    """The shape of topic."""

    topic: str
    urgent: bool


async def run(ctx: ExecutionContext, inputs: CheapestInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    prompt: list[Message] = [
        {"role": "system", "content": "Say what a message is about."},
        {"role": "user", "content": inputs.message},
    ]
    classify: RoutedCompletionOf[Topic] = await complete_routed(
        ctx,
        CLASSIFY_ROUTER,
        [
            CLASSIFY_OPENAI,
            CLASSIFY_ANTHROPIC,
            Candidate[GroqConfig](GROQ, {"model": "openai/gpt-oss-20b", "temperature": inputs.strictness})
            if inputs.strictness < 0.5
            else None,
        ],
        {**CLASSIFY, "messages": prompt},
        node="classify",
    )
    if classify["parsed"]["urgent"]:
        return Reply({"topic": classify["parsed"]["topic"], "by": classify["route"]["model"]})
    return Reply(classify["parsed"]["topic"], status=202)
