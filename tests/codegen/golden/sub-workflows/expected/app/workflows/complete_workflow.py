"""complete: Another complete."""

from pydantic import BaseModel, ConfigDict, Field

from app.runtime.context import ExecutionContext, Reply


class CompleteWorkflowInput(BaseModel):
    """What the workflow takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    text: str
    class_: int = Field(alias="class")


async def run(ctx: ExecutionContext, inputs: CompleteWorkflowInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply({"text": inputs.text, "class": inputs.class_})
