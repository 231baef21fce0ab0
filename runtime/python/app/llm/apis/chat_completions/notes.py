"""What only some providers and requests want of the events of Chat Completions, read apart from the rest."""

from collections.abc import Callable

from msgspec.structs import replace

from app.llm.apis.chat_completions.stream import ChatStream, Note
from app.llm.provider import Api
from app.llm.request import ModelRequest
from app.llm.stream import AnswerStream


def with_note(api: Api, note: Note, *, wanted: Callable[[ModelRequest], bool] = lambda request: True) -> Api:
    """The API with something that reads every event, or an answer in one piece, of the requests that want it."""

    def open_stream(request: ModelRequest, max_event_bytes: int) -> AnswerStream:
        stream = api.open_stream(request, max_event_bytes)
        if isinstance(stream, ChatStream) and wanted(request):
            stream.notes += (note,)
        return stream

    return replace(api, open_stream=open_stream)
