"""What a config asks for, whichever of the two APIs is to be told, and the request that comes of it."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from app.nodes.llm.message_parts import call_ids
from app.nodes.llm.model_request import Api, ModelRequest
from app.nodes.llm.models import known_as
from app.nodes.llm.openai_types import JsonObject
from app.runtime.errors import InvalidRequest, JsonModeRequiresJsonWord

RESPONSES_LOGPROBS = "message.output_text.logprobs"
"""What `include` of the Responses API calls log probabilities."""

_JSON_FORMATS = frozenset(("json_object", "json_schema"))


def finished_request(
    api: Api,
    config: Mapping[str, Any],
    body: JsonObject,
    *,
    stream_options: JsonObject | None,
    calls_end_as: Literal["tool_calls", "function_call"] = "tool_calls",
) -> ModelRequest:
    """The request with what the config has for both APIs: `extra_body`, limits, and the form of the answer.

    `stream_options` are those of a stream, None for an answer in one piece. What `extra_body` says wins.

    Raises:
        InvalidRequest: the body holds a value that has no JSON form, or asks for several answers.
    """
    if stream_options:
        body["stream_options"] = stream_options
    _add_further(body, config.get("extra_body") or {})
    if body.get("n") not in (None, 1):
        raise InvalidRequest(
            f"n is {body['n']}, and only one answer would come back of what is paid for.",
            hint="Leave n out, and ask as often as you want answers.",
        )
    body.pop("stream", None)
    if stream_options is not None:
        body["stream"] = True
    response_format = response_format_of(config)
    described: JsonObject = (response_format or {}).get("json_schema") or {}
    return ModelRequest(
        api=api,
        body=_encode(body),
        model=config["model"],
        known_as=known_as(config),
        messages=config["messages"],
        stream=stream_options is not None,
        expects_json=response_format is not None and response_format.get("type") in _JSON_FORMATS,
        timeout=config.get("timeout"),
        max_retries=config.get("max_retries"),
        schema=described.get("schema"),
        calls_end_as=calls_end_as,
        logprobs=bool(body.get("logprobs")) or RESPONSES_LOGPROBS in (body.get("include") or ()),
        keeps_items=api == "responses" and bool(body.get("tools")),
        call_ids=call_ids(config["messages"]),
    )


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


def _add_further(body: dict[str, Any], further: dict[str, Any]) -> None:
    """Adds parameters by their wire names; members of an object and items of a list join those that are there, and null
    leaves a parameter out."""
    for name, value in further.items():
        if value is None:
            body.pop(name, None)
            continue
        known: Any = body.get(name)
        kinds: set[type[Any]] = {type(known), type(value)}
        body[name] = {**known, **value} if kinds == {dict} else [*known, *value] if kinds == {list} else value


def _encode(body: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(body)
    except (TypeError, ValueError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidRequest("The request holds a value that cannot be written as JSON.") from error


def _mentions_json(message: Mapping[str, Any]) -> bool:
    content = message.get("content")
    if isinstance(content, str):
        return "json" in content.lower()
    parts: list[Any] = content or []
    return any(isinstance(part, dict) and "json" in str(part.get("text", "")).lower() for part in parts)  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]
