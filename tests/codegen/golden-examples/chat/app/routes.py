"""The routes of chat, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import chat

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/chat", operation_id="chat")
async def ask(request: Request, inputs: chat.ChatInput) -> Response:
    """Answers a message, token by token."""
    return respond(request, chat.run, inputs, workflow="chat", stream="auto")
