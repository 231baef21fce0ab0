"""second-opinion as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import second_opinion

app = create_app(
    title="second-opinion",
    description="Weighs a question from two sides at once and, when asked for a verdict, streams one.",
    servers=[OPENAI],
)


@app.post("/weigh")
async def question(request: Request, input: second_opinion.SecondOpinionInput) -> Response:
    """Weighs a question from two sides at once and, when asked for a verdict, streams one."""
    return respond(request, second_opinion.run, input, workflow="second-opinion", stream="auto")
