"""The routes of begin-crawl, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.durable.engine import DurableWorkflow
from app.durable.queues import Queue
from app.durable.serving import Durable, respond_durably
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import begin_crawl, crawl_page

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
PAGE_QUEUE = Queue("pages", "crawl-page", concurrency=4, per_process=2)
DURABLE = Durable(
    "begin-crawl",
    DurableWorkflow("crawl-page", PAGE_QUEUE.retrying(crawl_page.run), crawl_page.CrawlPageInput),
    parts=[PAGE_QUEUE],
)
SERVERS: list[Server[Any]] = []


@router.post("/begin-crawl", operation_id="begin_crawl")
async def begin(request: Request, inputs: begin_crawl.BeginCrawlInput) -> Response:
    """Puts the first page of a site into the queue of the crawler."""
    return respond(request, begin_crawl.run, inputs, workflow="begin-crawl", stream="auto")


@router.post("/queues/pages", operation_id="crawl_page", dependencies=[Depends(PAGE_QUEUE.admit)])
async def page(request: Request, inputs: crawl_page.CrawlPageInput) -> Response:
    """Reads a page, and puts the pages that it leads to into its own queue."""
    return await respond_durably(request, "crawl-page", inputs, stream="auto", through=PAGE_QUEUE)


router.include_router(DURABLE.routes)
