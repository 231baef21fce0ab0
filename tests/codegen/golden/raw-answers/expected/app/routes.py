"""The routes of bare-text, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.runtime.text_streams import text_stream
from app.workflows import bare_text, raw_answers

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = ["RAW_REPORTS"]
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/bare-text", operation_id="bare_text")
async def start(request: Request, inputs: bare_text.BareTextInput) -> Response:
    """The text of a model as it comes."""
    return respond(
        request,
        bare_text.run,
        inputs,
        workflow="bare-text",
        stream="auto",
        kinds=("text/markdown",),
        whole=text_stream("text/markdown; charset=utf-8"),
    )


@router.post("/raw-answers", operation_id="raw_answers")
async def start_2(request: Request, inputs: raw_answers.RawAnswersInput) -> Response:
    """Answers that are no envelope."""
    return respond(
        request,
        raw_answers.run,
        inputs,
        workflow="raw-answers",
        stream="auto",
        kinds=("application/json", "text/html", "*/*", "text/csv", "application/pdf", "text/plain"),
    )
