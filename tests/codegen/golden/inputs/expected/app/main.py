"""inputs as an HTTP service."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.runtime.server import create_app, respond
from app.workflows import inputs, search

app = create_app(title="inputs")


@app.put("/inputs")
async def start(request: Request, input: inputs.InputsInput) -> Response:
    """Every kind of input."""
    return respond(request, inputs.run, input, workflow="inputs", stream="never")


@app.get("/search")
async def start_2(request: Request, input: Annotated[search.SearchInput, Query()]) -> Response:
    """An input from the query."""
    return respond(request, search.run, input, workflow="search", stream="auto")
