"""The routes of cheapest, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import ANTHROPIC, AZURE_OPENAI, COMPATIBLE, GROQ, OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import cheapest, helper, lines, shares

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI, ANTHROPIC, GROQ, COMPATIBLE["gemini"], AZURE_OPENAI]


@router.post("/classify", operation_id="cheapest")
async def ask(request: Request, inputs: cheapest.CheapestInput) -> Response:
    """Classifies a message with the cheapest model that can."""
    return respond(request, cheapest.run, inputs, workflow="cheapest", stream="auto")


@router.post("/helper", operation_id="helper")
async def ask_2(request: Request, inputs: helper.HelperInput) -> Response:
    """Helps with orders; whichever model stands best may look one up or hand the customer over."""
    return respond(request, helper.run, inputs, workflow="helper", stream="auto")


@router.post("/lines", operation_id="lines")
async def ask_3(request: Request, inputs: lines.LinesInput) -> Response:
    """Puts lines into other words, one after the other."""
    return respond(request, lines.run, inputs, workflow="lines", stream="auto")


@router.post("/share", operation_id="shares")
async def ask_4(request: Request, inputs: shares.SharesInput) -> Response:
    """Shares its calls among two models, nine to one."""
    return respond(request, shares.run, inputs, workflow="shares", stream="always")
