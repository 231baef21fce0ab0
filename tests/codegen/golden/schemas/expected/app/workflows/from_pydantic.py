"""from-pydantic: An input whose schema Pydantic wrote."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import get, plain
from app.runtime.json_schema import fitting

INPUT_SCHEMA: dict[str, Any] = {
    "$defs": {
        "Node": {
            "type": "object",
            "title": "Node",
            "description": "A part with its parts.",
            "properties": {
                "value": {"type": "string", "title": "Value"},
                "weight": {"type": "number", "title": "Weight", "default": 1.5},
                "children": {"type": "array", "title": "Children", "default": [], "items": {"$ref": "#/$defs/Node"}},
                "owner": {"default": None, "anyOf": [{"$ref": "#/$defs/Owner"}, {"type": "null"}]},
            },
            "required": ["value"],
        },
        "Owner": {
            "type": "object",
            "title": "Owner",
            "properties": {
                "name": {"type": "string", "title": "Name"},
                "owns": {
                    "title": "Owns",
                    "default": None,
                    "anyOf": [{"type": "array", "items": {"$ref": "#/$defs/Node"}}, {"type": "null"}],
                },
            },
            "required": ["name"],
        },
        "Color": {"type": "string", "title": "Color", "enum": ["red", "green"]},
        "Cat": {
            "type": "object",
            "title": "Cat",
            "properties": {
                "kind": {"type": "string", "title": "Kind", "const": "cat"},
                "lives": {"type": "integer", "title": "Lives"},
            },
            "required": ["kind", "lives"],
        },
        "Dog": {
            "type": "object",
            "title": "Dog",
            "properties": {
                "kind": {"type": "string", "title": "Kind", "const": "dog"},
                "good": {"type": "boolean", "title": "Good"},
            },
            "required": ["kind", "good"],
        },
        "JsonValue": {
            "anyOf": [
                {"type": "string"},
                {"type": "integer"},
                {"type": "array", "items": {"$ref": "#/$defs/JsonValue"}},
                {"type": "object", "additionalProperties": {"$ref": "#/$defs/JsonValue"}},
            ]
        },
    },
    "type": "object",
    "title": "Order",
    "properties": {
        "tree": {"$ref": "#/$defs/Node"},
        "spare": {"$ref": "#/$defs/Node", "description": "Another tree.", "default": {"value": "spare"}},
        "color": {"$ref": "#/$defs/Color", "default": "red"},
        "pet": {
            "title": "Pet",
            "oneOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}],
            "discriminator": {"mapping": {"cat": "#/$defs/Cat", "dog": "#/$defs/Dog"}, "propertyName": "kind"},
        },
        "place": {
            "type": "array",
            "title": "Place",
            "prefixItems": [{"type": "number"}, {"type": "number"}],
            "minItems": 2,
            "maxItems": 2,
        },
        "tags": {"type": "array", "title": "Tags", "items": {"type": "string"}, "uniqueItems": True},
        "more": {"$ref": "#/$defs/JsonValue"},
        "born": {
            "title": "Born",
            "default": None,
            "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
            "deprecated": True,
        },
    },
    "required": ["tree", "pet", "place", "tags", "more"],
}


class FromPydanticOwner(BaseModel):
    """An object of the input: owner."""

    model_config = ConfigDict(strict=True, extra="allow")
    name: str
    owns: list[FromPydanticNode] | None = None


class FromPydanticNode(BaseModel):
    """A part with its parts."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    value: str
    weight: float = 1.5
    children: list[FromPydanticNode] = Field(default=[], validate_default=True)
    owner: FromPydanticOwner | None = None


class FromPydanticCat(BaseModel):
    """An object of the input: cat."""

    model_config = ConfigDict(strict=True, extra="allow")
    kind: Literal["cat"]
    lives: int


class FromPydanticDog(BaseModel):
    """An object of the input: dog."""

    model_config = ConfigDict(strict=True, extra="allow")
    kind: Literal["dog"]
    good: bool


class FromPydanticInput(BaseModel):
    """What POST /from-pydantic takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    tree: FromPydanticNode = Field(description="A part with its parts.")
    spare: FromPydanticNode = Field(default={"value": "spare"}, description="Another tree.", validate_default=True)
    color: Literal["red", "green"] = "red"
    pet: FromPydanticCat | FromPydanticDog
    place: list[float] = Field(min_length=2, max_length=2)
    tags: list[str]
    more: str | int | list[Any] | dict[str, Any]
    born: str | None = None

    @model_validator(mode="before")
    @classmethod
    def fits_schema(cls, value: Any) -> Any:
        """Checks what the types of the fields leave open."""
        return fitting(value, INPUT_SCHEMA)


async def run(ctx: ExecutionContext, inputs: FromPydanticInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(
        {
            "all": plain(inputs),
            "value": inputs.tree.value,
            "first": inputs.tree.children[0].children[0].value
            if inputs.tree.children and inputs.tree.children[0].children
            else "none",
            "owner": inputs.tree.owner.name if inputs.tree.owner is not None else "nobody",
            "color": inputs.color,
            "pet": inputs.pet.kind,
            "lives": get(plain(inputs.pet), "lives", default=0),
            "west": inputs.place[0],
            "spare": inputs.spare.value,
            "weight": inputs.tree.weight,
        }
    )
