"""The routes of help-desk, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import help_desk

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/help", operation_id="help_desk")
async def ask(request: Request, inputs: help_desk.HelpDeskInput) -> Response:
    """Sorts what customers write: hands urgent cases on, answers the rest and looks orders up for it."""
    return respond(request, help_desk.run, inputs, workflow="help-desk", stream="auto")
