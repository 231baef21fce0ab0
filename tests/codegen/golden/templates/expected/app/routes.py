"""The routes of mails, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import mails

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/mails", operation_id="mails")
async def start(request: Request, inputs: mails.MailsInput) -> Response:
    """Blocks and functions in texts."""
    return respond(request, mails.run, inputs, workflow="mails", stream="auto")
