"""The routes of mcp-tools, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.mcp_client.server import McpSessions
from app.runtime.bodies import JsonRoute
from app.runtime.context import Asked
from app.runtime.needed_secrets import NeededSecret
from app.runtime.server import respond
from app.workflows import mcp_tools

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Asked] = [OPENAI, McpSessions, NeededSecret("MCP_DOCS_URL")]


@router.post("/handbook", operation_id="mcp_tools")
async def request_2(request: Request, inputs: mcp_tools.McpToolsInput) -> Response:
    """Answers from the handbook, which an MCP server holds."""
    return respond(request, mcp_tools.run, inputs, workflow="mcp-tools", stream="auto")
