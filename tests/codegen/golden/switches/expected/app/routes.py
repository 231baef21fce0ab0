"""The routes of meeting, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import meeting, once, together, ways

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = []


@router.post("/meeting", operation_id="meeting")
async def start(request: Request, inputs: meeting.MeetingInput) -> Response:
    """Some ways of a switch meet again, and one leads nowhere."""
    return respond(request, meeting.run, inputs, workflow="meeting", stream="auto")


@router.post("/once", operation_id="once")
async def ask(request: Request, inputs: once.OnceInput) -> Response:
    """Runs the workflow once."""
    return respond(request, once.run, inputs, workflow="once", stream="auto")


@router.post("/together", operation_id="together")
async def start_2(request: Request, inputs: together.TogetherInput) -> Response:
    """Neighbouring ways of a switch lead to one step, the last ones to another."""
    return respond(request, together.run, inputs, workflow="together", stream="auto")


@router.post("/ways", operation_id="ways")
async def start_3(request: Request, inputs: ways.WaysInput) -> Response:
    """Every way of a switch leads somewhere else."""
    return respond(request, ways.run, inputs, workflow="ways", stream="auto")
