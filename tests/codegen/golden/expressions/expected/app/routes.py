"""The routes of expressions, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import expressions, missing_values

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = ["REGION", "ZONE"]
SERVERS: list[Server[Any]] = []


@router.post("/expressions", operation_id="expressions")
async def start(request: Request, inputs: expressions.ExpressionsInput) -> Response:
    """Every kind of expression."""
    return respond(request, expressions.run, inputs, workflow="expressions", stream="auto")


@router.post("/missing-values", operation_id="missing_values")
async def start_2(request: Request, inputs: missing_values.MissingValuesInput) -> Response:
    """Expressions that read what is not there."""
    return respond(request, missing_values.run, inputs, workflow="missing-values", stream="auto")
