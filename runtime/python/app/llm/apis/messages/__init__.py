"""How Anthropic's Messages API is spoken."""

from app.llm.apis.messages.answer import BlocksAnswer
from app.llm.apis.messages.errors import code_of
from app.llm.apis.messages.request import messages_request
from app.llm.apis.messages.stream import MessagesStream
from app.llm.calls import call_ids
from app.llm.provider import Api
from app.llm.request import ModelRequest


def _open_stream(request: ModelRequest, max_event_bytes: int) -> MessagesStream:
    answer = BlocksAnswer(
        request.model,
        show_reasoning=request.show_reasoning,
        used_ids=call_ids(request.messages),
        server=request.server,
    )
    return MessagesStream(answer, max_event_bytes=max_event_bytes)


MESSAGES = Api("messages", "/v1/messages", messages_request, _open_stream, calls=True, code_of=code_of)
