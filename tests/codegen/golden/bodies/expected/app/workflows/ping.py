"""ping: Takes a query although it is asked with POST."""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply
from app.runtime.raw_answers import text_answer


class PingInput(BaseModel):
    """What POST /ping takes."""

    model_config = ConfigDict(extra="allow")
    challenge: str


async def run(ctx: ExecutionContext, inputs: PingInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    return text_answer(inputs.challenge)
