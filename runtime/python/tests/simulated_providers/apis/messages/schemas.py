"""Schemas that a model is held to: of tools with `strict`, and of the answer.

Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

from typing import Any

from tests.simulated_providers.apis.messages.errors import at
from tests.simulated_providers.json_values import JsonObject, is_object, objects

TAKEN = frozenset(
    "$ref $defs definitions type title description enum const properties required additionalProperties anyOf allOf "
    "items default format pattern minItems".split()
)
FORMATS = frozenset("date-time time date duration email hostname uri ipv4 ipv6 uuid".split())
MOST_OPTIONAL, MOST_ALTERNATIVES = 24, 16


def check_held(schemas: list[tuple[str, JsonObject]]) -> None:
    """Raises ApiError for what the API refuses in the strict schemas of a request, each with its place."""
    counts = {"optional": 0, "alternatives": 0}
    for place, schema in schemas:
        _check(schema, place, counts)
    if counts["optional"] > MOST_OPTIONAL:
        raise at(schemas[0][0], f"Schemas contain too many optional parameters ({counts['optional']})")
    if counts["alternatives"] > MOST_ALTERNATIVES:
        raise at(schemas[0][0], f"Schemas contain too many parameters with union types ({counts['alternatives']})")


def _check(schema: JsonObject, place: str, counts: dict[str, int]) -> None:
    for name in schema:
        if name not in TAKEN:
            raise at(place, f"For '{schema.get('type')}' type, property '{name}' is not supported")
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        raise at(place, "For 'object' type, 'additionalProperties' must be explicitly set to false")
    if schema.get("format") is not None and schema["format"] not in FORMATS:
        raise at(place, f"String format '{schema['format']}' is not supported")
    if schema.get("minItems", 0) not in (0, 1):
        raise at(place, "For 'array' type, 'minItems' values other than 0 or 1 are not supported")
    properties: Any = schema.get("properties") or {}
    for name, inner in properties.items():
        counts["optional"] += name not in (schema.get("required") or ())
        counts["alternatives"] += "anyOf" in inner or isinstance(inner.get("type"), list)
        _check(inner, f"{place}.properties.{name}", counts)
    for word in ("$defs", "definitions"):
        definitions: JsonObject = schema.get(word) or {}
        for name, inner in definitions.items():
            _check(inner, f"{place}.{word}.{name}", {"optional": 0, "alternatives": 0})
    for word in ("anyOf", "allOf"):
        for option in objects(schema.get(word)):
            _check(option, f"{place}.{word}", counts)
    if is_object(schema.get("items")):
        _check(schema["items"], f"{place}.items", counts)
