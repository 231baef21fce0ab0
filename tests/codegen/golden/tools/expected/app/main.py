"""tools as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import tools

app = create_app(title="tools", description="A model that calls the tools it needs, in rounds.", servers=[OPENAI])


@app.post("/tools")
async def start(request: Request, input: tools.ToolsInput) -> Response:
    """A model that calls the tools it needs, in rounds."""
    return respond(request, tools.run, input, workflow="tools", stream="auto")
