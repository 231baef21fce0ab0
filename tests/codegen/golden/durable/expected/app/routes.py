"""The routes of everything-kept, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.durable.engine import DurableWorkflow
from app.durable.serving import Durable, respond_durably
from app.durable.times import timed_durably
from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.workflows import everything_kept, two_letters

DURABLE = Durable(
    "everything-kept",
    DurableWorkflow("everything-kept", everything_kept.run, everything_kept.EverythingKeptInput),
    DurableWorkflow("two-letters", timed_durably(two_letters.run, 86400), two_letters.TwoLettersInput),
)
router = APIRouter(lifespan=DURABLE.lifespan, route_class=JsonRoute)
ENV: list[str] = ["SHOP_REGION"]
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/everything-kept", operation_id="everything_kept")
async def ask(request: Request, inputs: everything_kept.EverythingKeptInput) -> Response:
    """A durable workflow with all that can be kept."""
    return await respond_durably(request, "everything-kept", inputs, stream="auto")


@router.post("/two-letters", operation_id="two_letters")
async def ask_2(request: Request, inputs: two_letters.TwoLettersInput) -> Response:
    """Writes a letter, waits for days, and writes another."""
    return await respond_durably(request, "two-letters", inputs, stream="auto")


router.include_router(DURABLE.routes)
