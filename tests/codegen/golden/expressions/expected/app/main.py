"""expressions as an HTTP service."""

from fastapi import Request, Response

from app.runtime.server import create_app, respond
from app.workflows import expressions

app = create_app(title="expressions", description="Every kind of expression.", env=["REGION", "ZONE"])


@app.post("/expressions")
async def start(request: Request, input: expressions.Input) -> Response:
    """Every kind of expression."""
    return respond(request, expressions.run, input, workflow="expressions", stream="auto")
