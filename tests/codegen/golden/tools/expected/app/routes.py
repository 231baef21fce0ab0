"""The routes of tools, and the variables of the environment that they need."""

from fastapi import APIRouter, Request, Response

from app.runtime.server import respond
from app.workflows import tools

router = APIRouter()
ENV: list[str] = []


@router.post("/tools")
async def start(request: Request, inputs: tools.ToolsInput) -> Response:
    """A model that calls the tools it needs, in rounds."""
    return respond(request, tools.run, inputs, workflow="tools", stream="auto")
