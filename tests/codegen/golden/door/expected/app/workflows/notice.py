"""notice"""

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply
from app.transforms.logs import write_line


class NoticeInput(BaseModel):
    """What POST /webhooks/notice takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    action: str


async def run(ctx: ExecutionContext, inputs: NoticeInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    write_line(ctx, "note", inputs.action)
    return Reply(None)
