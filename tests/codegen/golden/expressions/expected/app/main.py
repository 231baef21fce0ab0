"""expressions as an HTTP service."""

from fastapi import Request, Response

from app.runtime.server import create_app, respond
from app.workflows import expressions, missing_values

app = create_app(title="expressions", env=["REGION", "ZONE"])


@app.post("/expressions")
async def start(request: Request, input: expressions.ExpressionsInput) -> Response:
    """Every kind of expression."""
    return respond(request, expressions.run, input, workflow="expressions", stream="auto")


@app.post("/missing-values")
async def start_2(request: Request, input: missing_values.MissingValuesInput) -> Response:
    """Expressions that read what is not there."""
    return respond(request, missing_values.run, input, workflow="missing-values", stream="auto")
