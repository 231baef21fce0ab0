"""with-name: For tools that know names and passwords."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply


class WithNameInput(BaseModel):
    """What GET /door/token takes."""

    model_config = ConfigDict(extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: WithNameInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply("yes" if ctx.caller["name"] == "tests" else "no")
