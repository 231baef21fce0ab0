"""`response_format`: JSON mode needs the word JSON, a JSON schema needs its rules."""

import re
from typing import Any

from simulated_openai.errors import ApiError, invalid_type, invalid_value, missing_parameter, unknown_parameter
from simulated_openai.json_values import JsonObject, compact, is_object
from simulated_openai.models import Model
from simulated_openai.validation.functions import NAME
from simulated_openai.validation.schemas import check_response_schema


def check_response_format(body: JsonObject, messages: list[JsonObject], model: Model) -> tuple[bool, JsonObject | None]:
    """Whether any JSON object is asked for, and the schema it has to fit. Raises ApiError for what OpenAI refuses."""
    wanted: Any = body.get("response_format")
    if wanted is None:
        return False, None
    kind: Any = wanted.get("type")
    if kind is None:
        raise missing_parameter("response_format.type")
    if kind not in ("text", "json_object", "json_schema"):
        raise invalid_value("response_format.type", kind, ("json_object", "json_schema", "text"))
    for key in wanted:
        if key not in {"type", "json_schema"}:
            raise unknown_parameter(f"response_format.{key}")
    if (kind == "json_object" and not model.json_mode) or (kind == "json_schema" and not model.json_schema):
        raise ApiError(
            f"Invalid parameter: 'response_format' of type '{kind}' is not supported with this model. Learn more about "
            "supported models at the Structured Outputs guide: "
            "https://platform.openai.com/docs/guides/structured-outputs",
            param="response_format",
        )
    if kind == "json_object":
        _check_json_word(messages)
        return True, None
    return False, _check_json_schema(wanted) if kind == "json_schema" else None


def _check_json_word(messages: list[JsonObject]) -> None:
    # OpenAI looks at the messages alone, in any case; tools and schemas do not count.
    if not any(re.search("json", compact(message.get("content")), re.IGNORECASE) for message in messages):
        raise ApiError(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
            param="messages",
        )


def _check_json_schema(wanted: JsonObject) -> JsonObject:
    spec: Any = wanted.get("json_schema")
    if spec is None:
        raise missing_parameter("response_format.json_schema")
    if not is_object(spec):
        raise invalid_type("response_format.json_schema", "an object", spec)
    for key in spec:
        if key not in {"name", "description", "schema", "strict"}:
            raise unknown_parameter(f"response_format.json_schema.{key}")
    name: Any = spec.get("name")
    if name is None:
        raise missing_parameter("response_format.json_schema.name")
    if not isinstance(name, str):
        raise invalid_type("response_format.json_schema.name", "a string", name)
    if not NAME.match(name) or len(name) > 64:
        raise ApiError(
            "Invalid 'response_format.json_schema.name': string does not match pattern. Expected a string that matches "
            "the pattern '^[a-zA-Z0-9_-]+$'.",
            param="response_format.json_schema.name",
            code="invalid_value",
        )
    schema: Any = spec.get("schema")
    if schema is None:
        raise missing_parameter("response_format.json_schema.schema")
    check_response_schema(schema, name, strict=spec.get("strict") is True)
    return schema
