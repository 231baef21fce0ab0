"""Which of OpenAI's two APIs answers a config, and how each is spoken. The answers are the same whichever it is."""

from app.llm.answer import ModelAnswer
from app.llm.apis.chat_completions.logprobs import ChatStreamWithLogprobs, chat_logprobs
from app.llm.apis.chat_completions.request import chat_request
from app.llm.apis.chat_completions.stream import ChatStream, read_whole_answer
from app.llm.apis.responses.details import ResponseDetails
from app.llm.apis.responses.request import responses_request
from app.llm.apis.responses.stream import ResponsesStream, read_whole_response
from app.llm.models import known_as
from app.llm.providers.openai_models import facts_of
from app.llm.request import Api, ModelRequest
from app.llm.stream import AnswerStream
from app.llm.types import OpenAIConfig


def api_for(config: OpenAIConfig) -> Api:
    """The API that a config names; with "auto" the Responses API where Chat Completions would refuse the request."""
    named = config.get("api", "chat")
    if named != "auto":
        return named
    facts = facts_of(known_as(config))
    if facts is None:
        return "chat"
    effort = config.get("reasoning_effort") or facts.default_effort or "none"
    calls = bool(config.get("tools") or config.get("functions"))
    refused = calls and effort != "none" and not facts.tools_with_reasoning
    return "responses" if facts.responses_only or refused else "chat"


def model_request(config: OpenAIConfig, *, stream: bool) -> ModelRequest:
    """The request for a config.

    Raises:
        InvalidRequest, JsonModeRequiresJsonWord: the API could only refuse it.
    """
    encode = responses_request if api_for(config) == "responses" else chat_request
    return encode(config, stream=stream)


def open_stream(request: ModelRequest, *, max_event_bytes: int) -> AnswerStream:
    """The decoder for the request's answer as a stream."""
    stream: AnswerStream
    if request.api == "responses":
        stream = ResponsesStream(
            request.model,
            max_event_bytes=max_event_bytes,
            calls_end_as=request.calls_end_as,
            details=_details(request),
        )
    else:
        kind = ChatStreamWithLogprobs if request.logprobs else ChatStream
        stream = kind(request.model, max_event_bytes=max_event_bytes)
    stream.answer.used_ids.update(request.call_ids)
    return stream


def read_whole(body: bytes, request: ModelRequest) -> ModelAnswer:
    """What the request's answer in one piece says. No call in it has an id of an earlier call.

    Raises:
        ServiceError: the body is no answer, or reports an error.
    """
    if request.api == "responses":
        answer = read_whole_response(body, request.model, calls_end_as=request.calls_end_as, used_ids=request.call_ids)
        details = _details(request)
        if details is not None:
            details.note_whole(body, answer)
    else:
        answer = read_whole_answer(body, request.model, request.call_ids)
        if request.logprobs:
            answer.logprobs = chat_logprobs(body)
    return answer


def _details(request: ModelRequest) -> ResponseDetails | None:
    return ResponseDetails(logprobs=request.logprobs) if request.logprobs or request.keeps_items else None
