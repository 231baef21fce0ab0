"""search: An input from the query."""

from pydantic import BaseModel, ConfigDict, Field

from app.runtime.context import ExecutionContext, Reply


class SearchInput(BaseModel):
    """What GET /search takes."""

    model_config = ConfigDict(extra="allow")
    q: str
    page: int = Field(default=1, ge=1)


async def run(ctx: ExecutionContext, inputs: SearchInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(f"{inputs.q} on page {inputs.page}")
