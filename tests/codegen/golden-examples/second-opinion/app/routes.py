"""The routes of second-opinion, and the variables of the environment that they need."""

from fastapi import APIRouter, Request, Response

from app.runtime.server import respond
from app.workflows import second_opinion

router = APIRouter()
ENV: list[str] = []


@router.post("/weigh")
async def question(request: Request, inputs: second_opinion.SecondOpinionInput) -> Response:
    """Weighs a question from two sides at once and, when asked for a verdict, streams one."""
    return respond(request, second_opinion.run, inputs, workflow="second-opinion", stream="auto")
