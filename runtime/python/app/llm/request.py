"""A request to a model: what every API takes of a config, and what it takes to send the request and read its answer."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

import msgspec

from app.llm.errors import InvalidRequest, JsonModeRequiresJsonWord
from app.llm.types import JsonObject, Timeouts
from app.runtime.settings import Settings

Messages = list[Mapping[str, Any]]


class ModelRequest(msgspec.Struct):
    """A request that is ready to be sent.

    `known_as` is the model that `model` stands for, where that is a deployment's name. `body` is dropped once an answer
    has begun: no attempt can follow then, and open streams are many. `schema` is the JSON Schema that the answer has to
    fit. `calls_end_as` is the finish_reason of an answer with calls, where the API does not name one. Where the model
    may call functions, the conversation may go on with its answer; `server` is who it then came from. `headers` are
    those of this request alone, as lines that end in CR LF.
    """

    body: bytes
    model: str
    known_as: str
    messages: Messages
    stream: bool
    expects_json: bool
    schema: Any
    timeout: float | Timeouts | None
    max_retries: int | None
    calls_end_as: Literal["tool_calls", "function_call"] = "tool_calls"
    calls: bool = False
    logprobs: bool = False
    show_reasoning: bool = False
    server: str = ""
    headers: bytes = b""


def finished_request(config: Mapping[str, Any], body: JsonObject, *, stream_options: JsonObject | None) -> ModelRequest:
    """The request with what the config has for any API: `extra_body`, limits, and the form of the answer.

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
    response_format = response_format_of(config) or {}
    described: JsonObject = response_format.get("json_schema") or {}
    try:
        encoded = msgspec.json.encode(body)
    except (TypeError, ValueError, UnicodeEncodeError, RecursionError) as error:
        raise InvalidRequest("The request holds a value that cannot be written as JSON.") from error
    return ModelRequest(
        body=encoded,
        model=config["model"],
        known_as=known_as(config),
        messages=config["messages"],
        stream=stream_options is not None,
        expects_json=response_format.get("type") in ("json_object", "json_schema"),
        schema=described.get("schema"),
        timeout=config.get("timeout"),
        max_retries=config.get("max_retries"),
        calls=bool(body.get("tools") or body.get("functions")),
        logprobs=bool(body.get("logprobs")),
        show_reasoning=bool(config.get("show_reasoning")),
    )


def known_as(config: Mapping[str, Any]) -> str:
    """The name that says what a config's model takes: what its deployment or alias stands for, else its own."""
    return config.get("base_model") or config["model"]


def messages_of(config: Mapping[str, Any]) -> Messages:
    """The messages of a config.

    Raises:
        InvalidRequest: there are none.
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any of them, which OpenAI would refuse.
    """
    messages: Messages = config.get("messages") or []
    if not messages:
        raise InvalidRequest("The request has no messages.", hint="Connect a prompt to the node, or set its messages.")
    wants_word = (response_format_of(config) or {}).get("type") == "json_object"
    if wants_word and not any("json" in text.lower() for message in messages for text in texts_of(message)):
        raise JsonModeRequiresJsonWord("The response format is json_object, but no message contains the word JSON.")
    return messages


def texts_of(message: Mapping[str, Any]) -> list[str]:
    """The texts of a message's content."""
    content: Any = message.get("content")
    return [content] if isinstance(content, str) else [str(part.get("text") or "") for part in parts_of(message)]


def parts_of(message: Mapping[str, Any]) -> list[JsonObject]:
    """Text, images and files, as Chat Completions has them; empty when the content is text alone, or nothing."""
    content: Any = message.get("content")
    if not isinstance(content, list | tuple):
        return []
    return [cast("JsonObject", part) for part in cast("list[Any]", content) if isinstance(part, dict)]


def response_format_of(config: Mapping[str, Any]) -> JsonObject | None:
    """The response format as an object; None for text."""
    response_format: str | JsonObject | None = config.get("response_format")
    if isinstance(response_format, str):
        response_format = {"type": response_format}
    return None if response_format is None or response_format.get("type") == "text" else response_format


class CallTimeouts(NamedTuple):
    """Seconds for each phase of a model call; see `Timeouts`."""

    connect: float
    first_byte: float
    idle: float
    total: float


def timeouts_of(timeout: float | Timeouts | None, settings: Settings) -> CallTimeouts:
    """How long a call may take, as its config says, else as the service's settings do; a single number is the total."""
    named: Timeouts = timeout if isinstance(timeout, dict) else {} if timeout is None else {"total": timeout}
    return CallTimeouts(
        named.get("connect", settings.connect_timeout_seconds),
        named.get("first_byte", settings.first_byte_timeout_seconds),
        named.get("idle", settings.idle_timeout_seconds),
        named.get("total", settings.total_timeout_seconds),
    )


def _add_further(body: JsonObject, further: JsonObject) -> None:
    """Adds parameters by their wire names; objects and lists join those that are there, null leaves one out."""
    for name, value in further.items():
        if value is None:
            body.pop(name, None)
            continue
        known: Any = body.get(name)
        kinds: set[type[Any]] = {type(known), type(value)}
        body[name] = {**known, **value} if kinds == {dict} else [*known, *value] if kinds == {list} else value
