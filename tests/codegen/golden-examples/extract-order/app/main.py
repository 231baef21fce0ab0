"""extract-order as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import extract_order

app = create_app(title="extract-order", description="Turns an e-mail into order lines as JSON.", servers=[OPENAI])


@app.post("/orders/extract")
async def email(request: Request, input: extract_order.ExtractOrderInput) -> Response:
    """Turns an e-mail into order lines as JSON."""
    return respond(request, extract_order.run, input, workflow="extract-order", stream="never")
