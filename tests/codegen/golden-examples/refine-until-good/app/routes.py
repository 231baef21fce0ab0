"""The routes of refine-until-good, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import refine_until_good

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/refine", operation_id="refine_until_good")
async def request_2(request: Request, inputs: refine_until_good.RefineUntilGoodInput) -> Response:
    """Rewrites a draft until an editor finds it good, three times at most, and streams the versions."""
    return respond(request, refine_until_good.run, inputs, workflow="refine-until-good", stream="auto")
