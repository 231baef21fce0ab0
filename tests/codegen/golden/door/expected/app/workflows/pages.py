"""pages"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.openai_api.requests import Given
from app.runtime.context import ExecutionContext, Reply


class PagesInput(BaseModel):
    """What POST /pages takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


def from_openai(request: Given) -> dict[str, Any]:
    """The input, of what a client of the OpenAI API says."""
    return {"message": request["text"]}


async def run(ctx: ExecutionContext, inputs: PagesInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return Reply(inputs.message)
