"""From a node's config to the body of a Chat Completions request.

https://platform.openai.com/docs/api-reference/chat/create
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from app.nodes.llm.models import is_reasoning_model, takes_functions
from app.nodes.llm.openai_types import OpenAIConfig
from app.runtime.errors import InvalidRequest, JsonModeRequiresJsonWord

# Keys of the config that are ours, or are sent under another name.
_NOT_SENT_AS_IS = frozenset(
    (
        "max_tokens",
        "response_format",
        "functions",
        "function_call",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "stream",
        "stream_options",
        "timeout",
        "max_retries",
    )
)


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A request that is ready to be sent, and what is needed to read its answer."""

    body: bytes
    model: str
    messages: list[Mapping[str, Any]]
    stream: bool
    expects_json: bool
    timeout: float | None
    max_retries: int | None


def chat_request(config: OpenAIConfig, *, stream: bool) -> ChatRequest:
    """Encodes a request.

    Raises:
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any message, which OpenAI would refuse.
        InvalidRequest: a value that has no JSON form, or no messages.
    """
    values: dict[str, Any] = dict(config)
    model: str = values["model"]
    messages: list[Mapping[str, Any]] = values.get("messages") or []
    if not messages:
        raise InvalidRequest("The request has no messages.", hint="Connect a prompt to the node, or set its messages.")
    body = {name: value for name, value in values.items() if name not in _NOT_SENT_AS_IS and value is not None}
    body.update(_token_limit(model, values.get("max_tokens")))
    body.update(_functions(model, values))
    response_format = _response_format(values.get("response_format"))
    if response_format is not None:
        body["response_format"] = response_format
    format_type = None if response_format is None else response_format.get("type")
    if format_type == "json_object" and not any(_mentions_json(message) for message in messages):
        raise JsonModeRequiresJsonWord("The response format is json_object, but no message contains the word JSON.")
    if stream:
        body["stream"] = True
        body["stream_options"] = {**(values.get("stream_options") or {}), "include_usage": True}
    try:
        encoded = msgspec.json.encode(body)
    except (TypeError, ValueError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidRequest("The request holds a value that cannot be written as JSON.") from error
    return ChatRequest(
        body=encoded,
        model=model,
        messages=messages,
        stream=stream,
        expects_json=format_type in ("json_object", "json_schema"),
        timeout=values.get("timeout"),
        max_retries=values.get("max_retries"),
    )


def _token_limit(model: str, max_tokens: int | None) -> dict[str, int]:
    if max_tokens is None:
        return {}
    return {"max_completion_tokens" if is_reasoning_model(model) else "max_tokens": max_tokens}


def _response_format(response_format: str | dict[str, Any] | None) -> dict[str, Any] | None:
    if response_format is None or response_format == "text":
        return None
    if isinstance(response_format, str):
        return {"type": response_format}
    return response_format


def _functions(model: str, config: dict[str, Any]) -> dict[str, Any]:
    """Functions and tools as the model takes them; both together can only be sent as tools."""
    functions: list[Any] = config.get("functions") or []
    tools: list[Any] = config.get("tools") or []
    function_call = config.get("function_call")
    tool_choice = config.get("tool_choice")
    if not functions and not tools:
        return {}
    if functions and not tools and takes_functions(model):
        sent: dict[str, Any] = {"functions": functions}
        if function_call is not None:
            sent["function_call"] = function_call
        return sent
    sent = {"tools": [*tools, *({"type": "function", "function": function} for function in functions)]}
    if tool_choice is not None:
        sent["tool_choice"] = tool_choice
    elif isinstance(function_call, dict):
        sent["tool_choice"] = {"type": "function", "function": function_call}
    elif function_call is not None:
        sent["tool_choice"] = function_call
    if config.get("parallel_tool_calls") is not None:
        sent["parallel_tool_calls"] = config["parallel_tool_calls"]
    return sent


def _mentions_json(message: Mapping[str, Any]) -> bool:
    content = message.get("content")
    if isinstance(content, str):
        return "json" in content.lower()
    parts: list[Any] = content or []
    return any(isinstance(part, dict) and "json" in str(part.get("text", "")).lower() for part in parts)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
