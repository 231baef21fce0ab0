"""The routes of support-chat, and the variables of the environment that they need."""

from fastapi import APIRouter, Request, Response

from app.runtime.server import respond
from app.workflows import support_chat

router = APIRouter()
ENV: list[str] = ["SUPPORT_REGION"]


@router.post("/chat")
async def ask(request: Request, inputs: support_chat.SupportChatInput) -> Response:
    """Answers a customer; looks an order up when asked about one."""
    return respond(request, support_chat.run, inputs, workflow="support-chat", stream="auto")
