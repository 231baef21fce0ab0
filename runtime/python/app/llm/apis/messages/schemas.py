"""Schemas in the form in which the Messages API holds a model to them.

Objects are closed; limits that it does not take are told the model in the descriptions, and are still checked here.
https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations
"""

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from app.llm.types import JsonObject

_KEPT = frozenset(
    "$ref $defs definitions type title description enum const properties required anyOf allOf items default".split()
)
_FORMATS = frozenset("date-time time date duration email hostname uri ipv4 ipv6 uuid".split())
_NAMED = ("properties", "$defs", "definitions")
# Words that only tell schemas apart, of which a model need not know.
_NOTES = frozenset(("$schema", "$id", "$comment", "examples", "additionalProperties", "oneOf"))


def held_schema(schema: Any) -> Any:
    """The schema as it is sent; what the API cannot be told of it stands in descriptions."""
    if not isinstance(schema, dict):
        return schema
    given = cast("Mapping[str, Any]", schema)
    sent: JsonObject = {name: value for name, value in given.items() if name in _KEPT}
    limits = {name: value for name, value in given.items() if name not in _KEPT and name not in _NOTES}
    if given.get("format") in _FORMATS:
        sent["format"] = limits.pop("format")
    if "pattern" in limits:
        sent["pattern"] = limits.pop("pattern")
    if limits.get("minItems") in (0, 1):
        sent["minItems"] = limits.pop("minItems")
    options: list[Any] | None = given.get("anyOf") or given.get("oneOf")
    if options is not None:
        sent["anyOf"] = [held_schema(option) for option in options]
    if "allOf" in sent:
        sent["allOf"] = [held_schema(part) for part in sent["allOf"]]
    if "items" in sent:
        sent["items"] = held_schema(sent["items"])
    for name in _NAMED:
        if isinstance(sent.get(name), dict):
            inner = cast("Mapping[str, Any]", sent[name])
            sent[name] = {key: held_schema(value) for key, value in inner.items()}
    if "properties" in sent or sent.get("type") == "object":
        sent["additionalProperties"] = False
        sent.setdefault("properties", {})
    if limits:
        told = msgspec.json.encode(limits).decode()
        sent["description"] = f"{sent['description']} {told}" if sent.get("description") else told
    return sent
