"""The routes of second-opinion, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import second_opinion

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/weigh", operation_id="second_opinion")
async def question(request: Request, inputs: second_opinion.SecondOpinionInput) -> Response:
    """Weighs a question from two sides at once and, when asked for a verdict, streams one."""
    return respond(request, second_opinion.run, inputs, workflow="second-opinion", stream="auto")
