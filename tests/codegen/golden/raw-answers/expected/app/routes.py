"""The routes of raw-answers, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import raw_answers

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = []


@router.post("/raw-answers", operation_id="raw_answers")
async def start(request: Request, inputs: raw_answers.RawAnswersInput) -> Response:
    """Answers that are no envelope."""
    return respond(
        request,
        raw_answers.run,
        inputs,
        workflow="raw-answers",
        stream="auto",
        kinds=["application/json", "text/html", "*/*", "text/csv", "text/plain"],
    )
