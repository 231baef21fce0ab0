"""From a node's config to the body of a Chat Completions request.

https://platform.openai.com/docs/api-reference/chat/create
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from app.nodes.llm.model_request import ModelRequest
from app.nodes.llm.models import is_reasoning_model, known_as, takes_functions
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
        "api",
        "base_model",
        "extra_body",
    )
)

JSON_FORMATS = frozenset(("json_object", "json_schema"))


def chat_request(config: OpenAIConfig, *, stream: bool) -> ModelRequest:
    """Encodes a request.

    Raises:
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any message, which OpenAI would refuse.
        InvalidRequest: a value that has no JSON form, or no messages.
    """
    values: dict[str, Any] = dict(config)
    model: str = values["model"]
    messages = messages_of(values)
    body = {name: value for name, value in values.items() if name not in _NOT_SENT_AS_IS and value is not None}
    known = known_as(config)
    body.update(_token_limit(known, values.get("max_tokens")))
    body.update(_functions(known, values))
    response_format = response_format_of(values)
    if response_format is not None:
        body["response_format"] = response_format
    add_further(body, values.get("extra_body") or {})
    body.pop("stream", None)
    if stream:
        body["stream"] = True
        body["stream_options"] = {**(values.get("stream_options") or {}), "include_usage": True}
    return ModelRequest(
        api="chat",
        body=encode_body(body),
        model=model,
        messages=messages,
        stream=stream,
        expects_json=response_format is not None and response_format.get("type") in JSON_FORMATS,
        timeout=values.get("timeout"),
        max_retries=values.get("max_retries"),
        schema=schema_of(response_format),
    )


def _token_limit(model: str, max_tokens: int | None) -> dict[str, int]:
    if max_tokens is None:
        return {}
    return {"max_completion_tokens" if is_reasoning_model(model) else "max_tokens": max_tokens}


def messages_of(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The messages of a config.

    Raises:
        InvalidRequest: there are none.
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any of them, which OpenAI would refuse.
    """
    messages: list[Mapping[str, Any]] = config.get("messages") or []
    if not messages:
        raise InvalidRequest("The request has no messages.", hint="Connect a prompt to the node, or set its messages.")
    response_format = response_format_of(config)
    wants_word = response_format is not None and response_format.get("type") == "json_object"
    if wants_word and not any(_mentions_json(message) for message in messages):
        raise JsonModeRequiresJsonWord("The response format is json_object, but no message contains the word JSON.")
    return messages


def response_format_of(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """The response format as an object; None for text."""
    response_format: str | dict[str, Any] | None = config.get("response_format")
    if isinstance(response_format, str):
        response_format = {"type": response_format}
    return None if response_format is None or response_format.get("type") == "text" else response_format


def schema_of(response_format: dict[str, Any] | None) -> Any:
    """The JSON Schema of a response format; None if it has none."""
    described: Any = None if response_format is None else response_format.get("json_schema")
    return None if described is None else described.get("schema")


def add_further(body: dict[str, Any], further: dict[str, Any]) -> None:
    """Adds parameters by their wire names; those of an object join the ones that are there."""
    for name, value in further.items():
        known: Any = body.get(name)
        joins = isinstance(known, dict) and isinstance(value, dict)
        body[name] = {**known, **value} if joins else value


def encode_body(body: dict[str, Any]) -> bytes:
    """The body as JSON.

    Raises:
        InvalidRequest: it holds a value that has no JSON form.
    """
    try:
        return msgspec.json.encode(body)
    except (TypeError, ValueError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidRequest("The request holds a value that cannot be written as JSON.") from error


def _functions(model: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Functions and tools as the model takes them; both together can only be sent as tools."""
    if config.get("functions") and not config.get("tools") and takes_functions(model):
        sent: dict[str, Any] = {"functions": config["functions"]}
        if config.get("function_call") is not None:
            sent["function_call"] = config["function_call"]
        return sent
    return tools_of(config)


def tools_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Functions and tools together as `tools`, with the choice among them; empty when there are none."""
    functions: list[Any] = config.get("functions") or []
    tools: list[Any] = config.get("tools") or []
    function_call = config.get("function_call")
    tool_choice = config.get("tool_choice")
    if not functions and not tools:
        return {}
    sent: dict[str, Any] = {"tools": [*tools, *({"type": "function", "function": function} for function in functions)]}
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
