"""The routes of assistant, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import assistant, triage, two_drafts

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = ["REGION"]
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/assistant", operation_id="assistant")
async def ask(request: Request, inputs: assistant.AssistantInput) -> Response:
    """Streams always; the model may call two functions, or a third one in rounds."""
    return respond(request, assistant.run, inputs, workflow="assistant", stream="always")


@router.post("/triage", operation_id="triage")
async def ticket(request: Request, inputs: triage.TriageInput) -> Response:
    """Sorts a ticket by what a model reads in it, by limits, and by what a function says of the customer."""
    return respond(request, triage.run, inputs, workflow="triage", stream="auto")


@router.post("/drafts", operation_id="two_drafts")
async def ask_2(request: Request, inputs: two_drafts.TwoDraftsInput) -> Response:
    """Two models answer the same prompt at once; how long the answer was decides, which nobody knows before a run."""
    return respond(request, two_drafts.run, inputs, workflow="two-drafts", stream="auto")
