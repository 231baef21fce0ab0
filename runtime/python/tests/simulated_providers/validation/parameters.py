"""What OpenAI's APIs check in the same way: the body, types and ranges of parameters, the model and its limits."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.simulated_providers.errors import (
    ApiError,
    invalid_type,
    invalid_value,
    model_not_found,
    model_retired,
    too_long,
    unknown_parameter,
    unparsable_body,
)
from tests.simulated_providers.json_values import JsonObject, decode, is_array, is_integer, is_number, is_object
from tests.simulated_providers.models import Model, find_model, general_model
from tests.simulated_providers.settings import Settings

Check = Callable[[str, Any], None]


def decode_body(raw: bytes) -> JsonObject:
    """The object in a body. Raises ApiError when it is not JSON or no object."""
    try:
        body: Any = decode(raw)
    except ValueError:
        raise unparsable_body() from None
    if not is_object(body):
        raise invalid_type("body", "an object", body)
    return body


def check_stream_options(body: JsonObject) -> None:
    """Raises ApiError for `stream_options` without a stream."""
    if body.get("stream_options") is not None and body.get("stream") is not True:
        raise ApiError(
            "The 'stream_options' parameter is only allowed when 'stream' is enabled.", param="stream_options"
        )


def decimal(minimum: float, maximum: float) -> Check:
    """A number between two bounds, both allowed."""

    def check(name: str, value: Any) -> None:
        if not is_number(value):
            raise invalid_type(name, "a decimal", value)
        _within(name, value, minimum, maximum, "decimal")

    return check


def integer(minimum: int, maximum: int) -> Check:
    """An integer between two bounds, both allowed."""

    def check(name: str, value: Any) -> None:
        if not is_integer(value):
            raise invalid_type(name, "an integer", value)
        _within(name, value, minimum, maximum, "integer")

    return check


def _within(name: str, value: float, minimum: float, maximum: float, kind: str) -> None:
    if minimum <= value <= maximum:
        return
    side, sign, bound = ("above max", "<=", maximum) if value > maximum else ("below min", ">=", minimum)
    raise ApiError(
        f"Invalid '{name}': {kind} {side}imum value. Expected a value {sign} {bound:g}, but got {value:g} instead.",
        param=name,
        code=f"{kind}_{side.replace(' ', '_')}_value",
    )


def boolean(name: str, value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        raise invalid_type(name, "a boolean", value)


def text(maximum: int | None = None) -> Check:
    """A string, at most so many characters long."""

    def check(name: str, value: Any) -> None:
        if not isinstance(value, str):
            raise invalid_type(name, "a string", value)
        if maximum is not None and len(value) > maximum:
            raise too_long(name, "string", maximum, len(value))

    return check


def one_of(*values: str) -> Check:
    """One of some strings."""

    def check(name: str, value: Any) -> None:
        if not isinstance(value, str):
            raise invalid_type(
                name, f"one of {', '.join(repr(each) for each in values[:-1])}, or {values[-1]!r}", value
            )
        if value not in values:
            raise invalid_value(name, value, values)

    return check


def json_object(name: str, value: Any) -> None:
    """Any object; what is in it is checked elsewhere or not at all."""
    if not is_object(value):
        raise invalid_type(name, "an object", value)


def json_array(name: str, value: Any) -> None:
    """Any array; what is in it is checked elsewhere or not at all."""
    if not is_array(value):
        raise invalid_type(name, "an array of objects", value)


def list_of(check: Check) -> Check:
    """An array whose members all pass a check."""

    def check_each(name: str, value: Any) -> None:
        if not is_array(value):
            raise invalid_type(name, "an array", value)
        for index, member in enumerate(value):
            check(f"{name}[{index}]", member)

    return check_each


def object_of(known: Mapping[str, Check]) -> Check:
    """An object with none but known members."""

    def check(name: str, value: Any) -> None:
        if not is_object(value):
            raise invalid_type(name, "an object", value)
        check_members(value, known, prefix=f"{name}.")

    return check


def check_members(value: JsonObject, known: Mapping[str, Check], *, prefix: str = "") -> None:
    """Checks the members of an object; null stands for "not set", as it does at OpenAI for every optional member."""
    for name, member in value.items():
        check = known.get(name)
        if check is None:
            raise unknown_parameter(prefix + name)
        if member is not None:
            check(prefix + name, member)


def metadata(name: str, value: Any) -> None:
    """Up to 16 strings of at most 512 characters under keys of at most 64."""
    if not is_object(value):
        raise invalid_type(name, "an object", value)
    if len(value) > 16:
        raise ApiError(
            f"Invalid '{name}': too many properties. Expected an object with at most 16 properties, "
            f"but got an object with {len(value)} properties instead.",
            param=name,
            code="object_above_max_properties",
        )
    for key, each in value.items():
        text(64)(f"{name}.{key}", key)
        text(512)(f"{name}.{key}", each)


def any_value(_name: str, _value: Any) -> None:
    """Checked elsewhere."""


# What all of OpenAI's APIs take.
COMMON: dict[str, Check] = {
    "metadata": metadata,
    "model": any_value,
    "moderation": json_object,
    "parallel_tool_calls": boolean,
    "prompt_cache_key": text(64),
    "prompt_cache_options": json_object,
    "prompt_cache_retention": one_of("in_memory", "24h"),
    "safety_identifier": text(64),
    "store": boolean,
    "stream": boolean,
    "temperature": decimal(0, 2),
    "tool_choice": any_value,
    "tools": json_array,
    "top_logprobs": integer(0, 20),
    "top_p": decimal(0, 1),
    "user": text(),
}


def check_model(name: Any, settings: Settings, find: Callable[[str], Model | None] = find_model) -> Model:
    """The model of that name. Raises ApiError when it does not exist or its provider has shut it down."""
    if not isinstance(name, str):
        raise ApiError("Invalid type for 'model': expected a string.", param="model", code="invalid_type")
    model = find(name)
    if model is None and settings.accept_unknown_models:
        return general_model(name)
    if model is None:
        raise model_not_found(name)
    if model.retired and not settings.accept_retired_models:
        raise model_retired(name)
    return model


def check_output_limit(model: Model, asked: int | None, param: str) -> None:
    """The limit on output tokens that a request sets against the model's own."""
    if asked is not None and asked > model.max_output:
        raise ApiError(
            f"{param} is too large: {asked}. This model supports at most {model.max_output} completion tokens, whereas "
            f"you provided {asked}.",
            param=param,
            code="invalid_value",
        )


def input_limit(model: Model, settings: Settings) -> int:
    """The input tokens that a model takes: a reasoning model keeps room for its longest output."""
    if settings.context_window:
        return settings.context_window
    return model.context_window - (model.max_output if model.reasons else 0)
