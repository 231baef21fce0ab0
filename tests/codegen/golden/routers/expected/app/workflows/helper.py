"""helper: Helps with orders; whichever model stands best may look one up or hand the customer over."""

from pydantic import BaseModel, ConfigDict, Field

from app.functions.get_order import get_order
from app.llm.parts import ANTHROPIC, AZURE_OPENAI, COMPATIBLE, OPENAI
from app.llm.router.hedging import Hedge
from app.llm.router.orders import balanced
from app.llm.router.tools import complete_routed_with_tools
from app.llm.tools import Tool
from app.llm.types import FunctionSpec, RequestConfig
from app.nodes.llm.anthropic import AnthropicConfig
from app.nodes.llm.azure import AzureConfig
from app.nodes.llm.compatible import CompatibleConfig
from app.nodes.llm.openai import OpenAIConfig
from app.nodes.llm.router import Candidate, Pace, Router
from app.runtime.context import ExecutionContext, Reply

HAND_OVER: FunctionSpec = {
    "name": "hand_over",
    "description": "Hands the customer over to a person.",
    "parameters": {"type": "object", "properties": {"reason": {"type": "string"}}, "required": ["reason"]},
}
HELP_OPENAI = Candidate[OpenAIConfig](
    OPENAI, {"model": "gpt-5.4-mini", "parallel_tool_calls": False}, quality=71, pace=Pace(700, 80)
)
HELP_ANTHROPIC = Candidate[AnthropicConfig](
    ANTHROPIC, {"model": "claude-haiku-5-5", "parallel_tool_calls": False}, quality=72, pace=Pace(400, 150)
)
HELP_GEMINI = Candidate[CompatibleConfig](COMPATIBLE["gemini"], {"model": "gemini-3.8-flash", "provider": "gemini"})
HELP_AZURE_OPENAI = Candidate[AzureConfig](
    AZURE_OPENAI,
    {"model": "our-gpt", "base_model": "gpt-5.4-mini", "parallel_tool_calls": False},
    quality=71,
    pace=Pace(700, 80),
)
GET_ORDER_TOOL = Tool.of(get_order, node="get_order")
HELP_ROUTER = Router(balanced, race=Hedge(2000))
HELP: RequestConfig = {"max_tokens": 400, "tools": [{"type": "function", "function": HAND_OVER}]}


class HelperInput(BaseModel):
    """What POST /helper takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str = Field(max_length=4000)
    user: str = "anyone"


async def run(ctx: ExecutionContext, inputs: HelperInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    help_ = await complete_routed_with_tools(
        ctx,
        HELP_ROUTER,
        [HELP_OPENAI, HELP_ANTHROPIC, HELP_GEMINI, HELP_AZURE_OPENAI],
        {**HELP, "messages": [{"role": "user", "content": inputs.message}]},
        node="help",
        one_call=True,
        streamed=ctx.streaming,
        sticky=inputs.user,
        tools=[GET_ORDER_TOOL],
        max_tool_rounds=8,
    )
    if call := help_["function_call"]:
        return Reply({"handedOver": call["arguments"]["reason"]})
    return Reply(help_["content"])
