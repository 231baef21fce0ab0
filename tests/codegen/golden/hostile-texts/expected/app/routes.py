"""The routes of hostile-texts, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import hostile_texts

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/hostile-texts", operation_id="hostile_texts")
async def class_(request: Request, inputs: hostile_texts.HostileTextsInput) -> Response:
    "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"
    return respond(request, hostile_texts.run, inputs, workflow="hostile-texts", stream="auto")
