"""query: A query with a rule between its names."""

from typing import Any, Self

from pydantic import BaseModel, Field, model_validator

from app.llm.json_schema import fitting
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import plain

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

    from_: int | None = Field(default=None, alias="from")
    to: int | None = None
    word: str | None = None

    @model_validator(mode="after")
    def fits_schema(self) -> Self:
        """Checks what the types of the fields leave open."""
        fitting(plain(self), INPUT_SCHEMA)
        return self


async def run(ctx: ExecutionContext, input: QueryInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply({"from": input.from_ if input.from_ is not None else 0})
