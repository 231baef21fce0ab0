"""The routes of live-chat, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.websocket.endpoint import Memory, WebSocketEndpoint
from app.workflows import live_chat

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
TALK_SOCKET = WebSocketEndpoint(
    workflow="live-chat",
    run=live_chat.run,
    input_model=live_chat.LiveChatInput,
    max_runs=8,
    memory=Memory("message", "history", 20),
)
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/live-chat", operation_id="live_chat")
async def talk(request: Request, inputs: live_chat.LiveChatInput) -> Response:
    """A conversation over a WebSocket: answers come word by word and can be stopped."""
    return respond(request, live_chat.run, inputs, workflow="live-chat", stream="auto")


router.add_websocket_route("/live-chat", TALK_SOCKET.serve)
