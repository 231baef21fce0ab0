"""The routes of triage-list, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import triage_list

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/triage-list", operation_id="triage_list")
async def inbox(request: Request, inputs: triage_list.TriageListInput) -> Response:
    """Sorts a list of messages, several at a time, and drafts a reply to those that are urgent."""
    return respond(request, triage_list.run, inputs, workflow="triage-list", stream="auto")
