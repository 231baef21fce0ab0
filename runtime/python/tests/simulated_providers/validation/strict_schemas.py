"""A schema brought into the strict subset, as the Responses API does with functions that leave `strict` open.

Source: https://platform.openai.com/docs/guides/migrate-to-responses: functions are strict by default there.
"""

from typing import Any

from tests.simulated_providers.json_values import JsonObject, is_array, is_object


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
