"""The decoders and encoders of model calls by themselves, as a call puts them together."""

from collections.abc import Iterable
from typing import Any

from app.llm.answer import ModelAnswer
from app.llm.apis.chat_completions.calls import ChatStreamWithCalls
from app.llm.apis.responses.details import ResponseDetails
from app.llm.apis.responses.stream import ResponsesStream
from app.llm.calls import AnswerWithCalls
from app.llm.parts import OPENAI, PARTS
from app.llm.request import ModelRequest
from app.llm.types import Completion, CompletionConfig, Timing
from app.runtime.usage import Usage


def chat_stream(
    model: str = "m", *, max_event_bytes: int = 1_000_000, used_ids: Iterable[str] = ()
) -> ChatStreamWithCalls:
    """A decoder of Chat Completions."""
    return ChatStreamWithCalls(AnswerWithCalls(model, used_ids=set(used_ids)), max_event_bytes=max_event_bytes)


def responses_stream(
    model: str = "m", *, max_event_bytes: int = 1_000_000, calls_end_as: str = "tool_calls", details: bool = False
) -> ResponsesStream:
    """A decoder of the Responses API."""
    return ResponsesStream(
        AnswerWithCalls(model),
        max_event_bytes=max_event_bytes,
        calls_end_as=calls_end_as,
        details=ResponseDetails(logprobs=False) if details else None,
    )


def read_whole_answer(body: bytes, model: str, used_ids: Iterable[str] = ()) -> AnswerWithCalls:
    """A Chat Completions answer in one piece."""
    answer = AnswerWithCalls(model, used_ids=set(used_ids))
    ChatStreamWithCalls(answer, max_event_bytes=0).read_whole(body)
    return answer


def read_whole_response(
    body: bytes, model: str, *, calls_end_as: str = "tool_calls", used_ids: Iterable[str] = ()
) -> AnswerWithCalls:
    """A Responses answer in one piece."""
    answer = AnswerWithCalls(model, used_ids=set(used_ids))
    return ResponsesStream(answer, max_event_bytes=0, calls_end_as=calls_end_as).read_whole(body)


def completed(
    answer: ModelAnswer, *, usage: Usage, timing: Timing, expects_json: bool = False, schema: Any = None
) -> Completion:
    """The checked result of an answer."""
    read_json = PARTS.read_json if expects_json else None
    return answer.complete(read_json=read_json, schema=schema, usage=usage, cost_usd=None, timing=timing)


def model_request(config: CompletionConfig, *, stream: bool) -> ModelRequest:
    """The request for a config, by the API that answers it."""
    return OPENAI.api_for(config).encode(config, OPENAI, stream)


def chat_request(config: CompletionConfig, *, stream: bool) -> ModelRequest:
    """The request for a config, by Chat Completions."""
    return OPENAI.apis["chat"].encode(config, OPENAI, stream)


def responses_request(config: CompletionConfig, *, stream: bool) -> ModelRequest:
    """The request for a config, by the Responses API."""
    return OPENAI.apis["responses"].encode(config, OPENAI, stream)


def request_of(**known: Any) -> ModelRequest:
    """A request of which only some matters."""
    request = chat_request({"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hi"}]}, stream=False)
    for name, value in known.items():
        setattr(request, name, value)
    return request
