"""Log probabilities in the answers of Chat Completions, streamed or whole."""

import msgspec
from msgspec.structs import replace

from app.llm.answer import ModelAnswer
from app.llm.apis.chat_completions.notes import with_note
from app.llm.lenient_json import lenient
from app.llm.logprobs import WireToken, token_logprobs
from app.llm.provider import Api


class _Logprobs(msgspec.Struct):
    content: list[WireToken | None] | None = None


class _Choice(msgspec.Struct):
    index: int | None = None
    logprobs: _Logprobs | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice | None] | None = None


_decode = msgspec.json.Decoder(_Answer).decode


def _note(payload: bytes, answer: ModelAnswer) -> None:
    try:
        choices = _decode(payload).choices
    except (ValueError, RecursionError):
        choices = lenient(payload, _Answer).choices
    first = choices[0] if choices else None
    if first is not None and not first.index and first.logprobs is not None:
        answer.logprobs += token_logprobs(first.logprobs.content)


def with_logprobs(api: Api) -> Api:
    """Chat Completions, where log probabilities can be asked for."""
    return replace(with_note(api, _note, wanted=lambda request: request.logprobs), logprobs=True)
