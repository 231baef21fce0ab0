"""The routes of extract-order, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import extract_order

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/orders/extract", operation_id="extract_order")
async def email(request: Request, inputs: extract_order.ExtractOrderInput) -> Response:
    """Turns an e-mail into order lines as JSON."""
    return respond(request, extract_order.run, inputs, workflow="extract-order", stream="never")
