"""support-chat as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import support_chat

app = create_app(
    title="support-chat",
    description="Answers a customer; looks an order up when asked about one.",
    env=["SUPPORT_REGION"],
    servers=[OPENAI],
)


@app.post("/chat")
async def ask(request: Request, input: support_chat.SupportChatInput) -> Response:
    """Answers a customer; looks an order up when asked about one."""
    return respond(request, support_chat.run, input, workflow="support-chat", stream="auto")
