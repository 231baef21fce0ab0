"""The format of the text: JSON mode needs the word JSON, a JSON schema needs its rules."""

import re
from typing import Any

from tests.simulated_providers.errors import (
    ApiError,
    bad_name,
    invalid_type,
    invalid_value,
    missing_parameter,
    unknown_parameter,
)
from tests.simulated_providers.json_values import JsonObject, compact, is_object
from tests.simulated_providers.models import Model
from tests.simulated_providers.validation.functions import NAME
from tests.simulated_providers.validation.schemas import check_schema

KINDS = ("json_object", "json_schema", "text")
SCHEMA_MEMBERS = ("name", "description", "schema", "strict")


def check_format(
    wanted: JsonObject | None, place: str, model: Model, messages: list[JsonObject]
) -> tuple[bool, JsonObject | None]:
    """Whether any JSON object is asked for, and the schema it has to fit. Raises ApiError for what OpenAI refuses.

    `place` is `response_format`, where the schema and its name lie under `json_schema`, or `text.format`, where they
    lie beside the type. `messages` are those in which JSON mode looks for its word.
    """
    if wanted is None:
        return False, None
    nested = place == "response_format"
    kind: Any = wanted.get("type")
    if kind is None:
        raise missing_parameter(f"{place}.type")
    if kind not in KINDS:
        raise invalid_value(f"{place}.type", kind, KINDS)
    members = {"json_schema"} if nested else set(SCHEMA_MEMBERS if kind == "json_schema" else ())
    for key in wanted:
        if key not in members | {"type"}:
            raise unknown_parameter(f"{place}.{key}")
    if (kind == "json_object" and not model.json_mode) or (kind == "json_schema" and not model.json_schema):
        raise ApiError(
            f"Invalid parameter: '{place}' of type '{kind}' is not supported with this model. Learn more about "
            "supported models at the Structured Outputs guide: "
            "https://platform.openai.com/docs/guides/structured-outputs",
            param=place,
        )
    if kind == "json_object":
        _check_json_word(messages, place)
        return True, None
    if kind == "text":
        return False, None
    return False, _check_nested(wanted) if nested else _check_schema(wanted, place, nested=False)


def _check_json_word(messages: list[JsonObject], place: str) -> None:
    # OpenAI looks at the messages alone, in any case; tools, schemas and the `instructions` parameter do not count.
    if any(re.search("json", compact(message.get("content")), re.IGNORECASE) for message in messages):
        return
    if place == "response_format":
        raise ApiError(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param="messages",
        )
    raise ApiError(
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
        param="input",
    )


def _check_nested(wanted: JsonObject) -> JsonObject:
    place = "response_format.json_schema"
    spec: Any = wanted.get("json_schema")
    if spec is None:
        raise missing_parameter(place)
    if not is_object(spec):
        raise invalid_type(place, "an object", spec)
    for key in spec:
        if key not in SCHEMA_MEMBERS:
            raise unknown_parameter(f"{place}.{key}")
    return _check_schema(spec, place, nested=True)


def _check_schema(spec: JsonObject, place: str, *, nested: bool) -> JsonObject:
    name: Any = spec.get("name")
    if name is None:
        raise missing_parameter(f"{place}.name")
    if not isinstance(name, str):
        raise invalid_type(f"{place}.name", "a string", name)
    if not NAME.match(name) or len(name) > 64:
        raise bad_name(f"{place}.name")
    schema: Any = spec.get("schema")
    if schema is None:
        raise missing_parameter(f"{place}.schema")
    strict = spec.get("strict") is True
    param, code = ("response_format", None) if nested else (f"{place}.schema", "invalid_json_schema")
    check_schema(schema, f"response_format '{name}'", strict=strict, param=param, code=code)
    return schema
