"""The definition of a function, wherever a request offers it."""

import re
from typing import Any

from tests.simulated_providers.errors import ApiError, invalid_type, missing_parameter, unknown_parameter
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_object
from tests.simulated_providers.request import Function
from tests.simulated_providers.validation.schemas import check_function_schema

NAME = re.compile(r"[a-zA-Z0-9_-]+\Z")
MAX_FUNCTIONS = 128
MEMBERS = frozenset(("name", "description", "parameters", "strict"))
NO_PARAMETERS: JsonObject = {"type": "object", "properties": {}}


def check_count(values: JsonArray, name: str) -> None:
    """At least one function or tool, and not too many."""
    if not values:
        raise ApiError(
            f"Invalid '{name}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
            param=name,
            code="empty_array",
        )
    if len(values) > MAX_FUNCTIONS:
        raise ApiError(
            f"Invalid '{name}': array too long. Expected an array with maximum length {MAX_FUNCTIONS}, "
            f"but got an array with length {len(values)} instead.",
            param=name,
            code="array_above_max_length",
        )


def check_function(value: Any, place: str, *, more: frozenset[str] = frozenset(), longest_name: int = 64) -> Function:
    """One function with its name, description, parameters and whether they are strict. `more` are further members.

    Raises ApiError for what OpenAI refuses.
    """
    if not is_object(value):
        raise invalid_type(place, "an object", value)
    name: Any = value.get("name")
    if name is None:
        raise missing_parameter(f"{place}.name")
    for key in value:
        if key not in MEMBERS | more:
            raise unknown_parameter(f"{place}.{key}")
    if not isinstance(name, str):
        raise invalid_type(f"{place}.name", "a string", name)
    _check_name(name, f"{place}.name", longest_name)
    description: Any = value.get("description") or ""
    if not isinstance(description, str):
        raise invalid_type(f"{place}.description", "a string", description)
    strict: Any = value.get("strict") or False
    if not isinstance(strict, bool):
        raise invalid_type(f"{place}.strict", "a boolean", strict)
    parameters: Any = value.get("parameters")
    if parameters is None:
        return Function(name, description, NO_PARAMETERS, strict)
    check_function_schema(parameters, name, f"{place}.parameters", strict=strict)
    return Function(name, description, parameters, strict)


def _check_name(name: str, param: str, longest: int) -> None:
    if len(name) > longest:
        raise ApiError(
            f"Invalid '{param}': string too long. Expected a string with maximum length {longest}, "
            f"but got a string with length {len(name)} instead.",
            param=param,
            code="string_above_max_length",
        )
    if not name:
        raise ApiError(
            f"Invalid '{param}': empty string. Expected a string with minimum length 1, but got an empty string "
            "instead.",
            param=param,
            code="empty_string",
        )
    if not NAME.match(name):
        raise ApiError(
            f"Invalid '{param}': string does not match pattern. Expected a string that matches the pattern "
            "'^[a-zA-Z0-9_-]+$'.",
            param=param,
            code="invalid_value",
        )
