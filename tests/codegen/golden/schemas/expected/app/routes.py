"""The routes of from-pydantic, the variables of the environment that they need, and the servers that they ask."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import from_pydantic, from_zod, query, told

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/from-pydantic", operation_id="from_pydantic")
async def ask(request: Request, inputs: from_pydantic.FromPydanticInput) -> Response:
    """An input whose schema Pydantic wrote."""
    return respond(request, from_pydantic.run, inputs, workflow="from-pydantic", stream="auto")


@router.post("/from-zod", operation_id="from_zod")
async def ask_2(request: Request, inputs: from_zod.FromZodInput) -> Response:
    """An input of two kinds whose schema Zod wrote."""
    return respond(request, from_zod.run, inputs, workflow="from-zod", stream="auto")


@router.get("/query", operation_id="query")
@router.head("/query", include_in_schema=False)
async def ask_3(request: Request, inputs: Annotated[query.QueryInput, Query()]) -> Response:
    """A query with a rule between its names."""
    return respond(request, query.run, inputs, workflow="query", stream="auto")


@router.post("/told", operation_id="told")
async def ask_4(request: Request, inputs: told.ToldInput) -> Response:
    """Answers and a tool with schemas as tools write them."""
    return respond(request, told.run, inputs, workflow="told", stream="auto")
