"""Log probabilities in the answers of Chat Completions, streamed or whole."""

import msgspec

from app.llm.apis.chat_completions.stream import ChatStream
from app.llm.lenient_json import lenient
from app.llm.logprobs import WireToken, token_logprobs
from app.llm.types import FunctionCallDelta, TokenLogprob


class _Logprobs(msgspec.Struct):
    content: list[WireToken | None] | None = None


class _Choice(msgspec.Struct):
    index: int | None = None
    logprobs: _Logprobs | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice | None] | None = None


_decode = msgspec.json.Decoder(_Answer).decode


def chat_logprobs(payload: bytes) -> list[TokenLogprob]:
    """Those of the content in a chunk or a whole answer; empty where there are none.

    Raises:
        msgspec.DecodeError: not JSON, or not an object.
    """
    try:
        choices = _decode(payload).choices
    except (ValueError, RecursionError):
        choices = lenient(payload, _Answer).choices
    first = choices[0] if choices else None
    if first is None or first.index or first.logprobs is None:
        return []
    return token_logprobs(first.logprobs.content)


class ChatStreamWithLogprobs(ChatStream):
    """As `ChatStream`, for a request that asks for log probabilities."""

    __slots__ = ()

    def _take_middle(self, name: bytes, payload: bytes, produced: list[str | FunctionCallDelta]) -> bool:
        """There is no short way here: every chunk is of interest whole."""
        return False

    def _take(self, name: bytes, payload: bytes, produced: list[str | FunctionCallDelta]) -> None:
        super()._take(name, payload, produced)
        self.answer.logprobs += chat_logprobs(payload)
