"""A service whose runs begin by the clock, and from a queue. `durable_service.py` starts and kills it."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from app.durable.engine import DurableWorkflow
from app.durable.queue_entries import QueueEntries
from app.durable.queue_metrics import queue_metrics
from app.durable.queues import Queue
from app.durable.schedules import Schedule
from app.durable.serving import Durable, respond_durably
from app.durable.steps import DurableStep, TaskGroup, run_items
from app.durable.times import delay
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.metrics import metrics
from app.runtime.server import create_app, respond


class Item(BaseModel):
    name: str
    fails: int = 0
    seconds: float = 0.0


class Items(BaseModel):
    names: list[str]


class Report(BaseModel):
    days: int = 7
    seconds: float = 0.0


WORK = DurableStep("work")
CHECK = DurableStep("check")


def _note(text: str) -> int:
    """Writes what is called, and says how often that was before."""
    path = Path(os.environ["CALLED"])
    before = path.read_text().splitlines().count(text) if path.exists() else 0
    with path.open("a") as called:
        called.write(f"{text}\n")
    return before


def work(name: str) -> str:
    _note(f"work {name}")
    return name.upper()


def check(name: str, fails: int) -> str:
    if _note(f"check {name}") < fails:
        raise RuntimeError(name)
    return "checked"


async def handle(ctx: ExecutionContext, inputs: Item) -> Reply:
    done = await WORK.run(call_function, ctx, "work", work, name=inputs.name)
    if inputs.seconds:
        _note(f"begin {inputs.name}")
        await asyncio.sleep(inputs.seconds)
        _note(f"end {inputs.name}")
    checked = await CHECK.run(call_function, ctx, "check", check, name=inputs.name, fails=inputs.fails)
    return Reply([done, checked])


async def put_or_die(ctx: ExecutionContext, entry: dict[str, Any]) -> Any:
    """Puts an entry in, and dies before that is known when it is told to."""
    put = await PUT.put(ctx, entry)
    if _DIES.exists():
        _DIES.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
    return put


async def send(ctx: ExecutionContext, inputs: Items) -> Reply:
    async def one(_: int, name: str) -> Any:
        return await PUT_STEP.run(put_or_die, ctx, {"name": name})

    async with TaskGroup() as tasks:
        late = tasks.create_task(LATE_STEP.run(LATE.put, ctx, {"name": f"late {inputs.names[0]}"}))
        entries = tasks.create_task(run_items(ctx, "each", inputs.names, one, concurrency=3))
    return Reply({"entries": entries.result(), "late": late.result()})


async def send_plainly(ctx: ExecutionContext, inputs: Item) -> Reply:
    return Reply(await PUT.put(ctx, inputs.model_dump(), key=inputs.name))


async def report(ctx: ExecutionContext, inputs: Report) -> Reply:
    await delay(ctx, "pause", inputs.seconds)
    return Reply({"days": inputs.days, "at": ctx.caller["scheduled_at"]})


_DIES = Path(os.environ["CALLED"]).with_name("dies")
PUT = QueueEntries("put", "items", urgency=1)
PUT_STEP = DurableStep("put")
LATE = QueueEntries("late", "items", delay=0.5)
LATE_STEP = DurableStep("late")
ITEMS = Queue("items", "handle", concurrency=2, per_process=2, retries=2, backoff=0.1)
SLOW = Queue("slow", "slow", limit=2, seconds=3.0)
DAILY = Schedule("daily", "report", cron=os.environ.get("CRON", "0 6 * * *"), timezone="Europe/Berlin")
DURABLE = Durable(
    "scheduled-test",
    DurableWorkflow("handle", ITEMS.retrying(handle), Item),
    DurableWorkflow("slow", SLOW.retrying(handle), Item),
    DurableWorkflow("report", report, Report),
    DurableWorkflow("send", send, Items),
    parts=[ITEMS, SLOW, DAILY],
)
router = APIRouter()


@router.post("/queues/items", dependencies=[Depends(ITEMS.admit)])
async def put_item(request: Request, inputs: Item) -> Response:
    return await respond_durably(request, "handle", inputs, through=ITEMS)


@router.post("/queues/slow", dependencies=[Depends(SLOW.admit)])
async def put_slowly(request: Request, inputs: Item) -> Response:
    return await respond_durably(request, "slow", inputs, through=SLOW)


@router.post("/schedules/daily", dependencies=[Depends(DAILY.admit)])
async def report_now(request: Request, inputs: Report) -> Response:
    return await respond_durably(request, "report", inputs, through=DAILY)


@router.post("/send")
async def begin_send(request: Request, inputs: Items) -> Response:
    return await respond_durably(request, "send", inputs)


@router.post("/plain")
async def put_plainly(request: Request, inputs: Item) -> Response:
    return respond(request, send_plainly, inputs, workflow="plain")


router.include_router(DURABLE.routes)
router.include_router(metrics([]))
router.include_router(queue_metrics(ITEMS, SLOW))
app: Any = create_app(title="scheduled-test", servers=[])
app.include_router(router)
