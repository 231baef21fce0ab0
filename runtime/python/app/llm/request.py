"""A request to a model: what of a config every API needs, and what is sent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, cast

import msgspec

from app.llm.models import known_as
from app.llm.types import JsonObject, Timeouts
from app.runtime.errors import InvalidRequest, JsonModeRequiresJsonWord
from app.runtime.settings import Settings


class CallTimeouts(NamedTuple):
    """Seconds."""

    connect: float
    first_byte: float
    idle: float
    total: float


def timeouts_of(timeout: float | Timeouts | None, settings: Settings) -> CallTimeouts:
    """The limits of a call; a single number is the total."""
    named: Timeouts = timeout if isinstance(timeout, dict) else {} if timeout is None else {"total": timeout}
    return CallTimeouts(
        named.get("connect", settings.connect_timeout_seconds),
        named.get("first_byte", settings.first_byte_timeout_seconds),
        named.get("idle", settings.idle_timeout_seconds),
        named.get("total", settings.total_timeout_seconds),
    )


def parts_of(message: Mapping[str, Any]) -> list[JsonObject]:
    """Text, images and files, as Chat Completions has them; empty when the content is text alone, or nothing."""
    content: Any = message.get("content")
    if not isinstance(content, list | tuple):
        return []
    return [cast("JsonObject", part) for part in cast("list[Any]", content) if isinstance(part, dict)]


def call_ids(messages: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids of the calls in a conversation, as far as they are written as the API has them."""
    ids: set[str] = set()
    for message in messages:
        calls = message.get("tool_calls")
        for call in cast("list[Any]", calls) if isinstance(calls, list) else ():
            match call:
                case {"id": str() as call_id}:
                    ids.add(call_id)
                case _:
                    pass
    return ids


Api = Literal["chat", "responses"]

PATHS: Final[dict[Api, str]] = {"chat": "/chat/completions", "responses": "/responses"}
"""Where the APIs are under the base URL."""


@dataclass(slots=True)
class ModelRequest:
    """A request that is ready to be sent, and what is needed to read its answer.

    `known_as` is the model that `model` stands for, where that is a deployment's name. `body` is dropped once an answer
    has begun: no attempt can follow then, and open streams are many. `messages` are those of the config, `call_ids` the
    ids of the calls in them. `calls_end_as`
    is the finish_reason of an answer that asks for functions, where the API does not name one. `schema` is the JSON
    Schema that the answer has to fit, if there is one. `logprobs` says that log probabilities are asked for,
    `keeps_items` that the output items of a Responses answer may be sent back.
    """

    api: Api
    body: bytes
    model: str
    known_as: str
    messages: list[Mapping[str, Any]]
    stream: bool
    expects_json: bool
    timeout: float | Timeouts | None
    max_retries: int | None
    schema: Any = None
    calls_end_as: Literal["tool_calls", "function_call"] = "tool_calls"
    logprobs: bool = False
    keeps_items: bool = False
    call_ids: Collection[str] = ()


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
