"""The rules for JSON Schemas: of functions, and the closed subset that `strict` demands.

Source: https://platform.openai.com/docs/guides/structured-outputs, "Supported schemas".
"""

from collections.abc import Callable
from typing import Any, TypeGuard

from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.json_values import JsonObject, is_array, is_integer, is_number, is_object

TYPES = ("string", "number", "integer", "boolean", "object", "array", "null")
STRICT_KEYWORDS = {
    "$defs", "$ref", "$schema", "$id", "$comment", "additionalProperties", "anyOf", "const", "default", "definitions",
    "description", "enum", "examples", "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maximum",
    "maxLength", "minItems", "minimum", "minLength", "multipleOf", "pattern", "properties", "required", "title", "type",
}  # fmt: skip
STRICT_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")
ROOT_REFUSED = ("oneOf", "anyOf", "allOf", "enum", "const", "not")
MAX_DEPTH = 10
MAX_PROPERTIES = 5_000


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str)


def _is_count(value: Any) -> bool:
    return is_integer(value) and value >= 0


def _is_step(value: Any) -> bool:
    return is_number(value) and value > 0


def _are_texts(value: Any) -> bool:
    return is_array(value) and all(isinstance(each, str) for each in value)


# What the JSON Schema standard demands of keywords, with the name of the type.
KEYWORD_TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("$ref", "pattern", "format", "description", "title"), (_is_text, "string")),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), (_is_count, "integer")),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), (is_number, "number")),
    **dict.fromkeys(
        ("anyOf", "oneOf", "allOf", "prefixItems"), (lambda value: bool(is_array(value) and value), "array")
    ),
    "enum": (is_array, "array"),
    "required": (_are_texts, "array"),
    "multipleOf": (_is_step, "number"),
}


class SchemaError(Exception):
    """Why a schema is refused, in OpenAI's words."""


def check_schema(schema: Any, what: str, *, strict: bool, param: str, code: str | None = None) -> None:
    """A schema with an object at its root, in the strict subset when asked for; `what` it is of, as in "function 'f'".

    Raises ApiError with that `param` and `code`.
    """
    try:
        _check_root(schema)
        _check(schema, (), strict=strict)
        if strict:
            _check_size(schema)
    except SchemaError as refusal:
        raise ApiError(f"Invalid schema for {what}: {refusal}", param=param, code=code) from None


def _check_root(schema: Any) -> None:
    if not is_object(schema):
        raise SchemaError(f"{_shown(schema)} is not of type 'object', 'boolean'.")
    kind: Any = schema.get("type")
    if kind != "object" and "$ref" not in schema:
        shown = f'type: "{kind}"' if isinstance(kind, str) else f"type: {_shown(kind)}"
        raise SchemaError(f"schema must be a JSON Schema of 'type: \"object\"', got '{shown}'.")
    if any(keyword in schema for keyword in ROOT_REFUSED):
        raise SchemaError(
            "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
        )


def _shown(value: Any) -> str:
    return "None" if value is None else repr(value)


def _context(path: tuple[str, ...]) -> str:
    return f"In context={path!r}, "


def _check(schema: Any, path: tuple[str, ...], *, strict: bool) -> None:
    if isinstance(schema, bool):
        return
    if not is_object(schema):
        raise SchemaError(f"{_context(path)}{_shown(schema)} is not of type 'object', 'boolean'.")
    _check_type(schema, path)
    if strict:
        _check_strict(schema, path)
    elif schema.get("type") == "array" and "items" not in schema:
        raise SchemaError(f"{_context(path)}array schema missing items.")
    for keyword in ("properties", "$defs", "definitions"):
        members: Any = schema.get(keyword, {})
        if not is_object(members):
            raise SchemaError(f"{_context(path)}{_shown(members)} is not of type 'object'.")
        for key, member in members.items():
            _check(member, (*path, keyword, key), strict=strict)
    for keyword in ("anyOf", "oneOf", "allOf"):
        options: Any = schema.get(keyword, [])
        for position, option in enumerate(options if is_array(options) else []):
            _check(option, (*path, keyword, str(position)), strict=strict)
    if "items" in schema:
        _check(schema["items"], (*path, "items"), strict=strict)


def _check_type(schema: JsonObject, path: tuple[str, ...]) -> None:
    kind: Any = schema.get("type")
    kinds = kind if is_array(kind) else [kind]
    for each in kinds:
        if each is not None and each not in TYPES:
            raise SchemaError(f"{_context(path)}{_shown(kind)} is not valid under any of the given schemas.")
    for keyword, (fits, name) in KEYWORD_TYPES.items():
        if keyword in schema and not fits(schema[keyword]):
            raise SchemaError(f"{_context(path)}{_shown(schema[keyword])} is not of type '{name}'.")
    if "enum" in schema and not schema["enum"]:
        raise SchemaError(f"{_context(path)}[] should be non-empty.")


def _check_strict(schema: JsonObject, path: tuple[str, ...]) -> None:
    if "$ref" not in schema and not schema.keys() & {"type", "anyOf", "enum", "const"}:
        raise SchemaError(f"{_context(path)}schema must have a 'type' key.")
    for keyword in schema:
        if keyword not in STRICT_KEYWORDS:
            raise SchemaError(f"{_context(path)}'{keyword}' is not permitted.")
    if schema.get("format", "date") not in STRICT_FORMATS:
        raise SchemaError(f"{_context(path)}'{schema['format']}' is not a valid format.")
    kind: Any = schema.get("type")
    if kind == "array" and "items" not in schema:
        raise SchemaError(f"{_context(path)}array schema missing items.")
    if kind == "object" or (is_array(kind) and "object" in kind):
        _check_strict_object(schema, path)


def _check_strict_object(schema: JsonObject, path: tuple[str, ...]) -> None:
    if schema.get("additionalProperties") is not False:
        raise SchemaError(f"{_context(path)}'additionalProperties' is required to be supplied and to be false.")
    properties: Any = schema.get("properties", {})
    required: Any = schema.get("required", [])
    wanted = "'required' is required to be supplied and to be an array including every key in properties."
    for key in properties:
        if key not in required:
            raise SchemaError(f"{_context(path)}{wanted} Missing '{key}'.")
    for key in required:
        if key not in properties:
            raise SchemaError(f"{_context(path)}{wanted} Extra required key '{key}' supplied.")


def _check_size(schema: JsonObject) -> None:
    properties, depth = _measure(schema)
    if depth > MAX_DEPTH:
        raise SchemaError(f"{depth} levels of nesting exceeds limit of {MAX_DEPTH}.")
    if properties > MAX_PROPERTIES:
        raise SchemaError(f"{properties} properties exceeds limit of {MAX_PROPERTIES}.")


def _measure(schema: Any) -> tuple[int, int]:
    """Properties in total and levels of nesting."""
    if not is_object(schema):
        return 0, 0
    members: list[Any] = []
    own = 0
    for keyword in ("properties", "$defs", "definitions"):
        found: Any = schema.get(keyword, {})
        if is_object(found):
            members.extend(found.values())
            own += len(found) if keyword == "properties" else 0
    options: Any = schema.get("anyOf", [])
    members.extend(options if is_array(options) else [])
    members.append(schema.get("items"))
    measured = [_measure(member) for member in members]
    level = 1 if schema.keys() & {"properties", "items"} else 0
    return own + sum(count for count, _ in measured), level + max((depth for _, depth in measured), default=0)


def strict_form(schema: Any) -> Any:
    """The schema with all members required and no others allowed, on every level."""
    if not is_object(schema):
        return schema
    made: JsonObject = {**schema}
    for keyword in ("properties", "$defs", "definitions"):
        if is_object(schema.get(keyword)):
            made[keyword] = {name: strict_form(member) for name, member in schema[keyword].items()}
    if is_array(schema.get("anyOf")):
        made["anyOf"] = [strict_form(option) for option in schema["anyOf"]]
    if "items" in schema:
        made["items"] = strict_form(schema["items"])
    kind: Any = schema.get("type")
    if kind == "object" or (is_array(kind) and "object" in kind):
        made.setdefault("additionalProperties", False)
        made.setdefault("properties", {})
        made["required"] = list(made["properties"])
    return made
