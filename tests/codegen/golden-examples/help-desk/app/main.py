"""help-desk as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import help_desk

app = create_app(
    title="help-desk",
    description="Sorts what customers write: hands urgent cases on, answers the rest and looks orders up for it.",
    servers=[OPENAI],
)


@app.post("/help")
async def ask(request: Request, input: help_desk.HelpDeskInput) -> Response:
    """Sorts what customers write: hands urgent cases on, answers the rest and looks orders up for it."""
    return respond(request, help_desk.run, input, workflow="help-desk", stream="auto")
