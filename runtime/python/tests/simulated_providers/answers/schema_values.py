"""A value that fits a JSON Schema, filled from the prompt where something there fits."""

import math
from typing import Any

from tests.simulated_providers.answers.hints import Hints
from tests.simulated_providers.answers.patterns import sample
from tests.simulated_providers.json_values import JsonArray, JsonObject, is_array, is_integer, is_number, is_object

# Recursive schemas end here: deeper members are left out where they may be.
MAX_DEPTH = 6


class SchemaValues:
    """Makes values for one schema and the definitions inside it."""

    def __init__(self, root: JsonObject, hints: Hints, *, optional: bool) -> None:
        self._root = root
        self._hints = hints
        self._optional = optional

    def value(self) -> Any:
        """A value that fits the whole schema."""
        return self._value(self._root, "", 0)

    def _value(self, schema: Any, name: str, depth: int) -> Any:
        if not is_object(schema):
            return self._hints.phrase()
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return self._hints.choice(schema["enum"])
        for keyword in ("anyOf", "oneOf"):
            if schema.get(keyword):
                return self._value(self._option(schema[keyword], depth), name, depth)
        kind = self._kind(schema, depth)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind == "string":
            return self._string(schema, name)
        if kind in {"integer", "number"}:
            integer = kind == "integer"
            return fitting(schema, self._hints.number(integer=integer) or (1 if integer else 1.5), integer=integer)
        return True if kind == "boolean" else None

    def _resolved(self, schema: JsonObject) -> JsonObject:
        seen = 0
        while isinstance(schema.get("$ref"), str) and seen < MAX_DEPTH:
            schema = {**self._target(schema["$ref"]), **{key: value for key, value in schema.items() if key != "$ref"}}
            seen += 1
        parts: Any = schema.get("allOf")
        if not is_array(parts):
            return schema
        merged: JsonObject = {key: value for key, value in schema.items() if key != "allOf"}
        for part in parts:
            if is_object(part):
                merged = _merged(merged, self._resolved(part))
        return merged

    def _target(self, reference: str) -> JsonObject:
        found: Any = self._root
        for step in reference.removeprefix("#").split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            if key:
                found = found.get(key) if is_object(found) else None
        return found if is_object(found) else {}

    def _option(self, options: JsonArray, depth: int) -> Any:
        """The first option that is not null; null when the schema nests too deep."""
        null = [each for each in options if is_object(each) and each.get("type") == "null"]
        rest = [each for each in options if each not in null]
        return null[0] if null and (depth >= MAX_DEPTH or not rest) else rest[0]

    def _kind(self, schema: JsonObject, depth: int) -> str:
        kind: Any = schema.get("type")
        if is_array(kind):
            kinds = [str(each) for each in kind]
            if depth >= MAX_DEPTH and "null" in kinds:
                return "null"
            return next((each for each in kinds if each != "null"), "null")
        if isinstance(kind, str):
            return kind
        for keyword, implied in (("properties", "object"), ("items", "array"), ("pattern", "string")):
            if keyword in schema:
                return implied
        return "number" if "minimum" in schema or "maximum" in schema else "string"

    def _object(self, schema: JsonObject, depth: int) -> JsonObject:
        properties: Any = schema.get("properties", {})
        required: Any = schema.get("required", [])
        made: JsonObject = {}
        for name, member in properties.items():
            if name in required or (self._optional and depth < MAX_DEPTH):
                made[name] = self._value(member, name, depth + 1)
        for name in required:
            if name not in made:
                made[name] = self._value(schema.get("additionalProperties"), name, depth + 1)
        return made

    def _array(self, schema: JsonObject, name: str, depth: int) -> JsonArray:
        least: Any = schema.get("minItems", 0)
        most: Any = schema.get("maxItems", max(least, 2))
        usual = 1 if is_object(schema.get("items")) and schema["items"].keys() & {"properties", "$ref"} else 2
        wanted = max(least, min(most, usual if depth < MAX_DEPTH else 0))
        prefix: Any = schema.get("prefixItems", [])
        made = [self._value(item, name, depth + 1) for item in prefix[:most]]
        singular = name[:-1] if name.endswith("s") else name
        item: Any = schema.get("items", {"type": "string"})
        while len(made) < wanted:
            value = self._value(item, singular, depth + 1)
            if schema.get("uniqueItems") and value in made:
                if len(made) >= least:
                    break
                value = _different(value, made, item)
            made.append(value)
        return made

    def _string(self, schema: JsonObject, name: str) -> str:
        if isinstance(schema.get("pattern"), str):
            return sample(schema["pattern"], self._hints.text(name, schema))
        text = self._hints.text(name, schema)
        least: Any = schema.get("minLength", 0)
        if len(text) < least:
            text = (text or "x").ljust(least, "x")
        return text[: schema["maxLength"]] if is_integer(schema.get("maxLength")) else text


def _merged(first: JsonObject, second: JsonObject) -> JsonObject:
    """Both of two schemas that hold at once, as far as objects go."""
    merged = {**first, **second}
    if "properties" in first and "properties" in second:
        merged["properties"] = {**first["properties"], **second["properties"]}
    if "required" in first and "required" in second:
        merged["required"] = list(dict.fromkeys([*first["required"], *second["required"]]))
    return merged


def _different(value: Any, made: JsonArray, schema: JsonObject) -> Any:
    """A value for the same place that is not in the array yet, as far as there is one."""
    if schema.get("enum"):
        return next((each for each in schema["enum"] if each not in made), value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return f"{value} {len(made) + 1}"
    step = (schema.get("multipleOf") or 1) * (-1 if schema.keys() & {"maximum", "exclusiveMaximum"} else 1)
    return value + len(made) * step if is_number(value) else value


def fitting(schema: JsonObject, wanted: float, *, integer: bool) -> int | float:
    """The number closest to `wanted` that fits `minimum`, `maximum`, their exclusive forms and `multipleOf`.

    When no number fits, one that fits most of them.
    """
    step: Any = schema.get("multipleOf") or (1 if integer else None)
    low, high = _bounds(schema, step)
    value = max(low, min(high, wanted))
    if not step:
        return value
    value = math.floor(value / step) * step
    value = value if value >= low else value + step
    return round(value) if integer else value


def _bounds(schema: JsonObject, step: float | None) -> tuple[float, float]:
    low, high = _number(schema, "minimum", -math.inf), _number(schema, "maximum", math.inf)
    above, below = _number(schema, "exclusiveMinimum", -math.inf), _number(schema, "exclusiveMaximum", math.inf)
    room = min(high, below) - max(low, above)
    nudge = step or (0.5 if math.isinf(room) else min(0.5, room / 4))
    # Next to an exclusive bound lies its next multiple, which for an even bound is a whole step away.
    over = math.floor(above / step) * step + step if step and math.isfinite(above) else above + nudge
    under = math.ceil(below / step) * step - step if step and math.isfinite(below) else below - nudge
    return max(low, over), min(high, under)


def _number(schema: JsonObject, keyword: str, otherwise: float) -> float:
    value: Any = schema.get(keyword)
    return value if is_number(value) else otherwise
