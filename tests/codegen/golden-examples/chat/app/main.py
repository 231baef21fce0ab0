"""chat as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import chat

app = create_app(title="chat", description="Answers a message, token by token.", servers=[OPENAI])


@app.post("/chat")
async def ask(request: Request, input: chat.ChatInput) -> Response:
    """Answers a message, token by token."""
    return respond(request, chat.run, input, workflow="chat", stream="auto")
