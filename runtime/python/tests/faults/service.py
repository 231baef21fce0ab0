"""A service that asks whatever a test wants to ask, and what upstream sends when all is well."""

from typing import Any

from fastapi import Request, Response
from pydantic import BaseModel

from app.llm.parts import ANTHROPIC, OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.anthropic import AnthropicConfig, complete_anthropic
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app, respond
from tests.upstream import CONFIG


class Input(BaseModel):
    """`config` is added to that of the node; with `tools` the model may call `get_order`."""

    config: dict[str, Any] = {}
    tools: bool = False


def get_order(number: str) -> str:
    """Finds an order by its number."""
    return f"Order {number} is on its way."


async def ask(ctx: ExecutionContext, inputs: Input) -> Reply:
    if inputs.config.get("api") == "messages":
        return await ask_claude(ctx, inputs)
    config: OpenAIConfig = {**CONFIG, **inputs.config}  # pyright: ignore[reportAssignmentType]
    if inputs.tools:
        tools = [Tool.of(get_order, node="get_order")]
        return Reply(await complete_with_tools(ctx, OPENAI, config, node="answer", tools=tools, streamed=ctx.streaming))
    return Reply(await complete(ctx, config, node="answer", streamed=ctx.streaming))


async def ask_claude(ctx: ExecutionContext, inputs: Input) -> Reply:
    config: AnthropicConfig = {**CONFIG, "model": "claude-opus-4-8", **inputs.config}  # pyright: ignore[reportAssignmentType]
    if inputs.tools:
        tools = [Tool.of(get_order, node="get_order")]
        streamed = ctx.streaming
        return Reply(await complete_with_tools(ctx, ANTHROPIC, config, node="answer", tools=tools, streamed=streamed))
    return Reply(await complete_anthropic(ctx, config, node="answer", streamed=ctx.streaming))


app = create_app(title="faults", servers=[OPENAI, ANTHROPIC])


async def endpoint(request: Request, inputs: Input) -> Response:
    return respond(request, ask, inputs, workflow="faults")


app.add_api_route("/ask", endpoint, methods=["POST"])
