"""The routes of tools, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import tools

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/tools", operation_id="tools")
async def start(request: Request, inputs: tools.ToolsInput) -> Response:
    """A model that calls the tools it needs, in rounds."""
    return respond(request, tools.run, inputs, workflow="tools", stream="auto")
