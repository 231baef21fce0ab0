"""The routes of nightly-digest, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.durable.engine import DurableWorkflow
from app.durable.serving import Durable, respond_durably
from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.workflows import nightly_digest

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
DURABLE = Durable(
    "nightly-digest", DurableWorkflow("nightly-digest", nightly_digest.run, nightly_digest.NightlyDigestInput)
)
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/digest", operation_id="nightly_digest")
async def articles(request: Request, inputs: nightly_digest.NightlyDigestInput) -> Response:
    """Sums up many articles and writes a digest of them; a run goes on where it was when its service has died."""
    return await respond_durably(request, "nightly-digest", inputs, stream="auto")


router.include_router(DURABLE.routes)
