"""mcp-tools: Answers from the handbook, which an MCP server holds."""

from pydantic import BaseModel, ConfigDict

from app.functions.today import today
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.mcp_client.server import McpServer
from app.nodes.llm.openai import OpenAIConfig
from app.runtime.context import ExecutionContext, Reply

ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 500}
TODAY_TOOL = Tool.of(today, node="today")
DOCS_MCP = McpServer("docs")
ANSWER_DOCS_READ_PAGE_TOOL = DOCS_MCP.tool(
    "read.page",
    offered_as="docs_read_page",
    description='Reads a page, "as it is".\n"""',
    takes={
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {"names": {"type": "array"}, "page": {"minimum": 1, "type": "integer"}},
        "required": ["page"],
        "type": "object",
    },
    shown={
        "type": "object",
        "properties": {"names": {"type": "array", "items": {}}, "page": {"type": "integer", "minimum": 1}},
        "required": ["page"],
        "$schema": "https://json-schema.org/draft/2020-12/schema",
    },
    node="answer",
)
ANSWER_DOCS_SEARCH_TOOL = DOCS_MCP.tool(
    "search",
    offered_as="docs_search",
    description="Searches the handbook.",
    takes={
        "type": "object",
        "properties": {"limit": {"type": "integer", "default": 3}, "query": {"type": "string"}},
        "required": ["query"],
    },
    node="answer",
)


class McpToolsInput(BaseModel):
    """What POST /handbook takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    question: str


async def run(ctx: ExecutionContext, inputs: McpToolsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    answer = await complete_with_tools(
        ctx,
        OPENAI,
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": "You answer questions about how we work, from the handbook."},
                {"role": "user", "content": inputs.question},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
        tools=[TODAY_TOOL, ANSWER_DOCS_READ_PAGE_TOOL, ANSWER_DOCS_SEARCH_TOOL],
        max_tool_rounds=8,
    )
    return Reply(answer["content"])
