"""The routes of nightly-report, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Depends, Request, Response

from app.durable.approving import approvals_router
from app.durable.engine import DurableWorkflow
from app.durable.event_routes import events_router
from app.durable.queues import Queue
from app.durable.schedules import Schedule
from app.durable.serving import Durable, respond_durably
from app.durable.waits import Waiting
from app.runtime.context import Server
from app.workflows import nightly_report, ship_order

router = APIRouter()
ENV: list[str] = []
NIGHTLY_SCHEDULE = Schedule(
    "nightly", "nightly-report", cron="30 2 * * MON-FRI", timezone="Europe/Berlin", overlap="queue"
)
ORDER_QUEUE = Queue("orders", "ship-order", concurrency=20, per_process=5, limit=100, seconds=60, retries=3, backoff=5)
DURABLE = Durable(
    "nightly-report",
    DurableWorkflow("nightly-report", nightly_report.run, nightly_report.NightlyReportInput),
    DurableWorkflow("ship-order", ORDER_QUEUE.retrying(ship_order.run), ship_order.ShipOrderInput),
    parts=[
        Waiting(
            approvals_router,
            events_router(
                {
                    "order.paid": [
                        {"type": "object", "properties": {"amount": {"type": "number"}}, "required": ["amount"]}
                    ],
                    "order.seen": [],
                }
            ),
        ),
        NIGHTLY_SCHEDULE,
        ORDER_QUEUE,
    ],
)
SERVERS: list[Server[Any]] = []


@router.post("/schedules/nightly", operation_id="nightly_report", dependencies=[Depends(NIGHTLY_SCHEDULE.admit)])
async def nightly(request: Request, inputs: nightly_report.NightlyReportInput) -> Response:
    """Counts what is left to do, every night."""
    return await respond_durably(request, "nightly-report", inputs, stream="auto", through=NIGHTLY_SCHEDULE)


@router.post("/queues/orders", operation_id="ship_order", dependencies=[Depends(ORDER_QUEUE.admit)])
async def order(request: Request, inputs: ship_order.ShipOrderInput) -> Response:
    """Ships an order of a queue once it is paid."""
    return await respond_durably(request, "ship-order", inputs, stream="auto", through=ORDER_QUEUE)


router.include_router(DURABLE.routes)
