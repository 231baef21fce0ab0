"""Log probabilities in the answers of Chat Completions, streamed or whole."""

from dataclasses import replace

import msgspec

from app.llm.answer import ModelAnswer
from app.llm.apis.chat_completions.stream import ChatStream
from app.llm.lenient_json import lenient
from app.llm.logprobs import WireToken, token_logprobs
from app.llm.provider import Api
from app.llm.request import ModelRequest
from app.llm.stream import AnswerStream


class _Logprobs(msgspec.Struct):
    content: list[WireToken | None] | None = None


class _Choice(msgspec.Struct):
    index: int | None = None
    logprobs: _Logprobs | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice | None] | None = None


_decode = msgspec.json.Decoder(_Answer).decode


def note_logprobs(payload: bytes, answer: ModelAnswer) -> None:
    """Adds those of the content in a chunk or a whole answer."""
    try:
        choices = _decode(payload).choices
    except (ValueError, RecursionError):
        choices = lenient(payload, _Answer).choices
    first = choices[0] if choices else None
    if first is not None and not first.index and first.logprobs is not None:
        answer.logprobs += token_logprobs(first.logprobs.content)


def with_logprobs(api: Api) -> Api:
    """Chat Completions, where log probabilities can be asked for."""

    def open_stream(request: ModelRequest, max_event_bytes: int) -> AnswerStream:
        stream = api.open_stream(request, max_event_bytes)
        if request.logprobs and isinstance(stream, ChatStream):
            stream.note = note_logprobs
        return stream

    return replace(api, open_stream=open_stream, logprobs=True)
