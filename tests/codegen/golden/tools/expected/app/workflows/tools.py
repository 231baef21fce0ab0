"""tools: A model that calls the tools it needs, in rounds."""

from pydantic import BaseModel, ConfigDict

from app.functions.get_order import get_order
from app.functions.get_weather import get_weather
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.context import ExecutionContext, Reply

AGENT: OpenAIConfig = {"model": "gpt-4o"}
GET_ORDER_TOOL = Tool.of(get_order, node="get_order")
GET_WEATHER_TOOL = Tool.of(get_weather, node="get_weather")


class ToolsInput(BaseModel):
    """What POST /tools takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: ToolsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    agent = await complete_with_tools(
        ctx,
        OPENAI,
        {**AGENT, "messages": [{"role": "user", "content": inputs.message}]},
        node="agent",
        streamed=ctx.streaming,
        tools=[GET_ORDER_TOOL, GET_WEATHER_TOOL],
        max_tool_rounds=4,
    )
    return Reply(agent["content"])
