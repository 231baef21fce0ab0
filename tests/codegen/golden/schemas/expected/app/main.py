"""from-pydantic as an HTTP service."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.runtime.server import create_app, respond
from app.workflows import from_pydantic, from_zod, query, told

app = create_app(title="from-pydantic")


@app.post("/from-pydantic")
async def ask(request: Request, input: from_pydantic.FromPydanticInput) -> Response:
    """An input whose schema Pydantic wrote."""
    return respond(request, from_pydantic.run, input, workflow="from-pydantic", stream="auto")


@app.post("/from-zod")
async def ask_2(request: Request, input: from_zod.FromZodInput) -> Response:
    """An input of two kinds whose schema Zod wrote."""
    return respond(request, from_zod.run, input, workflow="from-zod", stream="auto")


@app.get("/query")
async def ask_3(request: Request, input: Annotated[query.QueryInput, Query()]) -> Response:
    """A query with a rule between its names."""
    return respond(request, query.run, input, workflow="query", stream="auto")


@app.post("/told")
async def ask_4(request: Request, input: told.ToldInput) -> Response:
    """Answers and a tool with schemas as tools write them."""
    return respond(request, told.run, input, workflow="told", stream="auto")
