"""How the Chat Completions API is spoken, as far as it is about text; `calls` and `logprobs` are beside it.

https://platform.openai.com/docs/api-reference/chat/create
"""

from typing import Any

from app.llm.answer import ModelAnswer
from app.llm.apis.chat_completions.stream import ChatStream
from app.llm.provider import Api, Provider
from app.llm.request import ModelRequest, finished_request, known_as, messages_of, response_format_of
from app.llm.types import CompletionConfig, JsonObject

# Keys of the config that are ours, or are sent under another name.
_NOT_SENT_AS_IS = frozenset(
    "max_tokens response_format functions function_call tools tool_choice parallel_tool_calls stream stream_options "
    "timeout max_retries api base_model provider extra_body show_reasoning".split()
)


def chat_request(config: CompletionConfig, provider: Provider, stream: bool) -> ModelRequest:
    """Encodes a request.

    Raises:
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any message, which OpenAI would refuse.
        InvalidRequest: a value that has no JSON form, or no messages.
    """
    return finished_chat_request(config, provider, chat_body(config, provider), stream)


def chat_body(config: CompletionConfig, provider: Provider) -> JsonObject:
    """The request's body as far as it is about text."""
    values: dict[str, Any] = dict(config)
    messages = messages_of(values)
    body = {name: value for name, value in values.items() if name not in _NOT_SENT_AS_IS and value is not None}
    body["messages"] = messages
    if values.get("max_tokens") is not None:
        body[provider.token_limit(known_as(values))] = values["max_tokens"]
    response_format = response_format_of(values)
    if response_format is not None:
        body["response_format"] = response_format
    return body


def finished_chat_request(config: CompletionConfig, provider: Provider, body: JsonObject, stream: bool) -> ModelRequest:
    """The request with this body, as the provider wants it.

    Raises:
        InvalidRequest: as `finished_request`.
    """
    if provider.adapt is not None:
        provider.adapt(body)
    return finished_request(config, body, stream_options=_stream_options(config, provider) if stream else None)


def _stream_options(config: CompletionConfig, provider: Provider) -> JsonObject:
    """What is asked of a stream: that it ends with the usage, besides what the config says."""
    asked = config.get("stream_options") or {}
    return {**asked, "include_usage": True} if provider.takes_stream_options else asked


def _open_stream(request: ModelRequest, max_event_bytes: int) -> ChatStream:
    answer = ModelAnswer(request.model, show_reasoning=request.show_reasoning)
    return ChatStream(answer, max_event_bytes=max_event_bytes)


CHAT_COMPLETIONS = Api("chat", "/chat/completions", chat_request, _open_stream)
