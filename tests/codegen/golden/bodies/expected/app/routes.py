"""The routes of ping, the variables of the environment that they need, and the servers that they ask."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response

from app.llm.parts import OPENAI
from app.runtime.context import Server
from app.runtime.forms import FormRoute
from app.runtime.server import respond
from app.workflows import ping, receipt, sign_up

router = APIRouter(route_class=FormRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/ping", operation_id="ping")
async def asked(request: Request, inputs: Annotated[ping.PingInput, Query()]) -> Response:
    """Takes a query although it is asked with POST."""
    return respond(request, ping.run, inputs, workflow="ping", stream="never", kinds=("text/plain",))


@router.post("/receipts", operation_id="receipt")
async def sent(request: Request, inputs: Annotated[receipt.ReceiptInput, Form()]) -> Response:
    """Takes files beside the fields of a form."""
    return respond(request, receipt.run, inputs, workflow="receipt", stream="auto")


@router.post("/sign-up", operation_id="sign_up")
async def form(request: Request, inputs: Annotated[sign_up.SignUpInput, Form()]) -> Response:
    """Takes a form as a page sends it, and leads on."""
    return respond(request, sign_up.run, inputs, workflow="sign-up", stream="never", kinds=("text/html",))
