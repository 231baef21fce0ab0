"""crawl-page: Reads a page, and puts the pages that it leads to into its own queue."""

from pydantic import BaseModel, ConfigDict, Field

from app.durable.queue_entries import QueuedEntry, QueueEntries
from app.durable.steps import DurableStep, run_items
from app.functions.links import links
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable

LINKS_STEP = DurableStep("links")
FOLLOW = QueueEntries("follow", "pages", delay=0.5)
FOLLOW_STEP = DurableStep("follow")


class CrawlPageInput(BaseModel):
    """What POST /queues/pages takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    page: str
    depth: int = Field(ge=0)
    reason: Omittable[str] = None


async def run(ctx: ExecutionContext, inputs: CrawlPageInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    links_result: list[str] = await LINKS_STEP.run(
        call_function, ctx, "links", links, page=inputs.page, depth=inputs.depth
    )

    async def each_body(each_index: int, each_item: str) -> QueuedEntry:
        return await FOLLOW_STEP.run(FOLLOW.put, ctx, {"page": each_item, "depth": inputs.depth - 1})

    each: list[QueuedEntry] = await run_items(ctx, "each", links_result, each_body, concurrency=2)
    return Reply({"page": inputs.page, "entries": each})
