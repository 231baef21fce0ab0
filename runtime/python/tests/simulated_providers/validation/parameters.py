"""The top-level parameters of Chat Completions: which there are, their types and their ranges."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.simulated_providers.errors import ApiError, invalid_type, invalid_value, unknown_parameter
from tests.simulated_providers.json_values import JsonObject, is_array, is_integer, is_number, is_object

Check = Callable[[str, Any], None]


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
            raise ApiError(
                f"Invalid '{name}': string too long. Expected a string with maximum length {maximum}, "
                f"but got a string with length {len(value)} instead.",
                param=name,
                code="string_above_max_length",
            )

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


def stop_sequences(name: str, value: Any) -> None:
    """A string or up to four of them."""
    if isinstance(value, str):
        return
    if not is_array(value) or not all(isinstance(each, str) for each in value):
        raise invalid_type(name, "a string or an array of strings", value)
    if len(value) > 4:
        raise ApiError(
            f"Invalid '{name}': array too long. Expected an array with maximum length 4, "
            f"but got an array with length {len(value)} instead.",
            param=name,
            code="array_above_max_length",
        )


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


# https://platform.openai.com/docs/api-reference/chat/create
CHAT: dict[str, Check] = {
    "audio": json_object,
    "frequency_penalty": decimal(-2, 2),
    "function_call": any_value,
    "functions": json_array,
    "logit_bias": json_object,
    "logprobs": boolean,
    "max_completion_tokens": integer(1, 2**31 - 1),
    "max_tokens": integer(1, 2**31 - 1),
    "messages": json_array,
    "metadata": metadata,
    "modalities": json_array,
    "model": any_value,
    "moderation": json_object,
    "n": integer(1, 128),
    "parallel_tool_calls": boolean,
    "prediction": json_object,
    "presence_penalty": decimal(-2, 2),
    "prompt_cache_key": text(64),
    "prompt_cache_options": json_object,
    "prompt_cache_retention": one_of("in_memory", "24h"),
    "reasoning_effort": one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
    "response_format": json_object,
    "safety_identifier": text(64),
    "seed": integer(-(2**63), 2**63 - 1),
    "service_tier": one_of("auto", "default", "flex", "scale", "priority", "fast"),
    "stop": stop_sequences,
    "store": boolean,
    "stream": boolean,
    "stream_options": object_of({"include_usage": boolean, "include_obfuscation": boolean}),
    "temperature": decimal(0, 2),
    "tool_choice": any_value,
    "tools": json_array,
    "top_logprobs": integer(0, 20),
    "top_p": decimal(0, 1),
    "user": text(),
    "verbosity": one_of("low", "medium", "high"),
    "web_search_options": json_object,
}
