"""inputs: Every kind of input."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text, plain, to_json
from app.runtime.inputs import Omittable


class InputsWorkflowInputRowsItem(BaseModel):
    """An object of the input: input rows item."""

    model_config = ConfigDict(strict=True, extra="forbid")
    id: int
    note: str = "-"


class InputsWorkflowInputDeepDeeper(BaseModel):
    """An object of the input: input deep deeper."""

    model_config = ConfigDict(strict=True, extra="allow")
    deepest: bool


class InputsWorkflowInputDeep(BaseModel):
    """An object of the input: input deep."""

    model_config = ConfigDict(strict=True, extra="allow")
    deeper: Omittable[InputsWorkflowInputDeepDeeper] = None


class InputsWorkflowInput(BaseModel):
    """What PUT /inputs takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False, regex_engine="python-re")
    text: str = Field(min_length=2, max_length=5, pattern="^[a-z]+$")
    whole: int = Field(ge=1, le=9, multiple_of=2)
    real: Omittable[float] = Field(default=None, gt=0, lt=1)
    flag: Omittable[bool] = None
    choice: Literal["a", "b", None] = None
    fixed: Omittable[Literal["x"]] = None
    either: Omittable[str | int] = None
    list_2: Omittable[list[Annotated[str, Field(min_length=1)]]] = Field(
        default=None, min_length=1, max_length=3, alias="list"
    )
    rows: Omittable[list[InputsWorkflowInputRowsItem]] = None
    map: Omittable[dict[str, float]] = None
    deep: Omittable[InputsWorkflowInputDeep] = None
    anything: Any | None = None
    maybe: str | None = None


async def run(ctx: ExecutionContext, inputs: InputsWorkflowInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(
        {
            "all": plain(inputs),
            "row": inputs.rows[0].note if inputs.rows else "no row",
            "deepest": inputs.deep is not None and inputs.deep.deeper is not None and inputs.deep.deeper.deepest,
            "price": f"It is {as_text(inputs.map['a'] if inputs.map is not None and 'a' in inputs.map else 2.5)}, in JSON {to_json(inputs.map)}.",
        }
    )
