"""routed: Has one of two models look things up, and keeps which one has begun to."""

from pydantic import BaseModel, ConfigDict

from app.durable.routed_tool_calls import complete_routed_with_tools
from app.durable.steps import DurableStep
from app.functions.lookup import lookup
from app.llm.parts import ANTHROPIC, OPENAI
from app.llm.router.orders import as_written
from app.llm.tools import Tool
from app.nodes.llm.anthropic import AnthropicConfig
from app.nodes.llm.openai import OpenAIConfig
from app.nodes.llm.router import Candidate, Router
from app.runtime.context import ExecutionContext, Reply

ROUTE_OPENAI = Candidate[OpenAIConfig](OPENAI, {"model": "gpt-5.4-mini"}, reason="condition 1")
ROUTE_ANTHROPIC = Candidate[AnthropicConfig](ANTHROPIC, {"model": "claude-haiku-5-5"})
LOOKUP_TOOL = Tool.of(lookup, node="lookup")
ROUTE_ROUTER = Router(as_written, restarts=True)
ROUTE_STEP = DurableStep("route", parts=True)


class RoutedInput(BaseModel):
    """What POST /routed takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    text: str


async def run(ctx: ExecutionContext, inputs: RoutedInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    route = await ROUTE_STEP.run(
        complete_routed_with_tools,
        ctx,
        ROUTE_ROUTER,
        [ROUTE_OPENAI if len(inputs.text) < 500 else None],
        {"messages": [{"role": "user", "content": inputs.text}]},
        node="route",
        streamed=ctx.streaming,
        fallback=ROUTE_ANTHROPIC,
        tools=[LOOKUP_TOOL],
        max_tool_rounds=3,
    )
    return Reply(route["content"])
