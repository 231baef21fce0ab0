"""The routes of reading-aid, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.mcp_client.server import McpSessions
from app.runtime.bodies import JsonRoute
from app.runtime.context import Asked
from app.runtime.needed_secrets import NeededSecret
from app.runtime.server import respond
from app.workflows import reading_aid

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Asked] = [OPENAI, McpSessions, NeededSecret("MCP_SUMMARIES_URL")]


@router.post("/reading-aid", operation_id="reading_aid")
async def ask(request: Request, inputs: reading_aid.ReadingAidInput) -> Response:
    """Answers questions about a text; its model may have it summed up by a tool of an MCP server."""
    return respond(request, reading_aid.run, inputs, workflow="reading-aid", stream="auto")
