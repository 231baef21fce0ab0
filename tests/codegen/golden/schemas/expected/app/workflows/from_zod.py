"""from-zod: An input of two kinds whose schema Zod wrote."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.runtime.context import ExecutionContext, Reply
from app.runtime.inputs import Omittable
from app.runtime.json_schema import fitting

INPUT_SCHEMA: dict[str, Any] = {
    "oneOf": [
        {
            "type": "object",
            "properties": {
                "kind": {"type": "string", "const": "mail"},
                "to": {
                    "type": "string",
                    "pattern": "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
                    "format": "email",
                },
            },
            "required": ["kind", "to"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "properties": {
                "kind": {"type": "string", "const": "call"},
                "number": {"type": "string", "pattern": "^\\+[1-9]\\d{6,14}$", "format": "e164"},
                "scores": {
                    "type": "object",
                    "additionalProperties": {"type": "number"},
                    "propertyNames": {"type": "string", "enum": ["a", "b"]},
                },
            },
            "required": ["kind", "number"],
            "additionalProperties": False,
        },
    ],
    "$schema": "https://json-schema.org/draft/2020-12/schema",
}


class FromZodInput(BaseModel):
    """What POST /from-zod takes."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, regex_engine="python-re")
    kind: Literal["mail"] | Literal["call"]
    to: Omittable[str] = Field(
        default=None,
        pattern="^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
    )
    number: Omittable[str] = Field(default=None, pattern="^\\+[1-9]\\d{6,14}$")
    scores: Omittable[dict[str, float]] = None

    @model_validator(mode="before")
    @classmethod
    def fits_schema(cls, value: Any) -> Any:
        """Checks what the types of the fields leave open."""
        return fitting(value, INPUT_SCHEMA)


async def run(ctx: ExecutionContext, inputs: FromZodInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(
        {
            "kind": inputs.kind,
            "to": inputs.to if inputs.to is not None else "nobody",
            "a": inputs.scores["a"] if inputs.scores is not None and "a" in inputs.scores else 0,
        }
    )
