"""The routes of support-chat, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import support_chat

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = ["SUPPORT_REGION"]
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/chat", operation_id="support_chat")
async def ask(request: Request, inputs: support_chat.SupportChatInput) -> Response:
    """Answers a customer; looks an order up when asked about one."""
    return respond(request, support_chat.run, inputs, workflow="support-chat", stream="auto")
