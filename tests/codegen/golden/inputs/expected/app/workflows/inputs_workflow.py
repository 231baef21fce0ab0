"""inputs: Every kind of input."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import plain


class InputsWorkflowInputRowsItem(BaseModel):
    """An object of the input: input rows item."""

    model_config = ConfigDict(strict=True, extra="forbid")
    id: int
    note: str = "-"


class InputsWorkflowInputDeepDeeper(BaseModel):
    """An object of the input: input deep deeper."""

    model_config = ConfigDict(strict=True)
    deepest: bool


class InputsWorkflowInputDeep(BaseModel):
    """An object of the input: input deep."""

    model_config = ConfigDict(strict=True)
    deeper: InputsWorkflowInputDeepDeeper | None = None


class InputsWorkflowInput(BaseModel):
    """What PUT /inputs takes."""

    model_config = ConfigDict(strict=True, regex_engine="python-re")
    text: str = Field(min_length=2, max_length=5, pattern="^[a-z]+$")
    whole: int = Field(ge=1, le=9, multiple_of=2)
    real: float | None = Field(default=None, gt=0, lt=1)
    flag: bool | None = None
    choice: Literal["a", "b", None] = None
    fixed: Literal["x"] | None = None
    either: str | int | None = None
    list_2: list[Annotated[str, Field(min_length=1)]] | None = Field(
        default=None, min_length=1, max_length=3, alias="list"
    )
    rows: list[InputsWorkflowInputRowsItem] | None = None
    map: dict[str, float] | None = None
    deep: InputsWorkflowInputDeep | None = None
    anything: Any | None = None
    maybe: str | None = None


async def run(ctx: ExecutionContext, inputs: InputsWorkflowInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(
        {
            "all": plain(inputs),
            "row": inputs.rows[0].note if inputs.rows else "no row",
            "deepest": inputs.deep is not None and inputs.deep.deeper is not None and inputs.deep.deeper.deepest,
        }
    )
