"""query: A query with a rule between its names."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import plain
from app.runtime.inputs import Omittable
from app.runtime.json_schema import fitting

INPUT_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "from": {"type": "integer"},
        "to": {"type": "integer"},
        "word": {"type": "string", "not": {"const": "all"}},
    },
    "dependentRequired": {"from": ["to"]},
}


class QueryInput(BaseModel):
    """What GET /query takes."""

    model_config = ConfigDict(extra="allow")
    from_: Omittable[int] = Field(default=None, alias="from")
    to: Omittable[int] = None
    word: Omittable[str] = None

    @model_validator(mode="after")
    def fits_schema(self) -> Self:
        """Checks what the types of the fields leave open."""
        fitting(plain(self), INPUT_SCHEMA)
        return self


async def run(ctx: ExecutionContext, inputs: QueryInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply({"from": inputs.from_ if inputs.from_ is not None else 0})
