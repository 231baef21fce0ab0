"""order-tool: A model that may look orders up."""

from pydantic import BaseModel, ConfigDict

from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.budget import Budget, limited
from app.runtime.context import ExecutionContext, Reply
from app.runtime.sub_workflow import SubWorkflow
from app.workflows import find_order

ANSWER: OpenAIConfig = {"model": "gpt-4o", "parallel_tool_calls": False}
FIND_ORDER = SubWorkflow("find-order", limited(find_order.run, Budget(max_tokens=50000)), find_order.FindOrderInput)
LOOKUP_TOOL = Tool(
    "find_order",
    "Finds an order by its number.",
    {
        "type": "object",
        "properties": {
            "number": {"type": "string", "examples": ["A-1042"], "pattern": "^[A-Z]-[0-9]+$"},
            "detail": {"type": "string", "default": "short", "enum": ["short", "full"]},
            "customer": {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
        },
        "required": ["number"],
    },
    FIND_ORDER.call_as_tool,
    node="lookup",
)


class OrderToolInput(BaseModel):
    """What POST /order-tool takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str
    number: str = "A-1042"


async def run(ctx: ExecutionContext, inputs: OrderToolInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete_with_tools(
        ctx,
        OPENAI,
        {**ANSWER, "messages": [{"role": "user", "content": inputs.message}]},
        node="answer",
        streamed=ctx.streaming,
        tools=[LOOKUP_TOOL],
        max_tool_rounds=3,
    )
    return Reply(answer["content"])
