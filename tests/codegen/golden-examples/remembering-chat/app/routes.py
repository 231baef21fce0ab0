"""The routes of remembering-chat, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.outside.conversations import ConversationStore
from app.runtime.bodies import JsonRoute
from app.runtime.context import Asked
from app.runtime.server import respond
from app.workflows import remembering_chat

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Asked] = [OPENAI, ConversationStore]


@router.post("/talk", operation_id="remembering_chat")
async def request_2(request: Request, inputs: remembering_chat.RememberingChatInput) -> Response:
    """Chats, and remembers what was said in a session; what gets too long is summarised."""
    return respond(request, remembering_chat.run, inputs, workflow="remembering-chat", stream="auto")
