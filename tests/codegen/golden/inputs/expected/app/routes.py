"""The routes of inputs, the variables of the environment that they need, and the servers that they ask."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import inputs_workflow, search

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = []


@router.put("/inputs", operation_id="inputs_workflow")
async def start(request: Request, inputs: inputs_workflow.InputsWorkflowInput) -> Response:
    """Every kind of input."""
    return respond(request, inputs_workflow.run, inputs, workflow="inputs", stream="never")


@router.get("/search", operation_id="search")
@router.head("/search", include_in_schema=False)
async def start_2(request: Request, inputs: Annotated[search.SearchInput, Query()]) -> Response:
    """An input from the query."""
    return respond(request, search.run, inputs, workflow="search", stream="auto")
