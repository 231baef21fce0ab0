"""The routes of extract-order, and the variables of the environment that they need."""

from fastapi import APIRouter, Request, Response

from app.runtime.server import respond
from app.workflows import extract_order

router = APIRouter()
ENV: list[str] = []


@router.post("/orders/extract")
async def email(request: Request, inputs: extract_order.ExtractOrderInput) -> Response:
    """Turns an e-mail into order lines as JSON."""
    return respond(request, extract_order.run, inputs, workflow="extract-order", stream="never")
