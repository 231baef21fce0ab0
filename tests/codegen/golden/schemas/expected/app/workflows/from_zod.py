"""from-zod: An input of two kinds whose schema Zod wrote."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.llm.json_schema import fitting
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import get

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

    model_config = ConfigDict(strict=True, extra="forbid", regex_engine="python-re")
    kind: Literal["mail"] | Literal["call"]
    to: str | None = Field(
        default=None,
        pattern="^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
    )
    number: str | None = Field(default=None, pattern="^\\+[1-9]\\d{6,14}$")
    scores: dict[str, float] | None = None

    @model_validator(mode="before")
    @classmethod
    def fits_schema(cls, value: Any) -> Any:
        """Checks what the types of the fields leave open."""
        return fitting(value, INPUT_SCHEMA)


async def run(ctx: ExecutionContext, input: FromZodInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(
        {
            "kind": input.kind,
            "to": input.to if input.to is not None else "nobody",
            "a": get(input.scores, "a", default=0),
        }
    )
