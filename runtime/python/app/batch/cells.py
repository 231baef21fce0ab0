"""The cells of a CSV file as values of the types that a workflow's input has."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pydantic import BaseModel

from app.runtime.bodies import read_json

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_TYPES = {
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "array": "a JSON array",
    "object": "a JSON object",
    "null": "empty",
}

JsonSchema = Mapping[str, Any]


class UnfitCell(ValueError):
    """A cell is no value of its column's type."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field of the input: which JSON types it may have (any where none are named), and whether it has to be there."""

    types: frozenset[str]
    required: bool

    def value(self, cell: str) -> Any:
        """What a cell says; text stays text where text is allowed.

        Raises:
            UnfitCell: it says nothing of these types.
        """
        if not self.types:
            return _json_or_text(cell)
        if "string" in self.types or (not cell and "null" in self.types):
            return cell if "string" in self.types else None
        lower = cell.strip().lower()
        if "boolean" in self.types and lower in ("true", "false"):
            return lower == "true"
        if self.types & {"integer", "number"} and _NUMBER.fullmatch(lower):
            return read_json(lower.encode())
        if self.types & {"array", "object"}:
            try:
                return read_json(cell.encode())
            except json.JSONDecodeError:
                pass
        wanted = " or ".join(_TYPES.get(name, name) for name in sorted(self.types))
        raise UnfitCell(f"{_shortened(cell)} is not {wanted}" if cell else f"The cell is empty and should be {wanted}")

    def is_left_out(self, cell: str) -> bool:
        """Whether an empty cell means that the field is not there."""
        return not cell and not self.required


def columns_of(model: type[BaseModel]) -> dict[str, Column]:
    """The fields of an input as a CSV file names them."""
    schema = model.model_json_schema(by_alias=True)
    required = set(schema.get("required", ()))
    definitions = schema.get("$defs", {})
    return {
        name: Column(_types_in(field, definitions), name in required)
        for name, field in schema.get("properties", {}).items()
    }


def _types_in(schema: JsonSchema, definitions: JsonSchema) -> frozenset[str]:
    """The types that a schema allows; none where it does not say, as any are then."""
    if reference := schema.get("$ref"):
        return _types_in(definitions.get(str(reference).rpartition("/")[2], {}), definitions)
    if "enum" in schema or "const" in schema:
        return frozenset(_type_of(value) for value in schema.get("enum", [schema.get("const")]))
    named = schema.get("type")
    if isinstance(named, str):
        return frozenset((named,))
    if isinstance(named, list):
        return frozenset(cast("list[str]", named))
    options = schema.get("anyOf", schema.get("oneOf", schema.get("allOf", ())))
    found = [_types_in(each, definitions) for each in options]
    return frozenset(name for types in found for name in types) if all(found) else frozenset()


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case list():
            return "array"
        case dict():
            return "object"
        case _:
            return "string"


def _json_or_text(cell: str) -> Any:
    try:
        return read_json(cell.encode())
    except json.JSONDecodeError:
        return cell


def _shortened(cell: str) -> str:
    return repr(cell if len(cell) <= 40 else f"{cell[:40]}…")
