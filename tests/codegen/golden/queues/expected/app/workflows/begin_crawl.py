"""begin-crawl: Puts the first page of a site into the queue of the crawler."""

from pydantic import BaseModel, ConfigDict, Field

from app.durable.queue_entries import QueueEntries
from app.runtime.context import ExecutionContext, Reply
from app.runtime.inputs import Omittable
from app.runtime.steps import Step, StepFailed

PUT = QueueEntries("put", "pages", urgency=1)
PUT_STEP = Step("put", timeout=5)


class BeginCrawlInput(BaseModel):
    """What POST /begin-crawl takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    site: str
    depth: Omittable[int] = Field(default=None, ge=0)


async def run(ctx: ExecutionContext, inputs: BeginCrawlInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    try:
        put = await PUT_STEP.attempt(
            PUT.put,
            ctx,
            {"page": f"https://{inputs.site}/", "depth": inputs.depth if inputs.depth is not None else 2},
            key=f"site {inputs.site}",
        )
    except StepFailed as failed:
        put_error = failed.problem
        return Reply({"problem": put_error["code"]}, status=503)
    return Reply({"run": put["location"]}, status=202)
