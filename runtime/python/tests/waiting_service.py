"""A service whose runs wait: for people, for events, for a time. `durable_service.py` starts and kills it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from app.durable.approvals import Approval, ApprovalLink
from app.durable.approving import approvals_router
from app.durable.awaited_events import EventWait
from app.durable.engine import DurableWorkflow
from app.durable.event_routes import events_router
from app.durable.serving import Durable, respond_durably
from app.durable.steps import DurableStep, TaskGroup, run_items
from app.durable.times import delay
from app.durable.waits import Waiting
from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app
from app.runtime.sub_workflow import SubWorkflow


class Asked(BaseModel):
    """`items` are asked for one by one."""

    name: str
    items: list[str] = []
    nested: bool = False


class Ordered(BaseModel):
    """`times` is how often it is paid."""

    order: str
    times: int = 1


class Paused(BaseModel):
    seconds: float


FORM: dict[str, Any] = {
    "type": "object",
    "required": ["amount"],
    "properties": {
        "amount": {"type": "integer", "minimum": 1},
        "kind": {"type": "string", "enum": ["full", "part"]},
        "urgent": {"type": "boolean"},
    },
}
LINK = ApprovalLink("link", "approve")
APPROVE = Approval("approve", 86_400.0, form=FORM)
EACH = Approval("ask", 86_400.0)
SHORT = Approval("short", 1.0, "reject")
PAID: dict[str, Any] = {
    "type": "object",
    "required": ["amount"],
    "properties": {"amount": {"type": "integer"}},
}
PAYMENT = EventWait("payment", "paid", 86_400.0)
LATE = EventWait("late", "paid", 0.5, goes_on=True)
SOON = EventWait("soon", "paid", 0.5)
FAILS = Approval("fails", 0.5)


async def ask(ctx: ExecutionContext, inputs: Asked) -> Reply:
    link = await LINK.make(ctx, "kim@shop.example")
    decision = await APPROVE.wait(ctx, f"Refund <b>{inputs.name}</b>?")
    return Reply({"link": link, "decision": decision})


async def ask_each(ctx: ExecutionContext, inputs: Asked) -> Reply:
    async def one(index: int, item: str) -> Any:
        return (await EACH.wait(ctx, item))["approved"]

    return Reply(await run_items(ctx, "each", inputs.items, one, concurrency=100))


CALLED = SubWorkflow("ask", ask, Asked)
CALLED_STEP = DurableStep("called", parts=True)


async def ask_beside(ctx: ExecutionContext, inputs: Asked) -> Reply:
    async with TaskGroup() as tasks:
        called = tasks.create_task(CALLED_STEP.run(CALLED.call, ctx, "called", {"name": inputs.name}))
        short = tasks.create_task(SHORT.wait(ctx, "short"))
    return Reply([called.result(), short.result()["approved"]])


async def ask_both(ctx: ExecutionContext, inputs: Asked) -> Reply:
    async with TaskGroup() as tasks:
        decided = tasks.create_task(EACH.wait(ctx, "ask"))
        paid = tasks.create_task(PAYMENT.wait(ctx, inputs.name))
    return Reply([decided.result()["approved"], paid.result()["payload"]])


async def ask_in_vain(ctx: ExecutionContext, inputs: Asked) -> Reply:
    return Reply(await FAILS.wait(ctx, inputs.name))


async def collect(ctx: ExecutionContext, inputs: Ordered) -> Reply:
    return Reply([(await PAYMENT.wait(ctx, inputs.order))["payload"]["amount"] for _ in range(inputs.times)])


async def remind(ctx: ExecutionContext, inputs: Ordered) -> Reply:
    return Reply(await LATE.wait(ctx, inputs.order, {"amount": 0}))


async def give_up(ctx: ExecutionContext, inputs: Ordered) -> Reply:
    return Reply(await SOON.wait(ctx, inputs.order))


async def pause(ctx: ExecutionContext, inputs: Paused) -> Reply:
    await delay(ctx, "pause", inputs.seconds)
    return Reply("rested")


WORKFLOWS: dict[str, tuple[Any, type[BaseModel]]] = {
    "ask": (ask, Asked),
    "ask-each": (ask_each, Asked),
    "ask-beside": (ask_beside, Asked),
    "ask-both": (ask_both, Asked),
    "ask-in-vain": (ask_in_vain, Asked),
    "collect": (collect, Ordered),
    "remind": (remind, Ordered),
    "give-up": (give_up, Ordered),
    "pause": (pause, Paused),
}
DURABLE = Durable(
    "waiting-test",
    *(DurableWorkflow(name, run, model) for name, (run, model) in WORKFLOWS.items()),
    parts=[Waiting(approvals_router, events_router({"paid": [PAID]}))],
)
router = APIRouter()


@router.post("/ask")
async def begin_ask(request: Request, inputs: Asked) -> Response:
    return await respond_durably(request, "ask", inputs)


@router.post("/ask-each")
async def begin_ask_each(request: Request, inputs: Asked) -> Response:
    return await respond_durably(request, "ask-each", inputs)


@router.post("/ask-beside")
async def begin_ask_beside(request: Request, inputs: Asked) -> Response:
    return await respond_durably(request, "ask-beside", inputs)


@router.post("/ask-both")
async def begin_ask_both(request: Request, inputs: Asked) -> Response:
    return await respond_durably(request, "ask-both", inputs)


@router.post("/ask-in-vain")
async def begin_ask_in_vain(request: Request, inputs: Asked) -> Response:
    return await respond_durably(request, "ask-in-vain", inputs)


@router.post("/collect")
async def begin_collect(request: Request, inputs: Ordered) -> Response:
    return await respond_durably(request, "collect", inputs)


@router.post("/remind")
async def begin_remind(request: Request, inputs: Ordered) -> Response:
    return await respond_durably(request, "remind", inputs)


@router.post("/give-up")
async def begin_give_up(request: Request, inputs: Ordered) -> Response:
    return await respond_durably(request, "give-up", inputs)


@router.post("/pause")
async def begin_pause(request: Request, inputs: Paused) -> Response:
    return await respond_durably(request, "pause", inputs)


router.include_router(DURABLE.routes)
app = create_app(title="waiting-test", servers=[])
app.include_router(router)
