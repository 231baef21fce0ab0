"""A service with all that durable runs do: besides `survive` of `durable_service.py` they wait, come from a queue and
by the clock, and ask models before and after that. `durable_service.py` starts and kills it.
"""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app.durable.approvals import Approval
from app.durable.approving import approvals_router
from app.durable.awaited_events import EventWait
from app.durable.engine import DurableWorkflow
from app.durable.event_routes import events_router
from app.durable.queues import Queue
from app.durable.schedules import Schedule
from app.durable.serving import Durable, respond_durably
from app.durable.steps import DurableStep
from app.durable.times import timed_durably
from app.durable.waits import Waiting
from app.llm.parts import OPENAI
from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app
from tests.durable_service import Given, Topic, ask, run


class Hours(BaseModel):
    hours: int = 1


BEFORE = DurableStep("before")
AFTER = DurableStep("after")
APPROVE = Approval("approve", 86_400.0)
PAYMENT = EventWait("payment", "paid", 86_400.0)


async def approve(ctx: ExecutionContext, inputs: Topic) -> Reply:
    asked = await ask(ctx, BEFORE, inputs.topic)
    decision = await APPROVE.wait(ctx, asked)
    told = await ask(ctx, AFTER, inputs.topic, streamed=True)
    return Reply({"approved": decision["approved"], "texts": [told]})


async def collect(ctx: ExecutionContext, inputs: Topic) -> Reply:
    await ask(ctx, BEFORE, inputs.topic)
    paid = await PAYMENT.wait(ctx, inputs.topic)
    told = await ask(ctx, AFTER, inputs.topic, streamed=True)
    return Reply({"paid": paid["payload"], "texts": [told]})


async def handle(ctx: ExecutionContext, inputs: Topic) -> Reply:
    await ask(ctx, BEFORE, inputs.topic)
    return Reply({"texts": [await ask(ctx, AFTER, inputs.topic, streamed=True)]})


async def report(ctx: ExecutionContext, inputs: Hours) -> Reply:
    due = ctx.caller["scheduled_at"]
    return Reply({"due": due, "texts": [await ask(ctx, AFTER, due, streamed=True)]})


ORDERS = Queue("orders", "handle", concurrency=8, per_process=4)
EVERY_MINUTE = Schedule("minutely", "report", cron="* * * * *", overlap="queue")
DURABLE = Durable(
    "mixed-test",
    DurableWorkflow("survive", timed_durably(run, 30 * 86_400), Given),
    DurableWorkflow("approve", approve, Topic),
    DurableWorkflow("collect", collect, Topic),
    DurableWorkflow("handle", ORDERS.retrying(handle), Topic),
    DurableWorkflow("report", report, Hours),
    parts=[Waiting(approvals_router, events_router({"paid": []})), ORDERS, EVERY_MINUTE],
)
router = APIRouter()


@router.post("/survive")
async def survive(request: Request, inputs: Given) -> Response:
    return await respond_durably(request, "survive", inputs)


@router.post("/approve")
async def begin_approve(request: Request, inputs: Topic) -> Response:
    return await respond_durably(request, "approve", inputs)


@router.post("/collect")
async def begin_collect(request: Request, inputs: Topic) -> Response:
    return await respond_durably(request, "collect", inputs)


@router.post("/queues/orders", dependencies=[Depends(ORDERS.admit)])
async def put_order(request: Request, inputs: Topic) -> Response:
    return await respond_durably(request, "handle", inputs, through=ORDERS)


router.include_router(DURABLE.routes)
app: Any = create_app(title="mixed-test", servers=[OPENAI])
app.include_router(router)
