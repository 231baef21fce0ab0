"""How the Chat Completions API is spoken, as far as it is about text; `calls` and `logprobs` are beside it."""

from app.llm.answer import ModelAnswer
from app.llm.apis.chat_completions.request import chat_request
from app.llm.apis.chat_completions.stream import ChatStream
from app.llm.provider import Api
from app.llm.request import ModelRequest


def _open_stream(request: ModelRequest, max_event_bytes: int) -> ChatStream:
    return ChatStream(
        ModelAnswer(request.model, show_reasoning=request.show_reasoning), max_event_bytes=max_event_bytes
    )


CHAT_COMPLETIONS = Api("chat", "/chat/completions", chat_request, _open_stream)
