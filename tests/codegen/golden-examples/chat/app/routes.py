"""The routes of chat, and the variables of the environment that they need."""

from fastapi import APIRouter, Request, Response

from app.runtime.server import respond
from app.workflows import chat

router = APIRouter()
ENV: list[str] = []


@router.post("/chat")
async def ask(request: Request, inputs: chat.ChatInput) -> Response:
    """Answers a message, token by token."""
    return respond(request, chat.run, inputs, workflow="chat", stream="auto")
