"""The routes of escalate, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import escalate

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/escalate", operation_id="escalate")
async def request_2(request: Request, inputs: escalate.EscalateInput) -> Response:
    """Lets a cheap model answer, and asks a better one when the cheap one is not sure of its answer."""
    return respond(request, escalate.run, inputs, workflow="escalate", stream="auto")
