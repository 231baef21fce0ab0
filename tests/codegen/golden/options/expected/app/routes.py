"""The routes of options, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.budget import Budget, limited
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import options

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = ["TENANT"]
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/options", operation_id="options")
async def start(request: Request, inputs: options.OptionsInput) -> Response:
    """Every option of the OpenAI node."""
    return respond(
        request,
        limited(options.run, Budget(max_cost_usd=0.5, max_tokens=100000)),
        inputs,
        workflow="options",
        stream="auto",
    )
